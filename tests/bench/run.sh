#!/bin/sh
# The table of `make bench`: speed from the bench program, then what needs whole files and processes.
set -eu
: "${BUILD:?}"
BEGUN=$(date +%s)
echo "$(uname -m), $(nproc) processors; some minutes, the first time one more. Each line: ours, the other, ours / other as the median of 21 blocks in turn, the aim."
"$BUILD/bench"
mkdir -p "$BUILD/sites"
"$BUILD/bench" site "$BUILD/sites"
# The desks take a minute to fill and 2 GB; they stay for the next time.
mkdir -p "$BUILD/desks"
"$BUILD/bench" desk "$BUILD/desks"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
mkdir "$T/seats"
"$BUILD/bench" seats "$T/seats"
strip -o "$T/libskerry.so" "$BUILD/libskerry.so"
printf '%-34s %10d B    (at most 307200; half of it is the state folder)\n' 'libskerry.so, stripped' "$(wc -c <"$T/libskerry.so")"
SKERRY_BIN=$BUILD sh tests/fuzz/seeds.sh "$T" >/dev/null 2>&1
resident() {
	/usr/bin/time -f %M -o "$T/resident" "$@" >/dev/null && cat "$T/resident"
}
printf '%-34s %10d kB   (at most 6144; `true`: %d kB)\n' 'skerry verify, resident' \
	"$(resident "$BUILD/skerry" verify "$T/bound.license" --trust "$T/vendor.manifest")" "$(resident true)"

# --- the desk: licenses from a table -----------------------------------------------------------
: "${BENCH_ROWS:=100000}"
desk() { "$BUILD/skerry-issuer" --desk "$T/desk" "$@" >/dev/null 2>&1; }
desk init --no-passphrase
desk brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####'
desk product add hotelhub/hms
desk plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d --feature channel_manager --limit max_rooms=100 --seats 30

# --- a hostile stick: each trick by itself -------------------------------------------------------
cp -r "$T/desk" "$T/robbed"
"$BUILD/skerry" --state "$T/hotel" init --trust "$T/robbed/vendor.manifest" >/dev/null 2>&1
"$BUILD/bench" hostile "$T/hotel" "$T/robbed" "$T/stick"

# --- requests ------------------------------------------------------------------------------------
: "${BENCH_REQUESTS:=10000}"
"$BUILD/bench" requests "$T/desk" "$BENCH_REQUESTS"
awk -v n="$BENCH_ROWS" 'BEGIN {
	print "plan,customer,name,payment"
	for (i = 0; i < n; i++) printf "hotelhub/hms/island,owner%d@hotel%d.example,Grand Hotel Number %d,PAY-%d\n", i, i, i, i
}' >"$T/sales.csv"
"$BUILD/bench" batch "$BUILD/skerry-issuer" "$T/desk" "$T/sales.csv" "$BENCH_ROWS" 'on a disk'
# And where there is no disk to wait for.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then
	M=$(mktemp -d /dev/shm/skerry-bench-XXXXXX)
	trap 'rm -rf "$T" "$M"' EXIT
	cp -r "$T/desk" "$M/desk"
	"$BUILD/bench" batch "$BUILD/skerry-issuer" "$M/desk" "$T/sales.csv" "$BENCH_ROWS" 'in memory'
fi

# --- bundles: what the desk leaves for as many sites, and what one of them spends on it ----------
rm -rf "$T"/desk.*
desk license new --batch "$T/sales.csv" --out "$T/licenses" --unbound
LICENSE=$(find "$T/licenses" -name '*.license' | head -n 1)
cp "$LICENSE" "$T/left.license"
rm -rf "$T/licenses"
"$BUILD/skerry" --state "$T/site" init --trust "$T/desk/vendor.manifest" >/dev/null 2>&1
"$BUILD/bench" imports "$BUILD/skerry" "$T/site" "$T/desk" "$T/left.license"
"$BUILD/bench" bundles "$BUILD/skerry-issuer" "$T/desk" "$BENCH_ROWS"

# --- the daemon: calls that are answered at once -------------------------------------------------
"$BUILD/skerry" --state "$T/hall" init --trust "$T/desk/vendor.manifest" >/dev/null 2>&1
"$BUILD/skerry" --state "$T/hall" import "$T/left.license" >/dev/null
sh tests/bench/http.sh "$T/hall"

# --- the daemon: seats, memory, and the time that it takes to be ready ---------------------------
desk plan add hotelhub/hms/hall --term 3y --feature channel_manager --seats 1000000
desk customer add hotelhub hall@grand.example
KEY=$("$BUILD/skerry-issuer" --desk "$T/desk" license new hotelhub/hms/hall --customer hall@grand.example)
desk license issue "$KEY" --unbound --out "$T/hall.license"
"$BUILD/skerry" --state "$T/house" init --trust "$T/desk/vendor.manifest" >/dev/null 2>&1
"$BUILD/skerry" --state "$T/house" import "$T/hall.license" >/dev/null
mkdir "$T/daemon"
sh tests/bench/daemon.sh "$T/house" "$BUILD/sites/site-100-100000" "$T/daemon"
echo "All of it took $(($(date +%s) - BEGUN)) s."
