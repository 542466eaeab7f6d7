#!/bin/sh
# Goal: a site without word from its vendor goes down its plan's ladder on the days that were signed, not a day sooner and not a
# day later: HotelHub's standard and island plans and RT HUB's, each step looked at on the day before and on the day after.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
sets_clocks
DAY_ONE=2027-01-11T12:00:00Z
first_noon=$(date -u -d "$DAY_ONE" +%s)

# on DAY COMMAND...: as it is at noon of that day after day one, of a machine that has run since. The wall clock stands still.
on() {
	[ "$1" = "${day_of_noon:-}" ] || noon=$(date -u -d "@$((first_noon + $1 * 86400))" '+%Y-%m-%d %H:%M:%S')
	day_of_noon=$1
	shift
	all_clocks "$noon" "$@"
}

# open_site NAME FILE...: a site that takes these in on day one.
open_site() {
	SKERRY_STATE=$T/$1
	shift
	exits 0 on 0 skerry init --trust "$VENDOR"
	exits 0 on 0 skerry import chain.asc "$@"
}

# ladder: on these days the site answers a question for full access and one for reading with that exit code, and says so. Arguments
# of all questions as in $asking. The first question of a day ends a time in which nobody asked.
ladder() {
	while read -r day full read state reason notice; do
		# shellcheck disable=SC2086
		{
			exits "$full" on "$day" skerry check $asking
			exits "$read" on "$day" skerry check --read $asking
			on "$day" skerry status --json ${asking#* } >out || :
		}
		gather "${noon% *} $state $reason $notice"
	done
	gathered '[.clock.wall[:10], .state, .reason, .notice] | join(" ")'
}

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out island.license >/dev/null 2>&1
# A hotel with a line: a week of silence is a warning, two weeks are an alert.
desk plan add hotelhub/hms/standard --term 1y --renew-every 30d --warn 23d --alert 16d --grace 30d --degraded 30d \
	--expiry-grace 7d --feature channel_manager >/dev/null
key=$(sell hotelhub/hms/standard)
desk license issue "$key" --unbound --out standard.license >/dev/null 2>&1
chain chain.asc

asking='channel_manager --product hms'
open_site island island.license
ladder <<END
0 0 0 active ok none
149 0 0 active ok none
151 0 0 overdue overdue warn
172 0 0 overdue overdue warn
174 0 0 overdue overdue alert
179 0 0 overdue overdue alert
181 0 0 grace renewal_missed alert
544 0 0 grace renewal_missed alert
546 1 0 degraded renewal_missed alert
574 1 0 degraded renewal_missed alert
576 1 1 locked renewal_missed alert
1100 1 1 locked renewal_missed alert
END
ok 'island: warned for a month, a year of grace, a month to read'

open_site standard standard.license
ladder <<END
6 0 0 active ok none
8 0 0 overdue overdue warn
13 0 0 overdue overdue warn
15 0 0 overdue overdue alert
29 0 0 overdue overdue alert
31 0 0 grace renewal_missed alert
59 0 0 grace renewal_missed alert
61 1 0 degraded renewal_missed alert
89 1 0 degraded renewal_missed alert
91 1 1 locked renewal_missed alert
END
ok 'standard: a week, two weeks, a month, and two more'

# A renewal lifts it from the floor. It is not asked to be renewed beyond its term, which ends with its own, shorter grace.
again=$(date -u -d "$DAY_ONE + 336 days" +%Y-%m-%dT%H:%M:%SZ)
exits 0 skerry-issuer --at "$again" clock confirm
exits 0 skerry-issuer --at "$again" license issue "$key" --unbound --out again.license
exits 0 on 337 skerry import again.license
ladder <<END
337 0 0 active ok none
341 0 0 active ok none
343 0 0 overdue overdue warn
348 0 0 overdue overdue warn
350 0 0 overdue overdue alert
364 0 0 overdue overdue alert
366 0 0 grace expired alert
371 0 0 grace expired alert
373 1 0 degraded expired alert
401 1 0 degraded expired alert
403 1 1 locked expired alert
END
ok 'a term that ends has the days that it was given'

# RT HUB: by the week and the month, bound to the domain, no reading after grace.
SKERRY_DESK=$T/shop VENDOR=$T/shop/vendor.manifest
desk init --no-passphrase >/dev/null 2>&1
desk brand add randomt --name RandomT >/dev/null
desk product add randomt/rt-hub --name 'RT HUB Client' >/dev/null
desk plan add randomt/rt-hub/monthly --term 1mo --renew-every 7d --grace 7d --expiry-grace 7d --degraded 0 --rebind-grace 0 \
	--feature sentinel >/dev/null
desk customer add randomt shop@store.example --name 'Store Example' >/dev/null
key=$(desk license new randomt/rt-hub/monthly --customer shop@store.example)
desk license issue "$key" --domain store.example --out shop.license >/dev/null 2>&1
asking='sentinel --domain store.example'
SKERRY_STATE=$T/shop-site
exits 0 on 0 skerry init --trust "$VENDOR"
exits 0 on 0 skerry import shop.license
exits 1 on 0 skerry check sentinel --domain copied.example
ladder <<END
5 0 0 active ok none
6 0 0 overdue overdue warn
8 0 0 grace renewal_missed alert
13 0 0 grace renewal_missed alert
15 1 1 locked renewal_missed alert
END
ok 'RT HUB: a week of grace, then nothing'

# Of all this the sites kept a record, and no clock takes any of it back.
for site in island standard shop-site; do
	SKERRY_STATE=$T/$site asking=channel_manager
	[ "$site" != shop-site ] || asking='sentinel --domain store.example'
	for day in 1101 0 170 400; do
		# shellcheck disable=SC2086
		exits 1 on "$day" skerry check --read $asking
	done
	exits 0 on 1101 skerry journal verify
done
ok 'what was locked stays locked, whatever the clocks show'
