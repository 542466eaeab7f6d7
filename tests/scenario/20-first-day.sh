#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a vendor with nothing but this program sells its first license in five commands, and a site
# that has only the two files verifies it; every default is as the manual says.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
AT='--at 2027-01-15T08:00:00Z'

# shellcheck disable=SC2086
desk() {
	skerry-issuer "$@" $AT
}

exits 0 desk init --no-passphrase
is "$(stat -c %a desk)" 700
is "$(stat -c %a desk/desk.key)" 600
is "$(stat -c %a desk/keys/*.key | sort -u)" 600
[ -f desk/vendor.manifest ] || fail 'no vendor.manifest'
exits 0 skerry-keys show desk/vendor.manifest
ok 'init makes a desk that only its owner reads'

exits 0 desk brand add hotelhub
exits 0 desk product add hotelhub/hms
exits 0 desk plan add hotelhub/hms/standard
exits 0 desk customer add hotelhub owner@grand.example
exits 0 desk license new hotelhub/hms/standard --customer owner@grand.example
KEY=$(cat out)
is "$(wc -l <out | tr -d ' ')" 1
says '^HOTE(-[0-9A-HJKMNP-TV-Z]{5}){4}$' out
ok 'five commands sell a license and print its key alone'

exits 0 desk plan show hotelhub/hms/standard --json
is "$(jq -c '[.name, .term, .renew_every, .maintenance, .activations, .migrations, .seats, .burst, .seat_ttl_s]' out)" \
	'["standard","1y","30d","never",1,3,0,0,600]'
is "$(jq -c '[.warn_s, .alert_s, .grace_s, .degraded_s, .expiry_grace_s, .rebind_grace_s] | map(. / 86400)' out)" \
	'[7,3,30,30,7,14]'
is "$(jq -c '[.tolerance_s, .overlap_s, .max_status_age_s, .day_end, .rollback_policy]' out)" \
	'[86400,1209600,34560000,"04:00","notice"]'
ok 'the defaults are those of the manual'

# notices RENEW WARN ALERT: what a plan gets that names the first alone, in seconds.
notices() {
	exits 0 desk plan add "hotelhub/hms/r$1" --renew-every "$1"
	exits 0 desk plan show "hotelhub/hms/r$1" --json
	is "$(jq -c '[.warn_s, .alert_s]' out)" "[$2,$3]"
}
day=86400
notices 1h 900 450
notices 4d $day $((day / 2))
notices 7d $day $((day * 7 / 8))
notices 180d $((30 * day)) $((7 * day))
notices 1y $((30 * day)) $((7 * day))
notices never 0 0
exits 0 desk plan add hotelhub/hms/early --renew-every 180d --warn 90d
exits 0 desk plan set hotelhub/hms/early --renew-every 1h
exits 0 desk plan show hotelhub/hms/early --json
is "$(jq -c '[.warn_s, .alert_s] | map(. / 86400)' out)" '[90,7]'
ok 'notices keep to the rhythm of renewal, and to what was said'

exits 0 desk license issue "$KEY" --unbound --out hotel.license --json
says '^This license is bound to nothing: it works wherever the file is carried\.$' err
is "$(wc -l <err | tr -d ' ')" 1
is "$(jq -r '.renew_by + " " + .valid_until' out)" '2027-02-14T08:00:00Z 2028-01-15T08:00:00Z'
exits 0 skerry verify hotel.license --trust desk/vendor.manifest --at 2027-01-16 --json
is "$(jq -r .state out)" active
exits 0 skerry verify hotel.license --trust desk/vendor.manifest --at 2027-02-20 --json
is "$(jq -r .state out)" grace
exits 1 skerry verify hotel.license --trust desk/vendor.manifest --at 2027-06-01
ok 'the file and the first manifest are enough to verify it'

exits 0 desk license issue "$KEY" --unbound --armor --with-manifest --out hotel.txt
is "$(grep -c BEGIN hotel.txt)" 2
exits 0 skerry verify hotel.txt --trust desk/vendor.manifest --at 2027-01-16
exits 0 desk license issue "$KEY" --unbound --out - --armor
says '^-----BEGIN SKERRY LICENSE-----$' out
ok 'it goes as text, with its manifest, and to standard output'

exits 0 desk brand set hotelhub --name HotelHub --contact-phone '+62 361 555 0100' --contact-language id --contact-language en
exits 0 skerry-keys manifest verify desk/manifests/2.manifest --trust desk/manifests/1.manifest
cmp -s desk/vendor.manifest desk/manifests/1.manifest || fail 'vendor.manifest is not version 1'
exits 0 desk brand set hotelhub --name HotelHub
[ ! -e desk/manifests/3.manifest ] || fail 'a manifest without a change'
exits 0 desk brand set hotelhub --contact-phone '+62 361 555 0101'
exits 0 skerry-keys manifest verify desk/manifests/3.manifest --trust desk/manifests/2.manifest
ok 'a new contact is in the next manifest, and only then there is one'

rm desk/manifests/2.manifest desk/vendor.manifest
exits 0 desk manifest show --json
is "$(jq -c '[.version, .trial, .threshold]' out)" '[3,true,1]'
cmp -s desk/vendor.manifest desk/manifests/1.manifest || fail 'vendor.manifest did not come back'
[ -f desk/manifests/2.manifest ] || fail 'manifest 2 did not come back'
ok 'lost copies of manifests come back'

exits 0 desk license list
says "^[0-9A-Z]{16}  hotelhub/hms/standard  owner@grand.example  unpaired  2028-01-15 +0/1$" out
says 'trial root' err
exits 0 desk license show "$KEY" --json
is "$(jq -r '.licenses[0] | [.status, .access, .activations_used, .kinds, .activations[0].kind, (.documents | length), .activations[0].status_index] | join(" ")' out)" \
	'unpaired ACTIVE 0 unbound unbound 3 0'
is "$(jq .trial out)" true
grep -q "$KEY" out && fail 'the key in clear'
grep -qr "$KEY" desk && fail 'the key in clear in the desk'
ok 'list and show tell where it stands and never the whole key'
