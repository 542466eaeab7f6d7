#!/bin/sh
# Runs each test program or script; shows the output of those that fail; ends with a count.
# A test that cannot run here prints "skipped: REASON" and exits 0; skips are shown.
# The counts are added to $SKERRY_COUNTS where .ci/run wants them.
set -u
passed=0 failed=0
log=$(mktemp) && trap 'rm -f "$log"' EXIT
for test; do
	case $test in *.sh) set -- sh "$test" ;; *) set -- "$test" ;; esac
	if CMOCKA_MESSAGE_OUTPUT=stdout "$@" </dev/null >"$log" 2>&1; then
		n=$(grep -c '^\[       OK \]' "$log") || n=$(grep -c '^ok ' "$log") || n=1
		passed=$((passed + n))
		printf 'ok    %4d  %s\n' "$n" "$test"
		grep '^skipped: ' "$log" | sed "s|^|            |"
	else
		failed=$((failed + 1))
		printf 'FAIL        %s\n' "$test"
		sed 's/^/            /' "$log"
	fi
done
[ -z "${SKERRY_COUNTS:-}" ] || echo "$passed $failed" >>"$SKERRY_COUNTS"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
