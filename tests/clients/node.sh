#!/bin/sh
# SPDX-License-Identifier: ISC
# The Node client says of every case of the corpus what the C library says, and believes a daemon what is proven and nothing else.
. "$(dirname "$0")/lib.sh"

needs php
needs node
skerry_node() {
	node --pending-deprecation "$CLIENTS/node.mjs" "$@"
}
differs_nowhere skerry_node corpus corpus
skerry_node damage corpus || fail 'damage is not told as a refusal'
ok 'damaged documents are refusals'
with_daemon skerry_node daemon
