#!/bin/sh
# Goal: the wall clock alone goes wrong, while the machine runs on: back, far ahead, over the edges of the calendar, a month typed
# wrong, 1970 until the network tells. No honest site loses access by it, and no cheat gains any.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
sets_clocks
DAY_ONE=2027-01-11T12:00:00Z

# wall TIME COMMAND...: the clock shows that, and stands; running time is the real one, of the few seconds that this takes.
wall() {
	wall_clock "$@"
}

# site NAME [TIME]: a site of its own, which took in the license while its clock showed that (day one).
site() {
	SKERRY_STATE=$T/$1
	exits 0 wall "${2:-2027-01-11 12:00:00}" skerry init --trust "$VENDOR"
	exits 0 wall "${2:-2027-01-11 12:00:00}" skerry import chain.asc hotel.license
}

# shows TIME STATE CONDITION NOTICE SETTLED: the clock at that time, the answer, the site's own time. as_shown [CHARACTERS]: so it
# was; settled time to the hour, or as told.
shows() {
	wall "$1" skerry status --json --product hms >out || :
	gather "$1 $2 $3 $4 $5"
}
as_shown() {
	gathered '[(.clock.wall | sub("T"; " ") | sub("Z"; "")), .state, .clock.condition, .notice, .clock.settled[:'"${1:-13}"']] | join(" ")'
}

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc

site back
exits 0 wall '2027-01-11 11:00:00' skerry check channel_manager
shows '2027-01-11 11:00:00' active ok none 2027-01-11T12
shows '2027-01-10 13:00:00' active ok none 2027-01-11T12
shows '2027-01-10 11:00:00' active behind warn 2027-01-11T12
shows '2026-12-11 12:00:00' active behind warn 2027-01-11T12
shows '1980-01-01 00:00:10' active behind warn 2027-01-11T12
shows '1970-01-01 00:00:10' active behind warn 2027-01-11T12
exits 1 wall '1970-01-01 00:00:10' skerry clock
says 'advice +Set the system.s clock right' out
exits 0 wall '1970-01-01 00:00:10' skerry check channel_manager
# Put right by hand or by the network: the hours that were missed are back at once.
shows '2027-01-12 11:00:00' active ok none 2027-01-12T11
as_shown
ok 'a clock that is back is told and costs nothing; set right, it is believed'

site ahead
for far in '2028-03-01 00:00:00' '2037-12-31 23:59:59' '2038-01-19 03:14:08' '2099-01-01 00:00:00' '2106-02-07 06:28:16'; do
	exits 0 wall "$far" skerry check channel_manager
	shows "$far" active ahead_unproven warn 2027-01-11T12
	exits 1 wall "$far" skerry clock
	exits 1 wall "$far" skerry clock confirm 2027-01-11
	says 'another date' err
done
exits 1 wall '2099-01-01 00:00:00' skerry clock confirm 2099-01-01T00:00:00Z
says 'would be locked' err
shows '2027-01-11 13:00:00' active ok none 2027-01-11T13
as_shown
ok 'years ahead lock nobody, confirmed or not'

# A month typed wrong, by a tired hand: what it would come to is told, and nothing of it stays.
site typo
exits 0 wall '2027-02-11 12:00:00' skerry check channel_manager
shows '2027-02-11 12:00:00' active ok info 2027-01-11T12
says '"candidate":"2027-02-11' out
exits 0 wall '2027-02-11 12:00:00' skerry clock
says 'not believed yet +2027-02-11' out
says 'believed after +1 day more of running' out
says 'correct it before +2027-02-12T12:0' out
exits 0 wall '2027-02-11 12:00:00' skerry clock --language id
says 'dipercaya setelah +komputer menyala 1 hari lagi' out
exits 0 wall '2027-02-11 12:00:00' skerry why
tr -s '\n ' '  ' <out >one-line
says 'It will be after 1 day more of running\.' one-line
exits 1 wall '2027-02-11 12:00:00' skerry monitor
says '^SKERRY WARNING - .*clock not believed yet: 1 day more of running' out
exits 1 wall '2027-02-11 12:00:00' skerry --language id monitor
says 'jam belum dipercaya: komputer menyala 1 hari lagi' out
# A weekend without the machine wakes nobody.
exits 0 wall '2027-01-14 12:00:00' skerry monitor
shows '2027-11-11 12:00:00' active ahead_unproven warn 2027-01-11T12
shows '2027-01-12 09:00:00' active ok none 2027-01-12T09
says '"candidate":null' out
exits 0 wall '2027-01-12 09:01:00' skerry journal list
says ' clock.candidate ' out
says ' clock.candidate.gone ' out
as_shown
ok 'a month typed wrong and corrected within a day leaves a line in the journal'

site first '1970-01-01 00:00:40'
exits 0 wall '1970-01-01 00:00:50' skerry check channel_manager
shows '1970-01-01 00:01:00' active behind warn 2027-01-11T12
shows '2027-01-12 08:00:00' active ok none 2027-01-12T08
site late '2099-01-01 00:00:00'
exits 0 wall '2099-01-01 00:00:00' skerry check channel_manager
shows '2027-01-12 08:00:00' active ok none 2027-01-12T08
as_shown
ok 'a first start in 1970 or 2099 is mended by the first right clock'

# Over the edges of the calendar, a day or less at a time: the site's time is the clock's, to the second.
# over DATE TIME...: a license of that date, and what the clock then shows.
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
		shows "$edge" active ok none "${edge% *}T${edge#* }Z"
	done
	as_shown 20
}
over 2028-02-27 '2028-02-28 11:00:00' '2028-02-28 23:59:59' '2028-02-29 12:00:00' '2028-02-29 23:59:59' '2028-03-01 12:00:00'
over 2038-01-18 '2038-01-19 03:14:07' '2038-01-19 03:14:08' '2038-01-19 04:00:00' '2038-01-20 03:14:08'
# What was the site's time once stays so, also where the clock goes back by less than an hour.
over 2038-01-17 '2038-01-18 03:14:08' '2038-01-18 04:00:00'
shows '2038-01-18 03:14:08' active ok none 2038-01-18T04
as_shown
over 2100-02-27 '2100-02-28 11:00:00' '2100-02-28 23:59:59' '2100-03-01 12:00:00' '2100-03-02 00:00:00'
over 2106-02-06 '2106-02-07 06:28:00' '2106-02-08 00:00:00'
# An RTC in local time is an hour off where summer begins and ends.
over 2027-03-27 '2027-03-28 00:59:59' '2027-03-28 02:00:00' '2027-03-28 03:30:00'
shows '2027-03-28 02:00:00' active ok none 2027-03-28T03
as_shown
over 2027-10-30 '2027-10-31 00:59:59' '2027-10-31 02:00:00'
shows '2027-10-31 01:00:00' active ok none 2027-10-31T02
as_shown
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
