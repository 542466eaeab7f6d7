#!/bin/sh
# SPDX-License-Identifier: ISC
# The Java client says of every case of the corpus what the C library says, and believes a daemon what is proven and nothing else.
. "$(dirname "$0")/lib.sh"

needs php
needs javac
compile_java
differs_nowhere skerry_java corpus corpus
skerry_java damage corpus || fail 'damage is not told as a refusal'
ok 'damaged documents are refusals'
with_daemon skerry_java daemon
