#!/bin/sh
# Calls that are answered at once, beside a hello-world of the same libmicrohttpd, by wrk on loopback: in turn,
# the median of the ratios. $1: a site with a license that grants channel_manager, for skerryd.
set -eu
: "${BUILD:?}" "${BENCH_HTTP_ROUNDS:=7}"
T=$(mktemp -d)
PIDS=
end() {
	# shellcheck disable=SC2086
	[ -z "$PIDS" ] || kill $PIDS 2>/dev/null || :
	rm -rf "$T"
}
trap end EXIT

# answers PORT: waits until somebody does, 10 s at most.
answers() {
	curl -s -o /dev/null --retry 100 --retry-delay 0 --retry-connrefused --retry-max-time 10 "http://127.0.0.1:$1/v1/check/channel_manager"
}
# ticks PORT: what who answers there has had of the processor, in hundredths of a second.
ticks() {
	awk '{ print $14 + $15 }' "/proc/$(cat "$T/$1")/stat"
}
# Ports below those that the kernel hands out by itself.
HELLO=17871 KEPT=17872 SKERRYD=17873
"$BUILD/bench" hello "$HELLO" &
PIDS="$PIDS $!"
echo $! >"$T/$HELLO"
"$BUILD/bench" hello "$KEPT" kept &
PIDS="$PIDS $!"
echo $! >"$T/$KEPT"
answers "$HELLO"
answers "$KEPT"
if [ -n "${1:-}" ]; then
	"$BUILD/skerryd" --state "$1" --socket "$T/s" --http "127.0.0.1:$SKERRYD" 2>"$T/log" &
	PIDS="$PIDS $!"
	echo $! >"$T/$SKERRYD"
	answers "$SKERRYD" || {
		echo 'skerryd does not answer:'
		cat "$T/log"
		exit 1
	}
fi

# load PORT CONNECTIONS: "requests/s p99-in-us requests/s-of-the-processor"
load() {
	BEFORE=$(ticks "$1")
	wrk -t1 "-c$2" -d1s --latency "http://127.0.0.1:$1/v1/check/channel_manager" >"$T/wrk"
	! grep -q 'Non-2xx' "$T/wrk" || {
		echo "port $1: not all were answered with 200" >&2
		exit 1
	}
	awk -v ticks="$(($(ticks "$1") - BEFORE))" '$2 == "requests" { done = $1 }
		$1 == "99%" { us = $2 ~ /us$/ ? $2 + 0 : $2 ~ /ms$/ ? $2 * 1000 : $2 * 1000000 }
		$1 == "Requests/sec:" { print $2, us, done * 100 / ticks }' "$T/wrk"
}
middle() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
# compare WHAT PORT CONNECTIONS
compare() {
	: >"$T/rounds"
	for _ in $(seq "$BENCH_HTTP_ROUNDS"); do
		printf '%s %s\n' "$(load "$2" "$3")" "$(load "$HELLO" "$3")" >>"$T/rounds"
	done
	printf '%-34s %8.0f /s %14s %8.0f /s %6.2f   at least 0.85\n' "$1, $3 clients" \
		"$(cut -d' ' -f1 "$T/rounds" | middle)" 'hello-world' "$(cut -d' ' -f4 "$T/rounds" | middle)" \
		"$(awk '{ print $1 / $4 }' "$T/rounds" | middle)"
	printf '%-34s %8.0f /s %14s %8.0f /s %6.2f\n' '... for a second of the processor' \
		"$(cut -d' ' -f3 "$T/rounds" | middle)" 'hello-world' "$(cut -d' ' -f6 "$T/rounds" | middle)" \
		"$(awk '{ print $3 / $6 }' "$T/rounds" | middle)"
	printf '%-34s %8.0f us %14s %8.0f us %6.2f   at most 2\n' '... p99' \
		"$(cut -d' ' -f2 "$T/rounds" | middle)" 'hello-world' "$(cut -d' ' -f5 "$T/rounds" | middle)" \
		"$(awk '{ print $2 / $5 }' "$T/rounds" | middle)"
}
for clients in 16 64; do
	compare 'a kept answer' "$KEPT" "$clients"
	[ -z "${1:-}" ] || compare 'GET /v1/check/FEATURE' "$SKERRYD" "$clients"
done
