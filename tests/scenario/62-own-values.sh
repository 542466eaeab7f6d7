#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: one license gets values of its own over its plan. They are in its next document and in no
# other license; what no document could carry is refused when it is set, not when it is issued.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-15T08:00:00Z

# refused CODE COMMAND...: exits with that error; what cannot be told, as misuse, is 2.
refused() {
	code=$1
	shift
	case $code in argument | duration) exits 2 "$@" ;; *) exits 1 "$@" ;; esac
	says "\\[$code\\]" err
}

# granted FILE: features, limits and seats of a document.
granted() {
	skerry verify "$1" --trust "$VENDOR" --at 2027-01-16 --json | jq -cS '[.features, .limits, .seats.max]'
}

open_desk
ID=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
OTHER=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
exits 0 desk license issue "$ID" --domain a.example --out plain.license

before=$(digest desk)
exits 0 desk license set "$ID" --limit max_rooms=120 --feature spa --without channel_manager --seats 7 --burst 0 \
	--grace 90d --text 'motd=12 "rooms" = ü' --until 2031-12-31 --activations 25 --dry-run --json
is "$(jq -c '[.changed, .dry_run]' out)" '[false,true]'
is "$(jq -c '[.changes[] | select(.name == "valid_until")][0]' out)" \
	'{"name":"valid_until","before":"2030-01-15T08:00:00Z","after":"2031-12-31T23:59:59Z"}'
is "$(digest desk)" "$before"
exits 0 desk license set "$ID" --limit max_rooms=120 --feature spa --without channel_manager --seats 7 --burst 0 \
	--grace 90d --text 'motd=12 "rooms" = ü' --until 2031-12-31 --activations 25 --reason 'asked by telephone'
says '^without channel_manager +as its plan +set$' out
exits 0 desk license show "$ID" --json
is "$(jq -c '.licenses[0] | [[.overrides[] | .name + " " + (.value // "")], .max_activations]' out)" \
	'[["grace 90d","seats 7","burst 0","without channel_manager","feature spa","limit max_rooms=120","text motd=12 \"rooms\" = ü"],25]'
ok 'a dry run shows before and after; then it is kept as the flags spell it'

is "$(jq -cS '.licenses[0] | [.features, .limits, .texts, .seats, .burst, .grace_s, .renew_every]' out)" \
	'[{"spa":true},{"max_rooms":120},{"motd":"12 \"rooms\" = ü","tier":"gold"},7,0,7776000,"180d"]'
exits 0 desk license show "$OTHER" --json
is "$(jq -cS '.licenses[0] | [.features, .limits.max_rooms, .seats, .grace_s]' out)" '[{"channel_manager":true},100,30,31536000]'
exits 0 desk license show "$ID"
says '^  max_rooms +120$' out
ok 'what a license grants is told with its own values over its plan'

exits 0 desk license issue "$ID" --activation 1 --out own.license
is "$(granted plain.license)" '[{"channel_manager":true},{"max_rooms":100},30]'
is "$(granted own.license)" '[{"spa":true},{"max_rooms":120},7]'
skerry show own.license >shown
says '^  grace +90 days' shown
says 'motd = 12 "rooms" = ü$' shown
says 'tier = gold$' shown
exits 0 desk license issue "$OTHER" --domain a.example --out other.license
is "$(granted other.license)" "$(granted plain.license)"
desk plan set hotelhub/hms/island --limit max_rooms=80 --limit tier=silver --feature pos >/dev/null
exits 0 desk license issue "$ID" --activation 1 --out own2.license
is "$(granted own2.license)" '[{"pos":true,"spa":true},{"max_rooms":120},7]'
ok 'the next document has them, over whatever the plan says by then; no other license does'

exits 0 desk license set "$ID" --limit max_rooms=120
says 'is so already' out
exits 0 desk license set "$ID" --without spa --feature channel_manager
exits 0 desk license set "$ID" --as-plan --seats 9
exits 0 desk license show "$ID" --json
is "$(jq -c '[.licenses[0].overrides[] | .name + " " + .value]' out)" '["seats 9"]'
ok 'what was said later counts; --as-plan drops the rest'

desk plan add hotelhub/hms/large --term 3y --renew-every 180d --activations 40 --limit max_rooms=500 >/dev/null
desk product add hotelhub/pos >/dev/null
desk plan add hotelhub/pos/year >/dev/null
desk brand add rival --key-format 'RV-#####-#####-#####-#####' >/dev/null
desk product add rival/hms >/dev/null
desk plan add rival/hms/island >/dev/null
refused product desk license set "$ID" --plan hotelhub/pos/year
refused brand desk license set "$ID" --plan rival/hms/island
refused not_found desk license set "$ID" --plan hotelhub/hms/larg
says 'Did you mean hotelhub/hms/large' err
exits 0 desk license set "$ID" --plan hotelhub/hms/large --dry-run --json
is "$(jq -c '[.changes[].name]' out)" '["plan"]'
exits 0 desk license set "$OTHER" --plan hotelhub/hms/large --json
is "$(jq -c '[.changes[] | [.name, .before, .after]]' out)" \
	'[["plan","hotelhub/hms/island","hotelhub/hms/large"],["activations","20","40"]]'
exits 0 desk license issue "$OTHER" --activation 1 --out large.license
is "$(granted large.license)" '[{},{"max_rooms":500},0]'
ok 'an upgrade stays with its product, and brings its activations where none were bought apart'

exits 0 desk license issue "$ID" --domain b.example --out b.license
refused in_use desk license set "$ID" --activations 1
refused shortens desk license set "$ID" --until 2028-01-01
refused argument desk license set "$ID" --until 2020-01-01 --shorten
exits 0 desk license set "$ID" --until never --maintenance-until 2028-01-01 --shorten
exits 0 desk license show "$ID"
says '^valid until +never$' out
exits 0 desk license set "$ID" --until 2028-01-01 --shorten
refused argument desk license set "$ID" --burst 5 --seats 0
refused argument desk license set "$ID" --without nothing
refused argument desk license set "$ID" --limit max_rooms=1x
refused argument desk license set "$ID" --limit max_rooms=99999999999999999999
refused argument desk license set "$ID" --warn 1d --alert 2d
refused argument desk license set "$ID" --feature "$(printf 'two\nlines')"
refused argument desk license set "$ID" --text "name=$(printf 'turned \342\200\256 around')"
exits 2 desk license set "$ID" --text "name=$(head -c 10240 /dev/zero | tr '\0' x)"
exits 2 desk license set "$ID"
exits 2 desk license set "$ID" --name 'My license'
exits 2 desk license set "$ID" --term 1y --perpetual
exits 2 desk license set "$ID" --limit a=1 --limit a=2
refused not_found desk license set 0123456789ABCDEF --seats 1
set --
for i in $(seq 1 122); do
	set -- "$@" --text "t$i=$(head -c 128 /dev/zero | tr '\0' x)"
done
refused document_too_large desk license set "$ID" "$@"
exits 0 desk license show "$ID" --json
is "$(jq -c '[.licenses[0].overrides[] | .name + " " + .value]' out)" '["seats 9"]'
exits 0 desk license issue "$ID" --activation 1 --out still.license
ok 'what no document could carry is refused when it is set'

exits 0 desk license set "$ID" --burst 3
desk plan set hotelhub/hms/island --limit max_rooms=81 >/dev/null
exits 0 desk license set "$ID" --as-plan --burst 3
desk plan set hotelhub/hms/island --seats 0 --burst 0 >/dev/null
refused argument desk license issue "$ID" --activation 1 --out x.license
says 'license set .* --as-plan' err
exits 0 desk license set "$ID" --as-plan
exits 0 desk license issue "$ID" --activation 1 --out x.license
exits 0 desk audit verify
ok 'values that a changed plan no longer takes are told, with the way out'

# --- the log says what each change changed
# detail: of the newest change.
detail() {
	desk audit list --action license.set --reverse --limit 1 --json | jq -r '.rows[0].detail'
}
desk license set "$ID" --maintenance-until 2029-01-01 >/dev/null
is "$(detail)" 'maintenance=2028-01-01T23:59:59Z->2029-01-01T23:59:59Z'
desk license set "$ID" --maintenance-until 2030-01-01 --limit max_rooms=90 >/dev/null
is "$(detail)" 'maintenance=2029-01-01T23:59:59Z->2030-01-01T23:59:59Z values=+limit:max_rooms=90'
desk license set "$ID" --until never --limit max_rooms=91 --text 'owner=Ani Grand' --feature 'x note=1 digest=0,y' >/dev/null
is "$(detail)" 'until=2028-01-01T23:59:59Z->never values=-limit:max_rooms=90,+limit:max_rooms=91,+feature:x%20note=1%20digest=0%2cy,+text:owner'
exits 0 desk audit verify
desk license set "$ID" --activations 26 --text 'owner=Budi Grand' --reason 'asked for it' >/dev/null
is "$(detail | sed 's/ note=[0-9]* digest=[0-9a-f]*$/ NOTE/')" 'activations=25->26 values=-text:owner,+text:owner NOTE'
set --
for i in $(seq 100 199); do
	set -- "$@" --feature "feature_number_$i"
done
desk license set "$ID" "$@" >/dev/null
detail >first
says '^values=.*,\+feature:feature_number_1[0-9]{2} further=[0-9]+ all=[0-9a-f]{64}$' first
is "$(($(grep -o '+feature:' first | wc -l) + $(grep -o 'further=[0-9]*' first | cut -d= -f2)))" 100
desk license set "$ID" --as-plan >/dev/null
desk license set "$ID" "$@" --limit max_rooms=91 --feature zz_last >/dev/null
[ "$(detail | grep -o 'all=.*')" != "$(grep -o 'all=.*' first)" ] || fail 'two changes of one row'
exits 0 desk audit verify
ok 'the log tells what a change changed, and counts and vouches for what is too much for a row'
