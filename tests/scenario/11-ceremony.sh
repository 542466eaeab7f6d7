#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: the ceremony of docs/guide/key-ceremony.md, command by command: three roots of which two
# must sign, on one machine and on copies, until the manifest verifies.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
umask 077
for who in alice bob carol; do
	echo "passphrase of $who" >$who.pass
	exits 0 skerry-keys new root --out $who --passphrase-file $who.pass
done
exits 0 skerry-keys new issuing --out desk --no-passphrase
exits 0 skerry-keys new exchange --out requests --no-passphrase
cat >hotelhub.contact <<-'EOF'
	# HotelHub's licensing desk
	name: HotelHub Support
	telephone: +62 361 555 0100
	email: desk@hotelhub.example
	url: https://hotelhub.example/licenses
	languages: en id
	key-format: HMS-#####-#####-#####-#####
EOF
exits 0 skerry-keys manifest new --root alice.pub --root bob.pub --root carol.pub --threshold 2 \
	--issuing desk.pub --latest 2031-12-31 --exchange requests.pub \
	--contact hotelhub:hotelhub.contact --at 2027-01-01T09:00:00Z --out vendor.manifest
says '^vendor.manifest: version 1 needs 2 root signatures, has 0$' out
says '^next: skerry-keys manifest sign vendor.manifest --key ROOT.key$' out
[ ! -s err ] || fail "a note without a reason: $(cat err)"
exits 1 skerry-keys manifest verify vendor.manifest
says 'has 0 of the 2 root signatures it needs\. \[trust_threshold\]' err
ok 'version 1 says what it still needs'

sign() { # WHO FILE [OPTIONS]
	who=$1
	shift
	exits 0 skerry-keys manifest sign "$@" --key "$who.key" --passphrase-file "$who.pass"
}
cp vendor.manifest copy-b.manifest
cp vendor.manifest copy-c.manifest
sign alice vendor.manifest
says '^2 of 3 roots must sign:$' out
says '^signed by root [0-9a-f]{16}$' out
says 'needs 2 root signatures, has 1$' out
cp vendor.manifest once
sign alice vendor.manifest
cmp vendor.manifest once || fail 'the same signature again changed the file'
says 'has 1$' out
exits 1 skerry-keys manifest verify vendor.manifest
says 'has 1 of the 2' err
sign bob vendor.manifest
says '^It is complete\.$' out
exits 0 skerry-keys manifest verify vendor.manifest
says '^vendor.manifest: good, judged by its own roots$' out
says 'contact of hotelhub: HotelHub Support, \+62 361 555 0100' out
ok 'two of three on one machine'

sign bob copy-b.manifest
sign carol copy-c.manifest
exits 0 skerry-keys manifest merge copy-b.manifest copy-c.manifest --out merged.manifest --json
is "$(jq -c '[.version, .signatures.has, .signatures.needs, .complete]' out)" '[1,2,2,true]'
exits 0 skerry-keys manifest verify merged.manifest
exits 2 skerry-keys manifest merge copy-b.manifest copy-c.manifest --out merged.manifest
exits 0 skerry-keys manifest merge copy-b.manifest copy-c.manifest vendor.manifest
exits 0 skerry-keys show copy-b.manifest --json
is "$(jq '[.roots[].signed] | all' out)" true
is "$(jq '.signers | length' out)" 3
ok 'two of three on copies'

exits 0 skerry-keys manifest new --root alice.pub --threshold 1 --issuing desk.pub --latest 2020-12-31 \
	--at 2026-01-01 --exchange requests.pub --out past.manifest
says 'key.s --latest has passed' err

exits 0 skerry-keys manifest verify vendor.manifest --json
is "$(jq -c '[.ok, .error, .expired, .version, .threshold, (.roots | length)]' out)" \
	'[true,null,false,1,2,3]'
is "$(jq -r '.issuing[0] | [.not_before, .not_after, .latest, .perpetual] | @csv' out)" \
	'"2026-12-31T09:00:00Z",,"2031-12-31T23:59:59Z",false'
is "$(jq -c '.issuing[0].roles' out)" '["license","status","reply","bundle"]'
is "$(jq -r '.contacts.hotelhub | [.name, .key_format, .languages[]] | join("|")' out)" \
	'HotelHub Support|HMS-#####-#####-#####-#####|en|id'
ok 'the same as JSON'

# Binary and armor, file and pipe, say the same.
skerry-keys manifest new --root alice.pub --threshold 1 --issuing desk.pub --latest 2031-12-31 \
	--exchange requests.pub --at 2027-01-01 --armor --out - >armored 2>/dev/null
says '^-----BEGIN SKERRY MANIFEST-----$' armored
sign alice armored
says 'BEGIN SKERRY MANIFEST' armored
exits 0 skerry-keys manifest verify armored
skerry-keys manifest verify - <armored >/dev/null || fail 'standard input'
sed 's/^/> /' armored >quoted
exits 0 skerry-keys manifest verify quoted
ok 'any carrier will do'
