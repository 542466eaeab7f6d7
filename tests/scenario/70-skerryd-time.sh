#!/bin/sh
# Goal: a running skerryd lives through a license's years as the site does: answers change when their instant comes, without anybody
# looking; clocks that are set, back or to 2099, change nothing; summer time moves no instant; and what it saw is on record.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
. "$ROOT/tests/machine/machine.sh"
machine_goes "$BUILD" >why-not || {
	echo "skipped: $(cat why-not)"
	exit 0
}
MACHINE_FILE=$T/clocks
export MACHINE_FILE
machine_on "$BUILD" 2027-01-04T09:00:00Z CET-1CEST,M3.5.0,M10.5.0/3
open_desk
desk plan add hotelhub/hms/short --term 1y --renew-every 60d --grace 30d --warn 20d --alert 5d --degraded 10d \
	--feature channel_manager >/dev/null
desk license issue "$(sell hotelhub/hms/short)" --unbound --out hotel.license >/dev/null 2>&1
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import hotel.license
daemon_begins

# holds STATE ACCESS OK: what GET /v1/check says, at once or after the look that is under way.
state_is() {
	call /v1/check/channel_manager >/dev/null
	grep -q "\"ok\":$3,.*\"state\":\"$1\",\"access\":\"$2\"" out
}
holds() {
	until_true state_is "$@"
}

# The daemon's own timers are the kernel's: at an instant that came with the machine's clocks, it is told to look.
looks() {
	call /metrics >/dev/null
	looked=$(sed -n 's/^skerry_looks_total //p' out)
	kill -HUP "$daemon"
	until_true has_looked
}
has_looked() {
	call /metrics >/dev/null
	! grep -qx "skerry_looks_total $looked" out
}

holds active full true
machine_until 2027-02-15T12:00:00Z
holds overdue full true
looks
machine_until 2027-03-10T12:00:00Z
holds grace full true
looks
ok 'without anybody looking, a license is overdue and then in its grace'

# clock_is CONDITION: a look says so of the wall clock, and the site's own day is still the tenth of March.
clock_says() {
	call /v1/clock >/dev/null
	grep -q "\"condition\":\"$1\",\"settled\":\"2027-03-10T12" out
}
clock_is() {
	kill -HUP "$daemon"
	until_true clock_says "$1"
	holds grace full true
}
machine_shows 2099-01-01T00:00:00Z
clock_is ahead_unproven
machine_shows 2020-01-01T00:00:00Z
clock_is behind
machine_corrected
clock_is ok
ok 'a clock set to 2099 or back to 2020 changes nothing'

# The grace ends on 2027-04-04 09:00 by UTC, at the next end of a hotel's day: 04:00 by local time, summer time since a week.
machine_until 2027-04-05T01:59:58Z
holds grace full true
machine_runs 4
holds degraded read_only false
call '/v1/check/channel_manager?read=1' >/dev/null
says '"ok":true' out
ok 'the hotel goes down a step at the end of its day, by summer time'

looks
machine_runs 15d
holds locked none false
looks
is "$(call /v1/status)" 200
says '"state":"locked"' out
daemon_ends
exits 1 skerry check channel_manager
ok 'and is locked at the end, for everybody'

# Each step was recorded when it came, though only the daemon was asked.
exits 0 skerry journal list --json
says 'overdue' out
says 'degraded' out
says 'locked' out
ok 'each step is in the journal'
