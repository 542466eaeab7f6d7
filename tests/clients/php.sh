#!/bin/sh
# SPDX-License-Identifier: ISC
# The PHP client says of every case of the corpus what the C library says, byte by byte as little trusting.
. "$(dirname "$0")/lib.sh"

needs php
php -d error_reporting=-1 -d display_errors=stderr "$CLIENTS/corpus.php" corpus >out 2>err || {
	grep -v '^ok' out >&2 || :
	cat err >&2
	fail 'the PHP client differs'
}
[ ! -s err ] || {
	cat err >&2
	fail 'PHP has something to say'
}
is "$(grep -c '^ok' out)" "$(($(wc -l <corpus/cases.tsv) - 1))"
grep '^ok' out

# Nor does anything crash it, whatever is cut off or altered.
php "$CLIENTS/damage.php" corpus || fail 'damage is not told as a refusal'
ok 'damaged documents are refusals, never errors of PHP'
