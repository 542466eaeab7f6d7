#!/bin/sh
# Goal: a hotel's site from nothing to answers: init, import, status, check, limit, with exit codes and JSON.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island --until 2199-12-31)
desk license issue "$key" --unbound --out hotel.license >/dev/null
chain chain.asc

for verb in status 'check channel_manager' 'limit max_rooms' 'import hotel.license'; do
	# shellcheck disable=SC2086
	exits 2 skerry $verb
	says 'store_missing' err
	says 'skerry init --trust' err
done
[ ! -e state ] || fail 'a question made a folder'
ok 'without a site nothing can be told, and the way out is named'

exits 2 skerry init
exits 1 skerry init --trust hotel.license
exits 2 skerry init --trust nowhere
[ ! -e state ] || fail 'a refused init made a folder'
exits 0 skerry init --trust "$VENDOR"
says 'TRIAL' out
says 'root key +[0-9a-f]{16}' out
says 'install id +[0-9a-f-]{36}' out
is "$(stat -c %a state)" 700
is "$(stat -c %a state/site.key)" 600
before=$(digest state)
exits 2 skerry init --trust "$VENDOR"
says 'file_exists' err
is "$(digest state)" "$before"
ok 'init makes a private folder once and says whom it trusts'

exits 1 skerry status
says 'unlicensed, no access \(no_license\)' out
exits 1 skerry check channel_manager
says '^no: There is no license' out
exits 1 skerry limit max_rooms
is "$(cat out)" ''
exits 1 skerry status --json
is "$(jq -r '[.state, .access, .reason, .product, .license, .install_id != null] | map(tostring) | join(" ")' out)" \
	'unlicensed none no_license null null true'
ok 'an empty site is unlicensed'

exits 0 skerry import chain.asc
says '^Taken: manifest version 2' out
exits 0 skerry import hotel.license
says '^Taken: license [0-9A-Z]{16} for hotelhub/hms, edition' out
before=$(digest state)
exits 0 skerry import hotel.license chain.asc
says 'Nothing new: license' out
says 'Nothing new: manifest version 2' out
is "$(digest state)" "$before"
ok 'import takes in once and twice does no harm'

exits 0 skerry status
says '^active, full access$' out
says 'call +HotelHub, \+62 631 555 0100, help@hotelhub.example' out
says 'limits +.*max_rooms 100' out
grep -q "$(printf '\033')" out && fail 'colors in a file'
exits 0 skerry check channel_manager
is "$(cat out)" yes
exits 0 skerry check channel_manager --read --product hms
exits 1 skerry check spa
says '^no: The license does not include' out
exits 1 skerry check max_rooms
exits 0 skerry limit max_rooms
is "$(cat out)" 100
exits 1 skerry limit channel_manager
exits 1 skerry limit tier
exits 1 skerry check channel_manager --product hotelhub/pos
exits 1 skerry check channel_manager --product rthub/hms
exits 2 skerry check
exits 2 skerry check channel_manager --bogus
exits 2 skerry limit max_rooms 3
ok 'check and limit answer as the plan says'

exits 0 skerry status --json --product hotelhub/hms
is "$(jq -r 'keys_unsorted | join(" ")' out)" "product brand tenant plan licensee state access reason notice message action contact license paired_at install_id renew_by valid_until maintenance_until grace_until degraded_until next_change_at days_left last_contact_at last_attempt_at features limits texts seats fingerprint clock state_rollback status_list vendor"
is "$(jq -r '[.product, .plan, .licensee, .state, .access, .reason, .notice] | join("|")' out)" \
	'hotelhub/hms|hotelhub/hms/island|Grand Hotel|active|full|ok|none'
is "$(jq -c '[.features, .limits, .texts, .seats]' out)" \
	'[{"channel_manager":true},{"max_rooms":100},{"tier":"gold"},{"max":30,"burst":3,"used":null}]'
is "$(jq -r '[.valid_until, (.renew_by | fromdate) - (.license.issued_at | fromdate)] | map(tostring) | join(" ")' out)" \
	"2199-12-31T23:59:59Z $((180 * 86400))"
is "$(jq -r '.contact.telephone' out)" '+62 631 555 0100'
is "$(jq -c '[(.clock.settled | type), (.clock.wall | type), .clock.condition, .state_rollback, .paired_at, .last_contact_at]' out)" '["string","string","ok",false,null,null]'
is "$(jq -c '[.fingerprint.threshold, .fingerprint.components, .seats.used]' out)" '[0,0,null]'
exits 0 skerry check channel_manager --json
is "$(jq -r '[.feature, (.ok | tostring), .code, .access] | join(" ")' out)" 'channel_manager true ok full'
exits 1 skerry check spa --json
is "$(jq -r '[.feature, (.ok | tostring), .code] | join(" ")' out)" 'spa false no_feature'
exits 0 skerry limit max_rooms --json
is "$(jq -r .number out)" 100
exits 1 skerry limit spa --json
is "$(jq -r '[.code, (.number | tostring)] | join(" ")' out)" 'no_limit null'
ok 'JSON has the contract'\''s fields'

# The folder may be named in three ways; the option wins.
SKERRY_STATE=$T/none exits 2 skerry status
SKERRY_STATE=$T/none exits 0 skerry --state "$T/state" status
SKERRY_STATE=$T/none exits 0 skerry status --state="$T/state"
exits 0 skerry --version
exits 2 skerry
exits 2 skerry statsu
says "'status'" err
exits 0 skerry status --help
ok 'the folder is found by option, else by environment'

# A full disk or closed pipe is no yes.
if [ -e /dev/full ]; then
	got=0
	skerry check channel_manager >/dev/full 2>err || got=$?
	is "$got" 2
	ok 'an answer that nobody can read is no answer'
fi
