#!/bin/sh
# What `make check` does for seconds, for as long as it takes to find what is rare: random histories, programs killed at
# random, power cut and disks failed at every call, every reader fuzzed. Ends with one line.
#
#   SKERRY_HISTORIES  of clocks, and of a desk, sites and sticks: 1000000
#   SKERRY_KILLS      at random calls: 100000
#   FUZZ_S            seconds for each reader: 300
#   LOAD_S            seconds of 1,000 clients who claim seats: 600, and as long again while the daemon is killed
#   SKERRY_SEED       of kills: another one each time, so that no two soaks are the same; it is printed
set -eu
: "${BUILD:?}" "${HARNESSES:?}"
: "${SKERRY_HISTORIES:=1000000}" "${SKERRY_KILLS:=100000}" "${FUZZ_S:=300}" "${LOAD_S:=600}" "${SKERRY_SEED:=$(date +%s)}"
export SKERRY_HISTORIES SKERRY_KILLS SKERRY_SEED FUZZ_S
started=$(date +%s)

# part WHAT COMMAND...: says what is done, and shows what it said when it fails.
part() {
	printf '%s\n' "$1"
	shift
	"$@" >"$log" 2>&1 || {
		sed 's/^/    /' "$log"
		echo "make soak: FAILED; again with SKERRY_SEED=$SKERRY_SEED"
		exit 1
	}
	sed -n 's/^\([0-9][0-9]* \(kills\|cuts\).*\)/    \1/p' "$log"
}

log=$(mktemp)
load=$(mktemp -d)
trap 'rm -rf "$log" "$load"' EXIT
# shellcheck disable=SC2086 # They are words.
set -- $HARNESSES
# A kill and the look at what it left take 20 ms; two readers are fuzzed at a time.
printf 'make soak: about %d minutes, seed %s\n' $(((SKERRY_HISTORIES / 1000 + SKERRY_KILLS / 50 + FUZZ_S * $# / 2 + 2 * LOAD_S + 120) / 60)) "$SKERRY_SEED"
part "$SKERRY_HISTORIES histories of clocks" "$BUILD/unit/test_clock_random"
part "$SKERRY_HISTORIES histories of exchanges" "$BUILD/unit/test_exchange_model"
part "$SKERRY_KILLS programs killed" "$BUILD/fault/test_site_killed"
for test in "$BUILD"/fault/test_*; do
	case $test in */test_site_killed | *.o) continue ;; esac
	part "the disk at every call: ${test##*/}" "$test"
done
mkdir "$load/calm" "$load/killed"
part "1000 clients for $LOAD_S s" sh tests/load/churn.sh "$BUILD" "$load/calm" 1000 "$LOAD_S" 0
part "1000 clients for $LOAD_S s, the daemon killed 60 times" sh tests/load/churn.sh "$BUILD" "$load/killed" 1000 "$LOAD_S" 60
part "$# readers fuzzed, $FUZZ_S s each" sh tests/fuzz/run.sh
echo "make soak: everything held, $((($(date +%s) - started) / 60)) minutes, seed $SKERRY_SEED"
