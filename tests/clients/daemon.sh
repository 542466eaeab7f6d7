#!/bin/sh
# SPDX-License-Identifier: ISC
# The PHP client believes a daemon what is proven and nothing else, and goes on for 15 minutes without one.
. "$(dirname "$0")/lib.sh"

needs php
echo good >mode
php "$CLIENTS/fake_daemon.php" "$T/s" corpus "$T/mode" 2>server.log &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
until_answers test -S s
php -d error_reporting=-1 -d display_errors=stderr "$CLIENTS/daemon.php" "$T/s" corpus "$T/mode" "$T/cache" || {
	cat server.log >&2
	fail 'the PHP client and a daemon'
}
