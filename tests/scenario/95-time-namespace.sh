#!/bin/sh
# Goal: a time namespace, which any user may make, shows a program shifted clocks. The site sees through it: no day is gained or
# lost by the shift, in either direction, it is told as a fault, and it is over when the namespace is.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/machine/machine.sh"

# A namespace of one's own needs root, or a user namespace where the system allows that.
user=
unshare -T --monotonic 1 true 2>/dev/null || user=-Ur
# shellcheck disable=SC2086
unshare $user -T --monotonic 1 true 2>why-not || {
	echo "skipped: no time namespace can be made here: $(tail -n 1 why-not)"
	exit 0
}

# shifted SECONDS COMMAND...: where both clocks of running time show so much more, or less.
shifted() {
	shift_s=$1
	shift
	# shellcheck disable=SC2086
	unshare $user -T --monotonic "$shift_s" --boottime "$shift_s" "$@"
}
uptime=$(cut -d. -f1 /proc/uptime)
DAY=86400 YEAR=31536000
# So far back that the machine seems to have been switched on just now.
BACK=-$((uptime > 1000000 ? 1000000 : uptime - 1))
is "$(shifted $YEAR awk '$1 == "monotonic" { print $2 }' /proc/self/timens_offsets)" $YEAR

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hotel.license
exits 0 skerry status --json
is "$(jq -r '[.state, .notice, .clock.condition] | join(" ")' out)" 'active none ok'

for by in $DAY $YEAR $((90 * YEAR)) $BACK -1 1; do
	exits 0 shifted "$by" skerry check channel_manager
	exits 0 shifted "$by" skerry status --json
	is "$by: $(jq -r '[.state, .notice, .clock.condition] | join(" ")' out)" "$by: active warn fault"
	# As far from the system's clock as without a namespace: not at all, give or take an hour on a busy machine.
	jq -e '(.clock.settled | fromdate) - (.clock.wall | fromdate) | fabs < 3600' out >/dev/null || {
		cat out >&2
		fail "shifted by $by the site lives in another time"
	}
	exits 1 shifted "$by" skerry clock
	says 'contradicts itself' out
	exits 0 skerry status --json
	is "$by: $(jq -r '[.state, .notice, .clock.condition] | join(" ")' out)" "$by: active none ok"
done
exits 0 skerry journal list
says ' clock.condition .*before=ok after=fault' out
says ' clock.condition .*before=fault after=ok' out
grep -Eq ' clock.(moved|candidate) ' out && fail 'a shift moved the time'
exits 0 skerry journal verify
ok 'shifted clocks are told as a fault, move nothing, and take nothing away'

exits 0 shifted $YEAR skerry --state "$T/inside" init --trust "$VENDOR"
exits 0 shifted $YEAR skerry --state "$T/inside" import chain.asc hotel.license
for by in 0 $DAY $BACK; do
	exits 0 shifted "$by" skerry --state "$T/inside" check channel_manager
done
exits 0 skerry --state "$T/inside" status --json
is "$(jq -r '[.state, .clock.condition] | join(" ")' out)" 'active ok'
ok 'a site that was set up in one container answers the same in another'

# Running time of a container goes on being counted: the machine is a little one here, of which ten days at a time pass.
machine_goes "$BUILD" >why-not || {
	echo "skipped: running time in a namespace: $(cat why-not)"
	exit 0
}
# seen FROM COMMAND...: what the little machine's uptime looks like from a namespace shifted by that.
seen() {
	from=$1
	shift
	shifted "$from" env MACHINE_UPTIME_S=$((MACHINE_UPTIME_S + from)) "$@"
}
SKERRY_STATE=$T/counted
machine_on "$BUILD" "@$(date +%s)"
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hotel.license
machine_runs 12d
exits 0 skerry check channel_manager
first=$(date +%s)
for by in $YEAR $BACK 1 $BACK $YEAR -1; do
	machine_runs 10d
	# A cheat turns the wall clock back as well.
	machine_shows "@$first"
	exits 0 seen "$by" skerry status --json
	is "$by: $(jq -r '[.state, .clock.condition] | join(" ")' out)" "$by: active fault"
	is "$by: $(jq -r '.clock.settled | fromdate' out)" "$by: $machine_now"
done
machine_runs 600d
exits 1 seen $BACK skerry check channel_manager --read
exits 1 seen $YEAR skerry check channel_manager --read
exits 1 skerry check channel_manager --read
ok 'no namespace stops the count: what was licensed ends on its day'
