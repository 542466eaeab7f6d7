#!/bin/sh
# Runs each test program or script, as many at a time as there are processors; shows the output of those that fail; ends with a
# count. A test that cannot run here prints "skipped: REASON" and exits 0; skips are shown. So is the processor time of those that
# take much of it.
# The counts are added to $SKERRY_COUNTS where .ci/run wants them.
set -u

SLOW=5

# one TEST FOLDER: runs it, tells the result in one piece, and leaves its count in FOLDER.
one() {
	log=$(mktemp -p "$2")
	case $1 in *.sh) set -- "$1" "$2" sh "$1" ;; *) set -- "$1" "$2" "$1" ;; esac
	test=$1 folder=$2
	shift 2
	CMOCKA_MESSAGE_OUTPUT=stdout "$@" </dev/null >"$log" 2>&1
	status=$?
	if [ "$status" = 0 ]; then
		n=$(grep -c '^\[       OK \]' "$log") || n=$(grep -c '^ok ' "$log") || n=1
		echo "$n 0" >"$log.count"
		{
			times >"$log.times"
			took=$(awk 'NR == 2 { gsub(/[ms]/, " "); print int($1 * 60 + $2 + $3 * 60 + $4) }' "$log.times")
			[ "$took" -ge "$SLOW" ] && took=" ($took s)" || took=
			printf 'ok    %4d  %s%s\n' "$n" "$test" "$took"
			grep '^skipped: ' "$log" | sed 's|^|            |'
		} >"$log.told"
	else
		echo '0 1' >"$log.count"
		{
			printf 'FAIL        %s (exit %d)\n' "$test" "$status"
			sed 's/^/            /' "$log"
		} >"$log.told"
	fi
	flock "$folder" cat "$log.told"
}

if [ "${1:-}" = --one ]; then
	one "$2" "$3"
	exit 0
fi
# Where there is memory that looks like a disk, nobody waits for one. A signature or a chain does not care; power cuts are played.
memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w "$memory" ] && [ "$(df -Pk "$memory" | awk 'NR == 2 { print $4 }')" -gt 1000000 ]; then
	TMPDIR=$(mktemp -d "$memory/skerry-XXXXXX")
	chmod 711 "$TMPDIR"
	export TMPDIR
	trap 'rm -rf "$TMPDIR"' EXIT
	folder=$(mktemp -d)
else
	folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
fi
printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' sh "$0" --one '{}' "$folder"
counts=$(cat "$folder"/*.count | awk '{ passed += $1; failed += $2 } END { print passed + 0, failed + 0 }')
[ -z "${SKERRY_COUNTS:-}" ] || echo "$counts" >>"$SKERRY_COUNTS"
printf '%d passed, %d failed\n' "${counts% *}" "${counts#* }"
[ "${counts#* }" = 0 ]
