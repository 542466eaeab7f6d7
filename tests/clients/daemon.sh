#!/bin/sh
# SPDX-License-Identifier: ISC
# The PHP client believes a daemon what is proven and nothing else, and goes on for 15 minutes without one.
. "$(dirname "$0")/lib.sh"

needs php
skerry_php() {
	php -d error_reporting=-1 -d display_errors=stderr "$CLIENTS/daemon.php" "$@" "$T/cache"
}
with_daemon skerry_php
