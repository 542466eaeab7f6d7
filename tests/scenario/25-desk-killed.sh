#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: init and license issue killed at any moment leave a whole desk or none, a whole license or
# none, and every license that exists is in the records.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"

whole=0
for ms in 001 002 003 004 005 006 008 010 012 015 020 025 030 040 060; do
	timeout -s KILL "0.$ms" skerry-issuer init --no-passphrase --desk "d$ms" >/dev/null 2>&1 || :
	if [ -e "d$ms" ]; then
		whole=$((whole + 1))
		exits 0 skerry-issuer license list --desk "d$ms"
		exits 0 skerry-keys manifest verify "d$ms/vendor.manifest"
		exits 0 skerry-issuer brand add b --contact-phone 1 --desk "d$ms"
	fi
done
ok "init killed 15 times left $whole whole desks and no other"

export SKERRY_DESK="$T/desk"
skerry-issuer init --no-passphrase >/dev/null
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/island --activations 1000 >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)
files=0
for ms in 001 002 003 004 005 006 007 008 009 010 011 012 013 014 015 016 018 020 025 030; do
	timeout -s KILL "0.$ms" skerry-issuer license issue "$KEY" --domain "h$ms.example" --out "$ms.license" >/dev/null 2>&1 || :
	[ ! -e "$ms.license" ] || {
		files=$((files + 1))
		exits 0 skerry verify "$ms.license" --trust desk/vendor.manifest --domain "h$ms.example"
	}
done
exits 0 skerry-issuer license show "$KEY" --json
recorded=$(jq '.licenses[0].documents | length' out)
[ "$recorded" -ge "$files" ] || fail "$files files, $recorded records"
is "$(jq '[.licenses[0].activations[].status_index] | unique | length' out)" "$(jq '.licenses[0].activations | length' out)"
exits 0 skerry-issuer license issue "$KEY" --domain last.example --out last.license
ok "license issue killed 20 times left $files whole files, all of them recorded"

# Between the commit and the files: what a kill there leaves is put there by hand, each way.
export SKERRY_DESK="$T/half"
skerry-issuer init --no-passphrase >/dev/null
cp half/vendor.manifest before
skerry-issuer brand add hotelhub --contact-phone 1 >/dev/null
cp half/vendor.manifest after
cmp -s before after && fail 'the contact is not in vendor.manifest'
for left in vendor.manifest manifests/1.manifest 'vendor.manifest manifests/1.manifest'; do
	for way in older missing; do
		for file in $left; do
			rm "half/$file"
			[ "$way" = missing ] || cp before "half/$file"
		done
		exits 0 skerry-issuer customer list
		cmp half/vendor.manifest after || fail "vendor.manifest after $left were $way"
		cmp half/manifests/1.manifest after || fail "1.manifest after $left were $way"
	done
done
ok 'copies that a killed program left behind are mended by the next command'

moved=0
for ms in 001 002 003 004 005 006 007 008 009 010 011 012 013 014 015 016 018 020 025 030; do
	timeout -s KILL "0.$ms" skerry-issuer brand set hotelhub --contact-phone "555 $ms" >/dev/null 2>&1 || :
	exits 0 skerry-keys manifest verify half/vendor.manifest
	exits 0 skerry-keys manifest verify half/manifests/1.manifest
	exits 0 skerry-issuer brand show hotelhub --json
	phone=$(jq -r .phone out)
	[ "$phone" != "555 $ms" ] || moved=$((moved + 1))
	cmp half/vendor.manifest half/manifests/1.manifest || fail "two copies of version 1 after $ms ms"
	exits 0 skerry-keys show half/vendor.manifest --json
	is "$(jq -r .contacts.hotelhub.telephone out)" "$phone"
done
[ ! -e half/manifests/2.manifest ] || fail 'a second version before a license'
ok "brand set killed 20 times changed record and file together, $moved times"
