#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: any document that the desk ever signed is shown again, byte for byte, by its cti or digest.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out one.license >/dev/null 2>&1
desk license issue "$key" --domain book.grand.example --out two.license >/dev/null 2>&1
id=$(desk license show "$key" --json | jq -r '.licenses[0].id')

is "$(desk document list --license "$id" --json | jq '.documents | length')" 2
desk document list --kind manifest >out
says '^manifest .* 2 ' out
for file in one two; do
	digest=$(b2sum -l 256 $file.license | cut -d' ' -f1)
	exits 0 desk document show "$digest" --json --out again-$file.license
	cmp $file.license again-$file.license
	is "$(jq -r '.digest + " " + .license' out)" "$digest $id"
	cti=$(jq -r .cti out)
	desk document show "$(printf %.8s "$cti")" --out - | cmp - $file.license
	desk document show "$cti" --armor --out $file.armor >/dev/null
	says '^-----BEGIN SKERRY LICENSE' $file.armor
	skerry show $file.armor >out
	says "$id" out
done
manifest=$(desk document list --kind manifest --json | jq -r '.documents[0].digest')
desk document show "$manifest" --out again.manifest >/dev/null
cmp again.manifest desk/vendor.manifest
ok 'licenses and manifests come back byte for byte'

exits 2 desk document show "$cti" --out two.license
exits 0 desk document show "$cti" --out two.license --force
exits 2 desk document show "$cti" --armor
exits 2 desk document show 12345
exits 2 desk document show "' OR 1=1 --"
exits 1 desk document show 000000000000
exits 2 desk document list --kind letter
exits 1 desk document list --license 0000000000000000
ok 'nothing is replaced unasked, and nothing else is found'

# --- what was stopped is known as that, and what leaves the desk is in its log
shown() {
	desk audit list --action document.show --json | jq '.rows | length'
}
before=$(shown)
exits 0 desk document show "$cti"
is "$(shown)" "$before"
[ ! -s err ] || fail 'a warning about what stands'
exits 0 desk document show "$cti" --out logged.license --json
is "$(shown)" $((before + 1))
desk audit list --action document.show --reverse --limit 1 --json >row
digest=$(b2sum -l 256 logged.license | cut -d' ' -f1)
is "$(jq -r '.rows[0] | .subject + " " + .detail' row)" \
	"license $id activation=2 edition=$(jq .edition out) status=paired digest=$digest"
exits 2 desk document show "$cti" --out logged.license
exits 0 desk document show "$manifest" --out again2.manifest
is "$(shown)" $((before + 1))
desk site release "$id-2" >/dev/null 2>&1
exits 0 desk document show "$cti" --json
is "$(jq -c '[.license_status, .released]' out)" '["paired_pending_revoke",true]'
says "^Site $id-2 was released: .* do not hand it on" err
desk license suspend "$id" >/dev/null 2>&1
exits 0 desk document show "$cti" --out suspended.license
says "^License $id is suspended: do not hand this document on" err
desk license revoke "$id" >/dev/null 2>&1
exits 0 desk document show "$cti" --out revoked.license
says "^License $id is revoked: do not hand this document on" err
cmp revoked.license logged.license
desk audit list --action document.show --reverse --limit 1 --json >row
says "status=revoked released digest=$digest" row
exits 0 desk audit verify
ok 'a license that leaves the desk is logged, and one that was stopped is shown with a warning'
