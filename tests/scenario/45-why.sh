#!/bin/sh
# Goal: anybody can have the verdict explained: the reasons with the claims behind them, what to do, whom to call, what comes;
# in English and Indonesian, on 80 columns, and for scripts.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc

exits 2 skerry why
says store_missing err
exits 0 skerry init --trust "$VENDOR"
exits 1 skerry why
says '^unlicensed, no access \(no_license\)$' out
says 'Nothing changes by itself' out
exits 1 skerry why --json --product hotelhub/hms
is "$(jq -c '[.state, .reasons[0].code, (.reasons | length), .forecast_complete]' out)" '["unlicensed","no_license",1,true]'
exits 0 skerry import chain.asc hotel.license
ok 'a site without a license is explained, too'

exits 0 skerry status --json
renew_by=$(jq -r .renew_by out)
valid_until=$(jq -r .valid_until out)
grace_until=$(jq -r .grace_until out)
degraded_until=$(jq -r .degraded_until out)
exits 0 skerry why --json
is "$(jq -r 'keys_unsorted | join(" ")' out)" \
	'from product at state access reason notice message reasons actions contact forecast forecast_complete'
is "$(jq -r .from out)" documents
is "$(jq -c '.reasons | map([.code, .part, .reason])' out)" '[["valid","decides","ok"]]'
is "$(jq -r '.reasons[0].facts | "\(.renew_by) \(.valid_until)"' out)" "$renew_by $valid_until"
is "$(jq -r '.forecast | map(.state) | join(" ")' out)" 'active overdue overdue grace degraded locked'
is "$(jq -r '.forecast[3:] | map(.from) | join(" ")' out)" "$renew_by $grace_until $degraded_until"
jq -r '.forecast[] | "\(.from) \(.state) \(.access) \(.reason) \(.notice)"' out >foretold
ok 'the present is explained and the ladder foretold with its dates'

# What was foretold for a date is what is explained at it, and not a second before.
before='active full ok none'
while read -r from verdict; do
	[ "$from" = "$(head -n 1 foretold | cut -d' ' -f1)" ] || {
		second=$(jq -nr --arg from "$from" '$from | fromdate - 1 | todate')
		skerry why --at "$second" --json >out || :
		is "$(jq -r '"\(.state) \(.access) \(.reason) \(.notice)"' out)" "$before"
	}
	skerry why --at "$from" --json >out || :
	is "$(jq -r '"\(.state) \(.access) \(.reason) \(.notice)"' out)" "$verdict"
	is "$(jq -r '.reasons[0].reason' out)" "$(printf %s "$verdict" | cut -d' ' -f3)"
	before=$verdict
done <foretold
ok 'each step comes on its date, to the second'

exits 0 skerry why --at "$renew_by" --json
is "$(jq -c '.reasons[0] | [.code, .state, .facts.grace_s, .facts.degraded_s, .facts.day_end]' out)" \
	'["renewal_missed","grace",31536000,2592000,"04:00"]'
is "$(jq -r '.reasons[0] | "\(.since) \(.until)"' out)" "$renew_by $grace_until"
is "$(jq -r '[.reasons[].code] | index("term_goes_on") != null' out)" true
is "$(jq -r '.actions[0]' out)" 'Import the renewal file, or ask the vendor for one.'
is "$(jq -r '.contact.telephone' out)" '+62 631 555 0100'
exits 0 skerry why --at "$renew_by"
says '^grace, full access \(renewal_missed\)$' out
says '^  The license should have been renewed by [0-9-]{10}\.' out
says '^    renew_by [0-9TZ:-]{20}, grace_s 365 days, degraded_s 30 days,$' out
says '^  Call HotelHub: \+62 631 555 0100, help@hotelhub.example\.$' out
exits 1 skerry why --at "$degraded_until"
says '^locked, no access \(renewal_missed\)$' out
exits 2 skerry why --at 2000-01-01 --json
is "$(jq -r '.error.code' out)" not_found
exits 2 skerry why --at 2000-01-01
says 'The journal reaches back to [0-9TZ:+-]{20,25}, when this site got its first license' err
says 'skerry what-if --at' err
exits 1 skerry what-if --at 2000-01-01 --json
is "$(jq -r '"\(.reasons[0].code) \(.at)"' out)" 'begins_later 2000-01-01T23:59:59Z'
exits 2 skerry why --at tomorrow
says '2027-04-28' err
exits 2 skerry why hms
exits 2 skerry why --product hms --product hms
exits 1 skerry why --product hotelhub/pos
ok 'a missed renewal names its claims, what to do and whom to call'

# The words of a hotel in Manado.
exits 0 skerry --language id why --at "$renew_by"
says '^grace, akses penuh \(renewal_missed\)$' out
says '^Yang perlu Anda lakukan$' out
says 'Hubungi HotelHub' out
says 'grace_s 365 hari' out
for locale in id_ID.UTF-8 id id_ID@x; do
	LC_ALL=$locale exits 0 skerry status
	says 'berlaku; perpanjangan paling lambat' out
	LC_ALL='' LC_MESSAGES=$locale LANG=en_US.UTF-8 exits 0 skerry status
	says 'perpanjangan' out
	LC_ALL='' LC_MESSAGES='' LANG=$locale exits 0 skerry status --json
	is "$(jq -r '.message | test("perpanjangan")' out)" true
done
LC_ALL=id_ID.UTF-8 exits 0 skerry status --language en
says 'is valid; it must be renewed by' out
for locale in C POSIX de_AT.UTF-8; do
	LC_ALL=$locale LANG=id_ID exits 0 skerry status
	says 'is valid; it must be renewed by' out
done
exits 2 skerry status --language fr
says "does not take 'fr'" err
exits 2 skerry status --language ''
# Codes and words of the contract are the same in every language.
exits 0 skerry --language id why --json --at "$renew_by"
is "$(jq -r '"\(.state) \(.reason) \(.reasons[0].code) \(.forecast[1].state)"' out)" 'grace renewal_missed renewal_missed degraded'
ok 'messages are English or Indonesian, as option or locale say'

# The bar of status: 56 cells behind a label of 22, ASCII where the locale is, no colors.
exits 0 skerry status
is "$(grep -c '^  time left ' out)" 1
is "$(grep '^  time left ' out | wc -m)" 79
says '^  ▒ [0-9-]{10} [0-9:]{5}  full access, days are counted: the renewal is missing$' out
for utf8 in id_ID.utf8 en_US.UTF-8; do
	LC_ALL=$utf8 exits 0 skerry status
	says '█' out
done
LC_ALL=C exits 0 skerry status
says '^  time left +#+=+-+\.+x$' out
is "$(grep '^  time left ' out | wc -c)" 79
says '^  # now               full access$' out
LC_ALL='' LC_CTYPE='' LANG='' exits 0 skerry status
says '^  time left +#+=+-+\.+x$' out
LC_ALL=C grep -q '[^ -~]' out && fail 'more than ASCII where the locale has no UTF-8'
for language in en id; do
	for verb in status 'why' "why --at $renew_by" "why --at $degraded_until"; do
		# shellcheck disable=SC2086
		NO_COLOR=1 skerry $verb --language $language >out || :
		[ "$(wc -L <out)" -le 80 ] || fail "lines of over 80 columns in '$verb'"
		LC_ALL=C grep -q '[[:cntrl:]]' out && fail "controls in '$verb'"
	done
done
ok 'the time left is a bar with its steps, on 80 columns'

# A license that never ends has nothing to come, and no bar.
desk plan add hotelhub/hms/forever --renew-every never --feature channel_manager >/dev/null
forever=$(desk license new hotelhub/hms/forever --customer owner@grand.example)
desk license issue "$forever" --unbound --out forever.license >/dev/null 2>&1
exits 0 skerry --state fresh init --trust "$VENDOR"
exits 0 skerry --state fresh import chain.asc forever.license
exits 0 skerry --state fresh why --json
is "$(jq -r '.reasons[0].code' out)" valid
# What is damaged is said, and counted.
exits 0 skerry --state torn init --trust "$VENDOR"
cp fresh/licenses/* torn/licenses/
for file in torn/licenses/*; do
	flip "$file" 60
done
exits 1 skerry --state torn why --json
is "$(jq -c '.reasons[0] | [.code, .reason, .facts.files]' out)" '["files_unused","state_damaged",1]'
exits 1 skerry --state torn why
says '^  No license can be used: 1 file in the folder could not be\.$' out
says 'Import the license once more' out
ok 'damage is explained'
