#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: whom to call reaches a site that is given vendor.manifest and a license and nothing else; and
# a copy of vendor.manifest that was taken before the contact was known stays as good as it was.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
AT='--at 2027-01-15T08:00:00Z'

# shellcheck disable=SC2086
desk() {
	skerry-issuer "$@" $AT
}

# called FILE: the version, and of the only brand in it name and telephone.
called() {
	skerry-keys show "$1" --json | jq -c '[.version, (.contacts | to_entries[] | [.key, .value.name, .value.telephone])]'
}

exits 0 desk init --no-passphrase
cp desk/vendor.manifest bare
exits 0 desk brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####'
says "^vendor.manifest now carries the name: $T/desk/vendor.manifest$" out
says 'brand set hotelhub --contact-phone' out
is "$(called desk/vendor.manifest)" '[1,["hotelhub","HotelHub",null]]'
is "$(skerry-keys show desk/vendor.manifest --json | jq -r .contacts.hotelhub.key_format)" 'HMS-#####-#####-#####-#####'
cp desk/vendor.manifest named
AT='--at 2027-01-16T08:00:00Z'
exits 0 desk brand set hotelhub --contact-phone '+62 361 555 0100'
says "^vendor.manifest now carries the contact: $T/desk/vendor.manifest$" out
is "$(called desk/vendor.manifest)" '[1,["hotelhub","HotelHub","+62 361 555 0100"]]'
cmp desk/vendor.manifest desk/manifests/1.manifest || fail 'two versions 1'
is "$(ls desk/manifests)" 1.manifest
same='[.version, .threshold, .roots, .issuing, .exchange, .trial]'
is "$(skerry-keys show desk/vendor.manifest --json | jq -c "$same")" "$(skerry-keys show bare --json | jq -c "$same")"
is "$(skerry-keys show desk/vendor.manifest --json | jq -r .issued_at)" 2027-01-16T08:00:00Z
before=$(sha256sum <desk/vendor.manifest)
exits 0 desk brand set hotelhub --contact-phone '+62 361 555 0100'
[ "$(wc -l <out)" -eq 1 ] || fail 'a change was told where none is'
is "$(sha256sum <desk/vendor.manifest)" "$before"
ok 'until a license leaves, name and contact go into vendor.manifest'

exits 0 desk product add hotelhub/hms
exits 0 desk plan add hotelhub/hms/standard
exits 0 desk customer add hotelhub owner@grand.example
KEY=$(desk license new hotelhub/hms/standard --customer owner@grand.example)
exits 1 desk license issue "$KEY" --fingerprint bare --out refused.license
exits 0 desk brand set hotelhub --contact-email help@hotelhub.example
says '^vendor.manifest now carries the contact' out
ok 'a sale and a refused license are no license that left'

exits 0 desk license issue "$KEY" --unbound --out hotel.license
first=$(sha256sum <desk/vendor.manifest)
exits 0 skerry init --state site --trust desk/vendor.manifest
exits 0 skerry import --state site hotel.license
exits 1 skerry verify hotel.license --trust desk/vendor.manifest --at 2028-06-01
says '^Call HotelHub: \+62 361 555 0100' out
exits 1 skerry verify hotel.license --trust named --at 2028-06-01
says 'call +HotelHub' out
ok 'a site with these two files names whom to call, or at least whom it is from'

exits 0 desk brand set hotelhub --contact-phone '+62 361 555 0999'
says "^manifest version 2 carries the contact: $T/desk/manifests/2.manifest$" out
is "$(sha256sum <desk/vendor.manifest)" "$first"
is "$(sha256sum <desk/manifests/1.manifest)" "$first"
exits 0 desk brand add rankmath
says '^manifest version 3 carries the name' out
is "$(sha256sum <desk/vendor.manifest)" "$first"
exits 0 skerry-keys manifest verify desk/manifests/3.manifest --trust desk/manifests/2.manifest
ok 'from the first license on, version 1 stays as it is'

desk license issue "$KEY" --unbound --armor --with-manifest --out chain.asc >/dev/null 2>&1
for old in bare named; do
	exits 0 skerry verify hotel.license --trust $old --at 2027-01-20
	exits 0 skerry-keys manifest verify desk/manifests/2.manifest --trust $old
	exits 0 skerry init --state site-$old --trust $old
	exits 0 skerry import --state site-$old hotel.license
	exits 0 skerry import --state site-$old desk/manifests/2.manifest
	exits 0 skerry import --state site-$old desk/manifests/3.manifest
	exits 0 skerry verify --state site-$old hotel.license --at 2027-01-20
	exits 0 skerry init --state chain-$old --trust $old
	exits 0 skerry import --state chain-$old chain.asc
	exits 0 skerry verify --state chain-$old chain.asc --at 2027-01-20
done
ok 'an older copy of version 1 verifies the same license and follows to version 2 and 3'

# A desk whose trial root is gone cannot sign, and says which file it misses.
root=$(desk key list --json | jq -r '.keys[] | select(.purpose == "root") | .kid')
mv "desk/keys/$root.key" root.key
before=$(find desk -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort | sha256sum)
exits 1 desk brand set hotelhub --contact-phone '+62 361 555 0111'
says 'keys any more' err
exits 1 desk brand add third
is "$(desk brand list --json | jq -r '[.brands[] | .brand + " " + (.phone // "-")] | join(", ")')" \
	'hotelhub +62 361 555 0999, rankmath -'
is "$(find desk -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort | sha256sum)" "$before"
mv root.key "desk/keys/$root.key"
exits 0 desk brand add third
ok 'without the root nothing is recorded'
