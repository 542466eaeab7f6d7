#!/bin/sh
# What skerryd writes, holds and needs to start: durable claims over its Unix socket beside bare commits of one row on the same
# disk, in turn, the median of the ratios; renewals; memory; the time to READY=1.
# $1: a site with a license of more than 200,000 seats. $2: one with 100 licenses. $3: a folder on that disk.
set -eu
: "${BUILD:?}" "${BENCH_SEATS_ROUNDS:=9}" "${BENCH_LEASES:=100000}"
T=$3
PIDS=
end() {
	# shellcheck disable=SC2086
	[ -z "$PIDS" ] || kill $PIDS 2>/dev/null || :
}
trap end EXIT
mkdir -p "$T/bare"

# serve NAME STATE: a daemon at $T/NAME.sock, waited for.
serve() {
	"$BUILD/skerryd" --state "$2" --socket "$T/$1.sock" 2>"$T/$1.log" &
	PIDS="$PIDS $!"
	echo $! >"$T/$1.pid"
	for _ in $(seq 500); do
		curl -sf -o "$T/health" --unix-socket "$T/$1.sock" http://skerry/v1/health && return
		sleep 0.02
	done
	echo "skerryd does not answer:"
	cat "$T/$1.log"
	exit 1
}
# load NAME CLIENTS COUNT|SECONDS fill|renew: calls in a second.
load() {
	"$BUILD/seats-load" "$T/$1.sock" "$2" "$3" "$4" >"$T/load" || {
		cat "$T/load" >&2
		exit 1
	}
	awk '{ for (i = 1; i < NF; i++) v[$i] = $(i + 1); print (v["claimed"] + v["renewed"]) * 1000 / v["ms"] }' "$T/load"
}
# spent NAME: ns of the processor that it has had.
spent() {
	cat "/proc/$(cat "$T/$1.pid")"/task/*/schedstat | awk '{ ns += $1 } END { printf "%.0f", ns }'
}
# timed NAME CLIENTS COUNT: "claims/s claims/s-of-the-processor"
timed() {
	BEFORE=$(spent "$1")
	RATE=$(load "$1" "$2" "$3" fill)
	echo "$RATE $(($3 * 1000000000 / ($(spent "$1") - BEFORE)))"
}
middle() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
# row WHAT FILE COLUMN OTHER FILE COLUMN AIM: medians of both, and of the ratios.
row() {
	printf '%-34s %8.0f /s %22s %8.0f /s %6.2f   %s\n' "$1" "$(cut -d' ' -f"$3" "$T/$2" | middle)" "$4" "$(cut -d' ' -f"$6" "$T/$5" | middle)" \
		"$(paste -d' ' "$T/$2" "$T/$5" | awk -v a="$3" -v b="$6" -v n="$(head -n 1 "$T/$2" | wc -w)" '{ print $a / $(n + b) }' | middle)" "$7"
}

# --- ready ---------------------------------------------------------------------------------------
tell_ready() {
	"$BUILD/bench" ready "$BUILD/skerryd" "$2" "$T" >"$T/ready"
	printf '%-34s %8.1f ms   of the processor: %.1f ms   %s\n' "$1" "$(cut -d' ' -f1 "$T/ready")" "$(cut -d' ' -f2 "$T/ready")" "$3"
}
tell_ready 'ready, one license' "$1" ''
tell_ready 'ready, 100 licenses' "$2" 'at most 50 ms'

# --- memory --------------------------------------------------------------------------------------
# A second after something is over its memory goes back.
resident() {
	sleep 2
	awk '$1 == "VmRSS:" { all = $2 } $1 == "RssAnon:" { own = $2 } $1 == "RssFile:" { files = $2 } $1 == "VmHWM:" { most = $2 }
		END { printf "%10d kB   its own %d kB, programs and libraries %d kB, most ever %d kB", all, own, files, most }' "/proc/$(cat "$T/$1.pid")/status"
}
tell_resident() {
	printf '%-34s %s   %s\n' "$1" "$(resident "$2")" "$3"
}
# Answers of 500 and above: while it is not ready yet, health has one.
failures() {
	curl -sf --unix-socket "$T/many.sock" http://skerry/metrics | awk '/^skerry_answers_total.*"5/ { n += $2 } END { print n + 0 }'
}
cp -r "$1" "$T/few"
cp -r "$1" "$T/many"
serve few "$T/few"
serve many "$T/many"
FAILED=$(failures)
tell_resident 'skerryd, nobody asked' many ''
load few 16 500 fill >"$T/filled"
load many 64 "$BENCH_LEASES" fill >"$T/filled"
tell_resident "skerryd, $BENCH_LEASES leases claimed" many 'at most 8192 kB'

# --- claims --------------------------------------------------------------------------------------
mkfifo "$T/ask" "$T/tell"
"$BUILD/bench" commits "$T/bare" <"$T/ask" >"$T/tell" &
PIDS="$PIDS $!"
exec 3>"$T/ask" 4<"$T/tell"
bare() {
	echo "$1" >&3
	read -r RATE <&4
	echo "$RATE"
}
# Until the logs have their length: from there on they are written over, which is what goes on for years.
bare 1500 >"$T/filled"
load few 1 600 fill >"$T/filled"
for _ in $(seq "$BENCH_SEATS_ROUNDS"); do
	bare 200 >>"$T/bare.rounds"
	timed few 1 200 >>"$T/few1.rounds"
	timed many 1 200 >>"$T/many1.rounds"
	bare 200 >>"$T/bare16.rounds"
	timed few 16 1600 >>"$T/few16.rounds"
	timed many 16 1600 >>"$T/many16.rounds"
	load many 1 1 renew >>"$T/renew1.rounds"
	load many 16 1 renew >>"$T/renew16.rounds"
done
row 'claims, 1 client, from 1,000 on' few1.rounds 1 'bare commits' bare.rounds 1 'at least 0.75'
row "... from $BENCH_LEASES on" many1.rounds 1 'bare commits' bare.rounds 1 'at least 0.75'
row '... for a second of the processor' many1.rounds 2 'bare commits' bare.rounds 2 ''
row '... from many to few' many1.rounds 1 'from 1,000 on' few1.rounds 1 'at least 0.80'
row 'claims, 16 clients, from 1,000 on' few16.rounds 1 'bare commits' bare16.rounds 1 'more than 1'
row "... from $BENCH_LEASES on" many16.rounds 1 'bare commits' bare16.rounds 1 'more than 1'
row '... for a second of the processor' many16.rounds 2 'bare commits' bare16.rounds 2 ''
row '... from many to few' many16.rounds 1 'from 1,000 on' few16.rounds 1 'at least 0.80'
row 'renewals, 1 client' renew1.rounds 1 'claims' many1.rounds 1 'at least 2'
row 'renewals, 16 clients' renew16.rounds 1 'claims' many16.rounds 1 'at least 2'
tell_resident '... and after all of that' many 'at most 8192 kB'
printf '%-34s %10d      should be 0\n' 'answers of 500 and above' $(($(failures) - FAILED))
echo "A peer: keygen-relay on such a machine has 255 to 350 claims/s at 1,000 seats, 45 to 54 at 10,000 with errors."
