#!/bin/sh
# Goal: the wall clock alone goes wrong, while the machine runs on: back, far ahead, over the edges of the calendar, a month typed
# wrong, 1970 until the network tells. No honest site loses access by it, and no cheat gains any.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
command -v faketime >/dev/null || {
	echo 'skipped: faketime is not installed'
	exit 0
}
# Sanitizers want to be loaded first, and some of them wait for ever when they are not.
timeout 10 faketime -f +0d skerry --version >/dev/null 2>&1 || {
	echo 'skipped: faketime does not go with this build'
	exit 0
}
DAY_ONE=2027-01-11T12:00:00Z

# wall TIME COMMAND...: the clock shows that, and stands; running time is the real one, of the few seconds that this takes.
wall() {
	shown=$1
	shift
	FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "$shown" "$@"
}

# site NAME [TIME]: a site of its own, which took in the license while its clock showed that (day one).
site() {
	SKERRY_STATE=$T/$1
	exits 0 wall "${2:-2027-01-11 12:00:00}" skerry init --trust "$VENDOR"
	exits 0 wall "${2:-2027-01-11 12:00:00}" skerry import chain.asc hotel.license
}

# shows TIME STATE CONDITION SETTLED: the clock at that time, the answer, the site's own time to the hour.
shows() {
	wall "$1" skerry status --json --product hms >out || :
	is "$1: $(jq -r '[.state, .clock.condition, .clock.settled[:13]] | join(" ")' out)" "$1: $2 $3 $4"
}

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc

site back
exits 0 wall '2027-01-11 11:00:00' skerry check channel_manager
shows '2027-01-11 11:00:00' active ok 2027-01-11T12
shows '2027-01-10 13:00:00' active ok 2027-01-11T12
shows '2027-01-10 11:00:00' active behind 2027-01-11T12
is "$(jq -r .notice out)" warn
shows '2026-12-11 12:00:00' active behind 2027-01-11T12
shows '1980-01-01 00:00:10' active behind 2027-01-11T12
shows '1970-01-01 00:00:10' active behind 2027-01-11T12
exits 1 wall '1970-01-01 00:00:10' skerry clock
says 'Set this machine' out
exits 0 wall '1970-01-01 00:00:10' skerry check channel_manager
# Put right by hand or by the network: the hours that were missed are back at once.
shows '2027-01-12 11:00:00' active ok 2027-01-12T11
is "$(jq -r .notice out)" none
ok 'a clock that is back is told and costs nothing; set right, it is believed'

site ahead
for far in '2028-03-01 00:00:00' '2037-12-31 23:59:59' '2038-01-19 03:14:08' '2099-01-01 00:00:00' '2106-02-07 06:28:16'; do
	exits 0 wall "$far" skerry check channel_manager
	shows "$far" active ahead_unproven 2027-01-11T12
	exits 1 wall "$far" skerry clock
	exits 1 wall "$far" skerry clock confirm 2027-01-11
	says 'another date' err
done
exits 1 wall '2099-01-01 00:00:00' skerry clock confirm 2099-01-01T00:00:00Z
says 'would be locked' err
shows '2027-01-11 13:00:00' active ok 2027-01-11T13
ok 'years ahead lock nobody, confirmed or not'

# A month typed wrong, by a tired hand: what it would come to is told, and nothing of it stays.
site typo
exits 0 wall '2027-02-11 12:00:00' skerry check channel_manager
shows '2027-02-11 12:00:00' active ok 2027-01-11T12
is "$(jq -r '.clock.candidate[:10] + " " + .notice' out)" '2027-02-11 info'
exits 0 wall '2027-02-11 12:00:00' skerry clock
says 'will be believed +2027-02-11' out
shows '2027-11-11 12:00:00' active ahead_unproven 2027-01-11T12
shows '2027-01-12 09:00:00' active ok 2027-01-12T09
is "$(jq -r '.clock.candidate' out)" null
exits 0 wall '2027-01-12 09:01:00' skerry journal list
says ' clock.candidate ' out
says ' clock.candidate.gone ' out
ok 'a month typed wrong and corrected within a day leaves a line in the journal'

site first '1970-01-01 00:00:40'
exits 0 wall '1970-01-01 00:00:50' skerry check channel_manager
shows '1970-01-01 00:01:00' active behind 2027-01-11T12
shows '2027-01-12 08:00:00' active ok 2027-01-12T08
site late '2099-01-01 00:00:00'
exits 0 wall '2099-01-01 00:00:00' skerry check channel_manager
shows '2027-01-12 08:00:00' active ok 2027-01-12T08
ok 'a first start in 1970 or 2099 is mended by the first right clock'

# Over the edges of the calendar, a day or less at a time: the site's time is the clock's, to the second.
# over DATE TIME...: a license of that date, and what the clock then shows. Moves of an hour or less may wait to be recorded.
over() {
	SKERRY_STATE=$T/over-$1
	desk=desk-$1
	[ -d "$desk" ] || cp -a desk "$desk"
	exits 0 skerry-issuer --desk "$desk" --at "$1T12:00:00Z" clock confirm
	exits 0 skerry-issuer --desk "$desk" --at "$1T12:00:00Z" license new hotelhub/hms/island --customer owner@grand.example
	exits 0 skerry-issuer --desk "$desk" --at "$1T12:00:00Z" license issue "$(cat out)" --unbound --out "$1.license"
	exits 0 wall "$1 12:00:00" skerry init --trust "$VENDOR"
	exits 0 wall "$1 12:00:00" skerry import chain.asc "$1.license"
	shift
	for edge; do
		exits 0 wall "$edge" skerry status --json
		is "$(jq -r '[.state, .clock.settled, .clock.condition] | join(" ")' out)" "active $(echo "$edge" | tr ' ' T)Z ok"
	done
}
over 2028-02-27 '2028-02-28 11:00:00' '2028-02-28 23:59:59' '2028-02-29 12:00:00' '2028-02-29 23:59:59' '2028-03-01 12:00:00'
over 2038-01-18 '2038-01-19 03:14:07' '2038-01-19 05:00:00' '2038-01-20 03:14:08'
over 2100-02-27 '2100-02-28 11:00:00' '2100-02-28 23:59:59' '2100-03-01 12:00:00' '2100-03-02 00:00:00'
over 2106-02-06 '2106-02-07 06:28:00' '2106-02-08 00:00:00'
# An RTC in local time is an hour off where summer begins and ends.
over 2027-03-27 '2027-03-28 00:59:59' '2027-03-28 02:00:00' '2027-03-28 03:30:00'
shows '2027-03-28 02:00:00' active ok 2027-03-28T03
over 2027-10-30 '2027-10-31 00:59:59' '2027-10-31 02:00:00'
shows '2027-10-31 01:00:00' active ok 2027-10-31T02
ok '2038, 2100, 2106, leap days and the hours of summer time are days like others'

# Cheats: a site that its vendor's newest word shows to be out of all its days stays so, whatever its clock is made to say.
site cheat
late=2028-10-01T12:00:00Z
exits 0 skerry-issuer --at "$late" clock confirm
exits 0 skerry-issuer --at "$late" product add hotelhub/pos --name 'HotelHub POS'
exits 0 skerry-issuer --at "$late" plan add hotelhub/pos/small --feature till
exits 0 skerry-issuer --at "$late" license new hotelhub/pos/small --customer owner@grand.example
exits 0 skerry-issuer --at "$late" license issue "$(cat out)" --unbound --out pos.license
exits 0 wall '2027-01-11 12:00:00' skerry check channel_manager --product hms
exits 0 wall '2027-01-11 12:00:00' skerry import pos.license
for cheat in '2027-01-11 12:00:00' '2027-01-10 00:00:00' '1970-01-01 00:00:10' '2028-09-30 12:00:00' '2099-01-01 00:00:00' \
	'2027-01-12 12:00:00' '9999-12-31 00:00:00' '2028-10-01 12:00:00'; do
	exits 1 wall "$cheat" skerry check channel_manager --product hms
	exits 1 wall "$cheat" skerry check channel_manager --product hms --read
	exits 0 wall "$cheat" skerry check till --product pos
done
exits 1 wall '2027-01-11 12:00:00' skerry clock confirm 2027-01-11
says 'nothing to confirm' err
# To ask about another date is to ask, and no more.
exits 0 wall '2027-01-11 12:00:00' skerry why --product hms --at 2027-02-01
exits 1 wall '2027-01-11 12:00:00' skerry check channel_manager --product hms
# Nor does a new folder, where the same documents say the same.
SKERRY_STATE=$T/anew
exits 0 wall '2027-01-11 12:00:00' skerry init --trust "$VENDOR"
exits 0 wall '2027-01-11 12:00:00' skerry import chain.asc pos.license hotel.license
exits 1 wall '2027-01-11 12:00:00' skerry check channel_manager --product hms
ok 'no clock brings back what the days have taken'
