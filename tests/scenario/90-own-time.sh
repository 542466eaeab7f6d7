#!/bin/sh
# Goal: a site keeps its own time: a clock turned back buys nothing, one that is far ahead locks nobody and moves the time only on
# somebody's word, and all of it is told and journaled.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
sets_clocks

# lived OFFSET COMMAND...: the machine has run that long. Of a site that lives by this, each call has to be one of these:
# faketime shows another monotonic time than the kernel does.
lived() {
	all_clocks "$@"
}

# wall TIME COMMAND...: its clock alone shows another time.
wall() {
	wall_clock "$@"
}

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry clock
says 'begins with its first license' out
exits 1 skerry clock confirm 2027-01-01
exits 0 skerry import chain.asc hotel.license
exits 0 skerry clock --json
is "$(jq -r .clock.condition out)" ok
first_day=$(jq -r .clock.settled out | cut -c 1-10)

exits 0 wall -40d skerry status --json
is "$(jq -r .clock.condition out)" behind
is "$(jq -r '.clock.settled[:10]' out)" "$first_day"
exits 1 wall -40d skerry clock
says 'advice +Set the system.s clock right' out
exits 1 wall -40d skerry --language id clock
says 'keadaan jam +terlambat$' out
says 'saran +Setel jam sistem dengan benar' out
exits 1 wall -40d skerry monitor
says '^SKERRY WARNING - hotelhub/hms .*clock behind' out
ok 'a clock turned back is told, and the site goes on in its own time'

exits 0 wall +40000d skerry check channel_manager
exits 0 wall +40000d skerry status --json
is "$(jq -r .clock.condition out)" ahead_unproven
is "$(jq -r '.clock.settled[:10]' out)" "$first_day"
far=$(date -u -d '+40000 days' +%Y-%m-%d)
exits 1 wall +40000d skerry clock confirm "$far"
says 'would be locked' err
exits 1 wall +40000d skerry clock confirm 2031-01-01
says 'shows another date' err
exits 2 skerry clock confirm tomorrow
exits 0 skerry status --json
is "$(jq -r '.clock | [.condition, .settled[:10]] | join(" ")' out)" "ok $first_day"
ok 'a clock far ahead locks nobody, and nobody can confirm what would lock'

later=$(date -u -d '+100 days' +%Y-%m-%d)
exits 0 wall +100d skerry clock confirm "$later"
says "^The site's time is now [0-9-]+T" out
exits 0 skerry status --json
is "$(jq -r '.clock.settled[:10]' out)" "$later"
exits 0 skerry journal list
says ' clock.confirmed ' out
says ' clock.condition .*before=ok after=behind' out
says ' import.taken +license ' out
exits 0 skerry journal verify
ok 'a date that somebody confirms is the time from then on, and it is on record'

# Another site lives on: its clocks show every day of it.
SKERRY_STATE=$T/second
exits 0 lived +0d skerry init --trust "$VENDOR"
exits 0 lived +0d skerry import chain.asc hotel.license
exits 1 lived +100d skerry clock --json
is "$(jq -r .clock.condition out)" unattended
exits 0 lived +100d skerry clock
exits 0 lived +170d skerry status --json
is "$(jq -r .state out)" overdue
exits 0 lived +190d skerry status --json
is "$(jq -r '.state + " " + .reason' out)" 'grace renewal_missed'
exits 0 lived +560d skerry status --json
is "$(jq -r .access out)" read_only
exits 2 lived +560d skerry monitor
says '^SKERRY CRITICAL - ' out
exits 1 lived +640d skerry status --json
is "$(jq -r .state out)" locked
exits 1 lived +640d skerry check channel_manager
# Nothing that is done to the clock brings that back.
exits 1 skerry status
exits 1 wall -3000d skerry status
exits 1 wall +10d skerry status
exits 0 lived +640d skerry journal verify
lived +640d skerry journal list --json >out
is "$(jq -r '[.entries[] | select(.kind == "verdict") | .detail | capture("state=(?<s>[a-z]+)").s] | unique | join(" ")' out)" \
	'active degraded grace locked overdue'
ok 'a year without word goes down the ladder, each step on record, and no clock goes back up'
