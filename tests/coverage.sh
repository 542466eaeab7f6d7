#!/bin/sh
# Goal: every branch of what decides about access is taken by a test of its own folder: verdict, time, matching, reasons. Prints
# gcov's figure for each file: 100% of all but why_rung.c, whose switch has a branch for a cause that the enum does not have.
set -eu
: "${BUILD:?BUILD must name a build folder made with --coverage}"
LEAST=96
cd "$(dirname -- "$0")/.."
find "$BUILD" -name '*.gcda' -delete
for test in "$BUILD"/unit/test_*; do
	case $test in *.*) continue ;; esac
	"$test" >/dev/null 2>&1 || {
		echo "$test failed: run it to see why" >&2
		exit 1
	}
done
bad=0
for file in verifier/decide/*.c; do
	taken=$(gcov -n -b -o "$BUILD/obj/verifier/decide" "$file" 2>/dev/null |
		sed -n "/^File '$(printf %s "$file" | sed 's|/|\\/|g')'/,/^\$/s/^Taken at least once:\([0-9]*\)[0-9.]*% of \([0-9]*\)/\1 \2/p")
	[ -n "$taken" ] || taken='0 0'
	if [ "${taken% *}" -ge "$LEAST" ]; then
		echo "ok $file: ${taken% *}% of ${taken#* } branches taken"
	else
		echo "FAIL $file: ${taken% *}% of ${taken#* } branches taken, less than $LEAST%"
		bad=1
	fi
done
[ "$bad" = 0 ]
