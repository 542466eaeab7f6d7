#!/bin/sh
# Goal: before a technician changes a disk, or the owner a date, the site tells what would hold then; and nothing is changed.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry fingerprint --key "$key" --custom lobby --install-path /opt/hms --out hotel.fingerprint
exits 0 desk license issue "$key" --fingerprint hotel.fingerprint --out hotel.license
exits 0 skerry import chain.asc hotel.license
ask() {
	skerry what-if --custom lobby --install-path /opt/hms "$@"
}
exits 0 ask --without custom --json
weights=$(jq -r '.fingerprint.matched' out)
threshold=$(jq -r '.fingerprint.threshold' out)
before=$(digest state)

exits 2 skerry what-if --without
exits 2 skerry what-if --without cpu
says "there is no component 'cpu'" err
says 'skerry fingerprint' err
exits 2 skerry what-if --at 2027-02-30
exits 2 skerry what-if --without mac extra
ok 'misuse is told with the way out'

# One small component more or less is no other machine; what the license does not name changes nothing.
exits 0 ask --without install_path --json
is "$(jq -c '[.without, .not_in_license, .fingerprint.matches, .now.state, .state, .reason]' out)" \
	'[["install_path"],[],true,"active","active","ok"]'
[ "$(jq .fingerprint.matched out)" -gt "$weights" ] || fail 'the weightiest component weighs no more than the lightest'
is "$(jq -c '[.reasons[] | select(.code == "components_differ") | .facts.different]' out)" '[["install_path"]]'
exits 0 ask --without install_path
says 'With another install_path this machine would still match: weight [0-9]+' out
says '^  now +full access$' out
says '^  then +full access$' out
exits 0 ask --json
is "$(jq -c '[.without, .now.state, .state]' out)" '[[],"active","active"]'
exits 0 ask --without board_serial --without install_path --json
jq -e '.without == ["board_serial", "install_path"]' out >/dev/null || fail 'components are not told in their order'
ok 'a small change is no other machine, and no change at all none'

# Everything another one: the grace of the license, then nothing.
all='--without machine_id --without product_uuid --without board_serial --without disk_serial --without mac --without cpu_model
	--without os --without install_path --without custom'
# shellcheck disable=SC2086
exits 0 ask $all --json
is "$(jq -c '[.fingerprint.matches, .fingerprint.matched, .now.state, .state, .reason]' out)" \
	'[false,0,"active","grace","wrong_machine"]'
is "$(jq -r '.reasons[0] | "\(.code) \(.facts.matched) \(.facts.threshold) \(.facts.rebind_grace_s)"' out)" \
	"other_machine 0 $threshold $((14 * 86400))"
is "$(jq -r '.forecast | map(.state) | join(" ")' out)" 'grace locked'
# shellcheck disable=SC2086
exits 0 ask $all
head -n 4 out | tr '\n' ' ' | tr -s ' ' >one-line
says 'would not match: weight 0, [0-9]+ is needed' one-line
says '^grace, full access \(wrong_machine\)$' out
says 'Run `skerry migrate` with the license key' out
# shellcheck disable=SC2086
exits 0 ask $all --language id
head -n 4 out | tr '\n' ' ' | tr -s ' ' >one-line
says 'tidak cocok lagi' one-line
lock=$(ask --without custom --at 2199-01-01 --json | jq -r '.state') || :
is "$lock" locked
ok 'another machine is foretold with its days of grace'

# A date: as `why --at` has it, beside the present.
exits 0 skerry status --json --custom lobby --install-path /opt/hms
renew_by=$(jq -r .renew_by out)
exits 0 ask --at "$renew_by" --json
is "$(jq -c '[.now.state, .state, .without]' out)" '["active","grace",[]]'
exits 0 ask --at "$renew_by"
says '^  now +full access$' out
says '^  [0-9-]{10} [0-9:]{5}  full access, days are counted: the renewal is missing$' out
exits 1 ask --at 2199-01-01
says '^locked, no access' out
grep -q 'As if it were' out && fail 'a date to come is told as one that has passed'
exits 1 ask --at 2000-01-01
says '^  As if it were 2000-01-01 23:59 local time, with the documents and the' out
ok 'a date is asked about beside the present'

is "$(digest state)" "$before"
ok 'nothing was changed'

# Not bound to a machine, or no license at all: said, not guessed.
exits 0 desk license issue "$(sell hotelhub/hms/island)" --unbound --out free.license
exits 0 skerry --state free init --trust "$VENDOR"
exits 1 skerry --state free what-if --without mac
says 'unlicensed' out
exits 0 skerry --state free import chain.asc free.license
exits 0 skerry --state free what-if --without mac
says 'not bound to a machine: another mac changes' out
exits 0 skerry --state free what-if --without mac --json
is "$(jq -c '[.fingerprint.matches, .not_in_license, .state]' out)" '[null,["mac"],"active"]'
ok 'a license without components loses nothing'
