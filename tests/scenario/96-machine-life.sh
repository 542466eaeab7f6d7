#!/bin/sh
# Goal: lives of machines, through the real programs: power-offs, dead and mad clocks, winters, pauses, and thieves, each with its
# own boots and running time. Who is honest never loses access by it; who cheats lives by the running time that was licensed.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/machine/machine.sh"
machine_goes "$BUILD" >why-not || {
	echo "skipped: $(cat why-not)"
	exit 0
}
START=2027-01-11T12:00:00Z

# The machine is the library's; the programs know nothing of it, and what it is told wrong it does not take for nothing.
for program in skerry skerry-issuer skerry-keys; do
	! grep -aqE 'MACHINE_(WALL|UPTIME_S|ZONE)' "$BUILD/$program" || fail "$program knows the machine"
done
exits 125 env MACHINE_WALL=tomorrow LD_PRELOAD="$BUILD/machine.so" date
says 'MACHINE_WALL' err
machine_on "$BUILD" "$START"

# begins NAME [ZONE]: a new machine at the start of the story, with a site that takes in the license.
begins() {
	machine_on "$BUILD" "$START" "${2:-}"
	SKERRY_STATE=$T/$1
	exits 0 skerry init --trust "$VENDOR"
	exits 0 skerry import chain.asc hotel.license
}

# asks: the product's question, which an honest machine always gets a yes to.
asks() {
	exits 0 skerry check channel_manager
}

# clock_is CONDITION HOURS: what the site makes of its clocks, and how far its own time is behind the true one, in whole hours.
# as_true: so it was.
clock_is() {
	skerry status --json >answer || :
	printf '{ "now": %s, "status": %s }\n' "$machine_now" "$(cat answer)" >out
	gather "$1 $2"
}
as_true() {
	gathered '(.now - (.status.clock.settled | fromdate)) as $behind
		| if $behind < 0 then "ahead of true time" else "\(.status.clock.condition) \($behind / 3600 | floor)" end'
}

# works DURATION...: runs so long, and asks each time.
works() {
	for span; do
		machine_runs "$span"
		asks
	done
}

open_desk
key=$(sell hotelhub/hms/island)
desk plan add hotelhub/hms/monthly --term 3y --renew-every 30d --grace 30d --degraded 30d --feature channel_manager >/dev/null
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc

begins dead-rtc
for _ in $(seq 26); do
	machine_off 4h 1970-01-01
	asks
	works 332h
done
# The year, less what nobody can count: four hours at each boot.
clock_is behind $((26 * 4))
says '"state":"grace"' out
as_true
exits 0 skerry journal verify
ok 'a clock that is dead at each boot for a year: running time counts, and access holds'

begins nights
for _ in 1 2; do
	for night in 14h 14h 14h 14h 62h; do
		works 10h
		machine_off $night 1970-01-01
		asks
		machine_runs 10m
		machine_corrected
		asks
	done
done
works 12h 12h
clock_is ok 0
as_true
ok 'off every night and weekend, in 1970 each morning until the network tells: the time is right within a day'

begins glitch
machine_off 10m 2099-01-01
asks
works 10d 10d 10d
clock_is ahead_unproven 0
exits 1 skerry clock confirm 2099-01-31
machine_corrected
clock_is ok 0
machine_off 150d 2099-01-01
asks
machine_runs 10m
machine_corrected
clock_is ok $((150 * 24))
works 18h 18h 18h 18h
clock_is ok 0
as_true
ok 'a battery that says 2099 takes nothing away, nor the winter behind it'

begins winters
cp -a desk desk-winters
for year in 1 2 3; do
	works 200d
	# A renewal each autumn, by the last boat.
	for step in "clock confirm" "license renew $key"; do
		# shellcheck disable=SC2086
		exits 0 skerry-issuer --desk desk-winters $step
	done
	exits 0 skerry-issuer --desk desk-winters license issue "$key" --unbound --out "autumn-$year.license"
	exits 0 skerry import "autumn-$year.license"
	works 14d 12h 12h
	machine_off 150d
	asks
	clock_is ok $((150 * 24))
	says "\"candidate\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"" out
	works 18h 18h 18h 17h
	clock_is ok $((150 * 24))
	works 1h
	clock_is ok 0
	says '"state":"overdue",.*"notice":"warn"' out
done
as_true
ok 'five months closed each winter: believed after three days, three years in a row'

begins opening
works 200d 12h
machine_off 150d 1970-01-01
asks
for night in 0 1 2 3 4 5 6 7; do
	machine_runs 10m
	machine_corrected
	asks
	works 10h
	[ $night = 7 ] || clock_is ok $((150 * 24 + night * 14))
	machine_off 14h 1970-01-01
	asks
done
machine_corrected
clock_is ok 0
as_true
ok 'who opens after a winter, off each night and with a dead battery, has the right time within 72 hours of work'

begins paused
for _ in 1 2 3 4 5; do
	works 10h
	machine_pauses 14h
	clock_is ok 0
done
machine_pauses 30d
clock_is ok $((30 * 24))
works 12h 12h
clock_is ok 0
# A season of it looks like a hand at the clock; a reboot makes it an off time.
machine_pauses 150d
works 17h 17h 17h 17h 16h
clock_is ahead_unproven $((150 * 24))
machine_off 1m
asks
works 18h 18h 18h 18h
clock_is ok 0
as_true
ok 'a machine that is suspended or paused: a night at once, a month after a day, a season after a reboot'

# First installs, with a license that has traveled for a hundred days, and a clock that is wrong for most of a day.
for wrong in 1970-01-01 -30d +2d +300d 2099-01-01; do
	machine_on "$BUILD" "$START"
	machine_runs 100d
	machine_shows $wrong
	SKERRY_STATE=$T/first-$wrong
	exits 0 skerry init --trust "$VENDOR"
	exits 0 skerry import chain.asc hotel.license
	works 12h 11h
	machine_corrected
	asks
	machine_off 1m
	asks
	works 18h 18h 18h 18h
	clock_is ok 0
done
as_true
ok 'a first install with a wrong clock is right in the end'

# The day ends at 04:00 of the place, also where an hour is missing or comes twice.
# day_end NAME ZONE ENDS STEP: a grace that is over at ENDS holds until STEP, the next day end, as was foretold.
day_end() {
	machine_on "$BUILD" "$(date -u -d "$3 60 days ago" +%Y-%m-%dT%H:%M:%SZ)" "$2"
	SKERRY_STATE=$T/day-$1
	cp -a desk "desk-$1"
	exits 0 skerry-issuer --desk "desk-$1" clock confirm
	exits 0 skerry-issuer --desk "desk-$1" license new hotelhub/hms/monthly --customer owner@grand.example
	exits 0 skerry-issuer --desk "desk-$1" license issue "$(cat out)" --unbound --out "$1.license"
	exits 0 skerry init --trust "$VENDOR"
	exits 0 skerry import chain.asc "$1.license"
	asks
	exits 0 skerry status --json
	says "\"grace_until\":\"$4\"" out
	machine_until "$3"
	asks
	exits 0 skerry status --json
	says "\"state\":\"grace\",.*\"next_change_at\":\"$4\"" out
	exits 0 skerry status
	says ' 04:00 ' out
	machine_until "$4 1 second ago"
	asks
	machine_runs 1
	exits 1 skerry check channel_manager
	exits 0 skerry check channel_manager --read
	exits 0 skerry status --json
	says '"state":"degraded"' out
	# What was recorded half a day before tells that second, too.
	exits 0 skerry why --at "$(date -u -d "$4 1 second ago" +%Y-%m-%dT%H:%M:%SZ)" --json
	says "\"state\":\"grace\",.*\"from\":\"$4\",\"state\":\"degraded\"" out
}
CET='CET-1CEST,M3.5.0,M10.5.0/3'
day_end spring "$CET" 2027-03-27T12:00:00Z 2027-03-28T02:00:00Z
day_end spring-after "$CET" 2027-03-28T12:00:00Z 2027-03-29T02:00:00Z
day_end autumn "$CET" 2027-10-30T12:00:00Z 2027-10-31T03:00:00Z
day_end island WITA-8 2027-03-27T12:00:00Z 2027-03-27T20:00:00Z
day_end west HST10 2027-03-27T12:00:00Z 2027-03-27T14:00:00Z
day_end leap UTC0 2100-02-28T12:00:00Z 2100-03-01T04:00:00Z
ok 'the day ends at four in the morning, wherever that is, on days of 23 and 25 hours too'

# --- who cheats ---------------------------------------------------------------------------------

# answers_by_running_time DAY: on that day of running, full access until the grace is over, reading for a month more, then nothing.
answers_by_running_time() {
	full=0 read=0
	[ "$1" -le 545 ] || full=1
	[ "$1" -le 575 ] || read=1
	exits "$full" skerry check channel_manager
	exits "$read" skerry check channel_manager --read
}

begins stands-still
for day in $(seq 27 27 594); do
	machine_runs 27d
	machine_shows "$START"
	answers_by_running_time "$day"
done
begins back-and-forth
for day in $(seq 27 27 594); do
	machine_runs 27d
	machine_shows -$((day % 400))d
	answers_by_running_time "$day"
	[ $((day % 54)) != 0 ] || {
		machine_off 0 "$START"
		answers_by_running_time "$day"
	}
done
exits 1 skerry status --json
says '"state":"locked"' out
machine_off 1h "$START"
exits 1 skerry check channel_manager --read
exits 0 skerry journal verify
ok 'a clock that stands still, or is turned back at will, buys no day of running'

begins other-boots
for _ in $(seq 72); do
	machine_runs 1h
	machine_shows "$START"
	machine_renamed
	skerry check channel_manager >out 2>err || :
done
skerry status --json >out || :
jq -e --argjson start "$(date -u -d "$START" +%s)" '((.clock.settled | fromdate) - $start) / 3600 | . >= 63 and . <= 72' <out >/dev/null ||
	fail 'changing boot ids stop the time'
exits 0 skerry journal list
says 'clock.strange' out
begins late-checks
for _ in $(seq 40); do
	machine_off 4h 1970-01-01
	machine_runs 20h
	skerry check channel_manager >out 2>err || :
done
skerry status --json >out || :
jq -e --argjson start "$(date -u -d "$START" +%s)" '((.clock.settled | fromdate) - $start) / 3600 | . >= 799 and . <= 801' <out >/dev/null ||
	fail 'what runs before the only question of a boot is lost'
ok 'a boot id that changes, or one question before each power-off, ends no count of running time'
