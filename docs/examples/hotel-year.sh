#!/bin/sh
# SPDX-License-Identifier: ISC
# A hotel on an island that no wire reaches, over nineteen months: parts that break, clocks that are wrong, a winter closed, a
# renewal that does not come, and one that does. The programs run as they are, on a little machine whose calendar this script
# turns (tests/machine); the desk keeps the same calendar. KEEP=dir keeps what it makes.
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$examples/stage.sh"
. "$examples/../../tests/machine/machine.sh"
machine_goes "$SKERRY_BIN" || exit 2
printf '\n=== A hotel'"'"'s year, on an island, eight hours east of Greenwich\n'

# part TEXT: a scene, under the true date and time of the hotel.
part() {
	scene "$(LC_ALL=C TZ=WITA-8 date -d "@$machine_now" '+%e %B %Y, %H:%M' | sed 's/^ //')" "$1"
}

# tells CODE PATTERN COMMAND...: has to end with that code and to have such lines, which are shown.
tells() {
	wanted=$1 pattern=$2 answer=0
	shift 2
	show "$@"
	"$@" >.said 2>&1 || answer=$?
	grep -E -- "$pattern" .said | sed 's/^/    /'
	[ "$answer" = "$wanted" ] && grep -Eq -- "$pattern" .said || {
		echo "    ... and should have ended with $wanted (exit $answer) and said '$pattern', not this:"
		sed 's/^/    /' .said
		exit 1
	}
}

# holds STATE ACCESS REASON NOTICE CLOCK: what scripts see.
holds() {
	# shellcheck disable=SC2086
	skerry status --json $parts >.json || :
	words=
	for name in state access reason notice condition; do
		words="$words$(sed -n "s/.*\"$name\":\"\([a-z_]*\)\".*/\1/p" .json) "
	done
	[ "$words" = "$* " ] || {
		echo "    ... and should be: $* (it is: $words)"
		exit 1
	}
}

# works: the product asks, as it does all day long; what it hears is looked at elsewhere.
works() {
	# shellcheck disable=SC2086
	skerry check channel_manager $parts >/dev/null || :
}

# lives_until DATE: the machine runs and the product works. Of all these days the last one is played.
lives_until() {
	machine_until "$1 12 hours ago"
	works
	machine_runs 12h
	works
}

export SKERRY_DESK=desk SKERRY_STATE=site
machine_on "$SKERRY_BIN" '2027-01-11 09:00 +0800' WITA-8

part 'a license for three years, renewed twice a year, with a year of grace'
skerry-issuer init --no-passphrase --name HotelHub >/dev/null 2>&1
skerry-issuer brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' \
	--contact-phone '+62 361 555 0100' --contact-language id --contact-language en >/dev/null
skerry-issuer product add hotelhub/hms --name 'HotelHub HMS' >/dev/null
run skerry-issuer plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d --warn 30d --alert 7d --degraded 30d \
	--rebind-grace 14d --feature channel_manager --limit max_rooms=100 --seats 30
skerry-issuer customer add hotelhub owner@atoll.example --name 'Atoll Inn' --language id >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@atoll.example)

part 'at the hotel: the product runs in a container and tells what lasts: board, disk, network card'
parts='--custom board:7781 --custom disk:5512 --custom card:02a4'
run skerry init --trust desk/vendor.manifest
mkdir container
# shellcheck disable=SC2086
run skerry fingerprint --sysroot container --key "$KEY" $parts --out hotel.fingerprint
run skerry-issuer license issue "$KEY" --fingerprint hotel.fingerprint --out hotel.license
run skerry import hotel.license
# shellcheck disable=SC2086
run skerry status $parts
holds active full ok none ok

# --- parts that break ---------------------------------------------------------------------------
machine_until '2027-02-02 10:00 +0800'
parts='--custom board:7781 --custom disk:5512 --custom card:9c1f'
part 'lightning: a new network card. Two of three parts are the same: it is the same machine'
# shellcheck disable=SC2086
tells 0 '^(active|  machine)' skerry status $parts
machine_until '2027-02-02 16:00 +0800'
holds active full ok none ok

parts='--custom board:7781 --custom disk:0003 --custom card:9c1f'
part 'a new disk as well: that is another machine. All works for 14 days more, with the reason and whom to call'
# shellcheck disable=SC2086
tells 0 '^(grace|  This machine|  is needed|    matched|  (Ask|Call) )|days are counted|no access' skerry why $parts
# shellcheck disable=SC2086
tells 0 '^yes' skerry check channel_manager $parts
holds grace full wrong_machine alert ok
# shellcheck disable=SC2086
tells 1 'no access' skerry what-if --at 2027-02-18 $parts

lives_until '2027-02-05 09:00 +0800'
parts='--custom board:7781 --custom disk:5512 --custom card:9c1f'
part 'the old disk was good after all: back in, and nothing is held against the hotel'
# shellcheck disable=SC2086
tells 0 '^(active|  machine)' skerry status $parts
holds active full ok none ok

# --- clocks that are wrong ----------------------------------------------------------------------
lives_until '2027-03-01 09:00 +0800'
machine_shows -30d
part 'somebody turns the clock back a month.'
tells 1 "site's time|this machine|condition|advice" skerry clock
machine_runs 12h
works
machine_runs 12h
part 'a day later: not an hour is gained, for the site counts how long it runs; and nothing is taken away'
tells 1 "site's time +2027-03-02T09:00:00" skerry clock
# shellcheck disable=SC2086
tells 0 '^yes' skerry check channel_manager $parts
holds active full ok warn behind
machine_corrected
holds active full ok none ok

lives_until '2027-03-20 05:50 +0800'
machine_off 10m 2099-01-01
part 'a power cut, and the battery of the clock is flat: the machine wakes up in 2099'
# shellcheck disable=SC2086
tells 0 '^(active|    Condition|  .*clock)' skerry why $parts
tells 1 "site's time|this machine|condition|advice" skerry clock
holds active full ok warn ahead_unproven
part 'even somebody who says that it is right cannot lock the hotel out'
tells 1 'locked|Import|set the clock' skerry clock confirm 2099-01-01
machine_corrected
part 'the clock is set, and all is as it was'
holds active full ok none ok
tells 0 "condition +in order" skerry clock

# --- the renewal that does not come -------------------------------------------------------------
lives_until '2027-06-10 09:00 +0800'
part '30 days before the renewal is due: a warning'
# shellcheck disable=SC2086
tells 0 '^(overdue|The license|Import)|^  [^ ]+ +(now|20)' skerry status $parts
holds overdue full overdue warn ok
lives_until '2027-07-03 09:00 +0800'
part 'a week before: an alert, for the monitoring too'
# shellcheck disable=SC2086
tells 2 '^SKERRY CRITICAL' skerry monitor $parts
holds overdue full overdue alert ok
lives_until '2027-07-10 09:00 +0800'
part 'no renewal came by the boat: everything works, for a year'
# shellcheck disable=SC2086
tells 0 '^(grace|  The license|  20|    renew_by|  (Import|Call) )' skerry why $parts
holds grace full renewal_missed alert ok

# --- a winter -----------------------------------------------------------------------------------
lives_until '2027-11-01 18:00 +0800'
machine_off 151d
part 'five months closed, the server off. The clock says so; the site believes it after three days of running'
tells 0 "site's time|this machine|believed|  on " skerry clock
holds grace full renewal_missed alert ok
for _ in 1 2 3 4 5 6; do
	machine_runs 12h
	works
done
part 'three days later'
tells 0 "site's time +2028-04-03|condition +in order" skerry clock
holds grace full renewal_missed alert ok

# --- down the ladder ----------------------------------------------------------------------------
lives_until '2028-07-09 23:30 +0800'
part 'the year of grace is over since the morning; but nobody is stopped in a shift'
# shellcheck disable=SC2086
tells 0 '^yes' skerry check channel_manager $parts
machine_until '2028-07-10 03:59:59 +0800'
holds grace full renewal_missed alert ok
machine_until '2028-07-10 04:00 +0800'
part 'the day ends at four: now the data can be read, and not changed'
# shellcheck disable=SC2086
tells 1 '^no' skerry check channel_manager $parts
# shellcheck disable=SC2086
tells 0 '^yes' skerry check channel_manager --read $parts
# shellcheck disable=SC2086
tells 0 '^(degraded|  The license|  20|    renew_by|  (Import|Call) )|  no access' skerry why $parts
# shellcheck disable=SC2086
tells 2 '^SKERRY CRITICAL' skerry monitor $parts
holds degraded read_only renewal_missed alert ok
lives_until '2028-08-09 03:59:59 +0800'
holds degraded read_only renewal_missed alert ok
machine_until '2028-08-09 04:00 +0800'
part 'thirty days later: locked, as was said for a year and a half. The data stays, and so does whom to call'
# shellcheck disable=SC2086
tells 1 '^(locked|  The license|  The product|  (Import|Call) )' skerry why $parts
holds locked none renewal_missed alert ok
machine_shows -400d
part 'nor does the calendar of last year help'
# shellcheck disable=SC2086
tells 1 '^no' skerry check channel_manager --read $parts
holds locked none renewal_missed alert behind
machine_corrected

# --- the renewal that comes ---------------------------------------------------------------------
machine_until '2028-08-09 09:00 +0800'
part 'the owner calls and pays. The desk has slept for months: somebody has to say that its clock is right'
set -- skerry-issuer license renew "$KEY" --price 340 --currency EUR --payment INV-512
answers 2 "$@"
run skerry-issuer clock confirm
run "$@"
run skerry-issuer license issue "$KEY" --activation 1 --out renewed.license
machine_until '2028-08-12 11:00 +0800'
part 'the boat comes, with one file'
run skerry import renewed.license
# shellcheck disable=SC2086
run skerry status $parts
# shellcheck disable=SC2086
tells 0 '^yes' skerry check channel_manager $parts
holds active full ok none ok

part 'all of it stands in the journal, in a chain that nobody can edit unseen'
run skerry journal verify
show skerry journal list --limit 400
skerry journal list --limit 400 |
	sed -n 's/^ *[0-9]*  \([0-9-]*\)T.* verdict .* state=\([a-z]*\) access=\([a-z_]*\) reason=\([a-z_]*\) notice=\([a-z]*\).*/\1  \2, \3 (\4), notice: \5/p' |
	uniq >.ladder
sed 's/^/    /' .ladder
[ "$(awk '{ print $2 }' .ladder | uniq | tr -d '\n')" = 'active,grace,active,overdue,grace,degraded,locked,active,' ]
