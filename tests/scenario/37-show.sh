#!/bin/sh
# Goal: `skerry show` tells what any document says, says that nothing is verified, and never prints a secret.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null
exits 0 skerry init --trust "$VENDOR"

exits 0 skerry show hotel.license
says 'license, [0-9]+ bytes, binary. Not verified' out
says 'limit +max_rooms = 100' out
exits 0 skerry show hotel.license --json
is "$(jq -c '[.kind, .verified, .product, .limits.max_rooms, .error]' out)" '["license",false,"hotelhub/hms",100,null]'
exits 0 skerry show hotel.license --diag
says '^18\(\[' out
exits 0 skerry show "$VENDOR"
says 'TRIAL' out
exits 0 skerry show "$VENDOR" --json
is "$(jq -c '[.kind, .version, .trial, .threshold, (.roots | length)]' out)" '["manifest",1,true,1,1]'
exits 0 skerry show "$VENDOR" --diag
says '^98\(\[' out
chain chain.asc
exits 0 skerry show chain.asc
says 'telephone +\+62 631 555 0100' out
says 'license keys +HMS-#####' out
exits 0 skerry show chain.asc --json
is "$(jq -r '.contacts.hotelhub.name | select(. != null)' out | head -1)" HotelHub
is "$(jq -c '.issuing[0].roles' out | head -1)" '["license","status","reply","bundle"]'
cat chain.asc >two.asc
{ echo '-----BEGIN SKERRY LICENSE-----' && base64 -w 64 hotel.license && echo '-----END SKERRY LICENSE-----'; } >>two.asc
exits 0 skerry show two.asc
says '^manifest, .* armor' out
says '^license, .* armor' out
ok 'licenses and manifests, also several in one text'

exits 0 skerry fingerprint --custom rack-7 --domain pms.lan --domain a.lan --domain pms.lan --out fp
exits 0 skerry show fp
says 'component +custom' out
says 'domain +a.lan' out
grep -q rack-7 out && fail 'the value itself is in the file'
exits 0 skerry show fp --json
is "$(jq -c '[.kind, .verified, .site_key, (.components | map(.type) | index("custom") != null)]' out)" \
	'["fingerprint",false,true,true]'
exits 0 skerry show fp --diag
says 'skerry-fingerprint' out
flip fp 40
exits 1 skerry show fp
says file_damaged err
exits 2 skerry fingerprint --domain Not_A_Host
exits 2 skerry fingerprint --armor
exits 2 skerry fingerprint --out - --json
ok 'fingerprints, and what damages them'

# The secret of an unwrapped key: its last 32 bytes before tag and checksum are where it would show.
exits 0 skerry show state/site.key
says 'purpose +site' out
exits 0 skerry show state/site.key --json
is "$(jq -r .purpose out)" site
exits 2 skerry show state/site.key --diag
is "$(cat out)" ''
od -An -v -tx1 state/site.key | tr -d ' \n' >hex
secret=$(tail -c 128 hex | head -c 64)
for form in '' --json; do
	# shellcheck disable=SC2086
	skerry show state/site.key $form >shown
	grep -qi "$secret" shown && fail 'the secret is shown'
done
skerry-keys new root --no-passphrase --out root >/dev/null 2>&1
exits 0 skerry show root.pub
says 'public key, ' out
exits 0 skerry show root.pub --json
is "$(jq -r '[.kind, (.public_key | length > 70)] | map(tostring) | join(" ")' out)" 'public key true'
exits 0 skerry show root.pub --diag
exits 0 skerry show root.key
says 'purpose +root' out
ok 'keys, and no secret'

# What travels on a stick, before anything of it is opened or unpacked.
bytes() { # HEX
	for byte in $(printf %s "$1" | sed 's/../& /g'); do
		# shellcheck disable=SC2059
		printf "\\$(printf %o "0x$byte")"
	done
}
{
	bytes d284582aa301270448010203040506070810781a6170706c69636174696f6e2f7374617475736c6973742b637774a05832
	bytes a3026f736b657272793a686f74656c687562061a69eff88019fffda2636c73744b78da3be9f2130003df0207646269747302
	bytes 5840 && head -c 64 /dev/zero
} >status.list
exits 0 skerry show status.list
says '^status list, [0-9]+ bytes, binary. Not verified' out
says 'list +skerry:hotelhub' out
says 'issued at +2026-04-28' out
exits 0 skerry show status.list --json
is "$(jq -c '[.kind, .verified, .list, .bits, .packed_bytes, .error]' out)" '["status list",false,"skerry:hotelhub",2,11,null]'
for kind in request reply; do
	mark=$(printf '%02x' $((0x60 + 7 + ${#kind})))
	{ bytes "83$mark" && printf 'skerry-%s' "$kind" && bytes 480102030405060708590130 && head -c 304 /dev/zero; } >$kind
	exits 0 skerry show $kind
	says "^$kind, [0-9]+ bytes, binary. Not verified" out
	says 'sealed to key +0102030405060708' out
	exits 0 skerry show $kind --json
	is "$(jq -c '[.kind, .sealed_to, .error]' out)" "[\"$kind\",\"0102030405060708\",null]"
done
head -c 300 request >broken
exits 1 skerry show broken
says 'at byte 25' err
ok 'status lists, requests and replies'

# A bundle: head, the vendor's manifest, an index without a site. However large it is, its front is read alone.
{
	bytes 836d && printf skerry-bundle && bytes "19$(printf %04x "$(wc -c <"$VENDOR")")18e9"
	cat "$VENDOR"
	bytes d2845831a30127044801020304050607081078216170706c69636174696f6e2f766e642e736b657272792e62756e646c652b637774a0586f
	bytes a3061a69eff8800750303132333435363738393a3b3c3d3e3f3a00010000a501010201035820505152535455565758595a5b5c5d5e5f60
	bytes 6162636465666768696a6b6c6d6e6f05840009015820707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f0680
	bytes 5840 && head -c 64 /dev/zero
} >bundle
size=$(wc -c <bundle)
exits 0 skerry show bundle
says "^bundle, $size bytes, binary. Not verified" out
says 'bundle +303132333435363738393a3b3c3d3e3f' out
says 'manifests +version 1 to 1' out
truncate -s 100000000 bundle
exits 0 skerry show bundle
says '^bundle, 100000000 bytes' out
exits 0 skerry show bundle --json
is "$(jq -c '[.kind, .bytes, .number, .newest_manifest, .index_pages, .pages_bytes, .error]' out)" \
	"[\"bundle\",100000000,1,1,0,$((100000000 - size)),null]"
exits 0 skerry show bundle --diag
says '^\["skerry-bundle", [0-9]+, [0-9]+\]$' out
is "$(grep -c '^98(\[$' out)$(grep -c '^18(\[$' out)" 11
is "$(tail -n 1 out)" "/ pages: $((100000000 - size)) bytes /"
for cut in 5 20 100 $((size - 1)); do
	head -c "$cut" bundle >broken
	exits 1 skerry show broken
done
says "at byte $cut" err
ok 'bundles, of any size'

cp hotel.license broken
flip broken 120
got=0
skerry show broken >out 2>err || got=$?
[ "$got" = 0 ] || [ "$got" = 1 ] || fail "show exits $got"
head -c 200 hotel.license >broken
exits 1 skerry show broken
says 'at byte [0-9]+' err
exits 1 skerry show broken --json
is "$(jq -r '.error.offset | type' out)" number
exits 2 skerry show hotel.license --json --diag
ok 'a broken document is told with its byte'

# Names from outside cannot play with the terminal.
desk customer add hotelhub evil@x.example --name "$(printf 'Evil\033[31m Hotel')" >/dev/null 2>&1 &&
	evil=$(desk license new hotelhub/hms/island --customer evil@x.example) &&
	desk license issue "$evil" --unbound --out evil.license >/dev/null &&
	skerry show evil.license >out && grep -q "$(printf '\033')" out && fail 'an escape sequence got through'
ok 'text from outside is safe to show'
