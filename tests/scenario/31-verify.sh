#!/bin/sh
# Goal: `skerry verify` says yes to the genuine license alone: one byte, product, brand, vendor or date changes the answer, with its reason.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-01T00:00:00Z
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null
verify() {
	skerry verify hotel.license --trust "$VENDOR" --at 2027-03-01 "$@"
}
# reason WANT [ARGUMENTS]: the error code of a refusal.
reason() {
	code=$1
	shift
	exits 1 skerry verify hotel.license --trust "$VENDOR" --json --at 2027-03-01 "$@"
	is "$(jq -r '[(.ok | tostring), .error.code] | join(" ")' out)" "false $code"
	is "$(jq -r '.error.message | length > 10' out)" true
}

exits 0 verify
says '^genuine: hotel.license: active, full access' out
says 'machine and the site key were not compared' out
exits 0 verify --json
is "$(jq -c '[.ok, .error, .product, .state, .limits.max_rooms, .install_id]' out)" \
	'[true,null,"hotelhub/hms","active",100,null]'
[ ! -e state ] || fail 'verify made a folder'
exits 2 skerry verify hotel.license
says 'trust_none' err
exits 2 skerry verify hotel.license --json
is "$(jq -r .error.code out)" trust_none
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry verify hotel.license --at 2027-03-01
ok 'the genuine license verifies, with --trust or at a site'

exits 0 verify --product hms
exits 0 verify --product hotelhub/hms
reason product --product pos
is "$(jq -r '[.state, .access, .reason] | join(" ")' out)" 'unlicensed none no_license'
exits 1 verify --product pos
says 'There is no license for pos' out
reason brand --product rthub/hms
reason tenant --tenant annex
ok 'another product, brand or tenant is refused by name'

# The ladder by date. The desk writes instants; step downs wait for the day end.
exits 0 verify --json
renew=$(jq -r .renew_by out)
is "$renew" 2027-06-30T00:00:00Z
while read -r at state access code; do
	no=0
	[ "$access" = none ] && no=1
	exits $no skerry verify hotel.license --trust "$VENDOR" --at "$at" --json
	is "$at $(jq -r '[.state, .access, .reason] | join(" ")' out)" "$at $state $access $code"
	[ "$no" = 0 ] || is "$(jq -r .error.code out)" "$code"
done <<END
2026-12-31T23:59:59Z unlicensed none not_yet_valid
2027-01-01T00:00:00Z active full ok
2027-05-30T23:59:59Z active full ok
2027-05-31T00:00:00Z overdue full overdue
2027-06-29T23:59:59Z overdue full overdue
2027-06-30T00:00:00Z grace full renewal_missed
2028-06-28T00:00:00Z grace full renewal_missed
2028-07-01T12:00:00Z degraded read_only renewal_missed
2028-08-02T12:00:00Z locked none renewal_missed
2031-01-01T00:00:00Z locked none renewal_missed
END
exits 2 verify --at 2027-02-30
ok 'each step of the ladder comes on its day'

# Another vendor with the same names.
(
	export SKERRY_DESK="$T/other"
	open_desk
	desk license issue "$(sell hotelhub/hms/island)" --unbound --out foreign.license >/dev/null
)
exits 1 skerry verify foreign.license --trust "$VENDOR" --at 2027-01-05
says 'trust_key_unknown' err
exits 0 skerry verify foreign.license --trust other/vendor.manifest --at 2027-01-05
exits 1 skerry verify hotel.license --trust other/vendor.manifest --at 2027-01-05
ok 'another vendor with the same names is another vendor'

size=$(stat -c %s hotel.license)
at=0
while [ "$at" -lt "$size" ]; do
	cp hotel.license changed
	flip changed "$at"
	exits 1 skerry verify changed --trust "$VENDOR" --at 2027-03-01 --json
	is "$(jq -r .ok out)" false
	head -c "$at" hotel.license >changed
	exits 1 skerry verify changed --trust "$VENDOR" --at 2027-03-01
	at=$((at + 9))
done
cat hotel.license hotel.license >changed
exits 1 skerry verify changed --trust "$VENDOR"
ok 'a changed, cut or doubled file is refused'

exits 1 skerry verify "$VENDOR" --trust "$VENDOR"
says 'document_kind' err
exits 1 skerry verify hotel.license --trust hotel.license
exits 2 skerry verify
exits 2 skerry verify hotel.license --trust nowhere
exits 2 skerry verify nowhere --trust "$VENDOR"
ok 'a document in the place of another is refused'
