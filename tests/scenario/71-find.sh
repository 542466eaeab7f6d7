#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: whatever a customer says on the telephone leads to the license with one command, and whatever else is typed is only text.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk customer add hotelhub info@penginapan.example --name 'Café Ünal' --company 'P.T. Laut-Biru' >/dev/null
key=$(desk license new hotelhub/hms/island --customer info@penginapan.example --payment INV/2027-03 --tenant west-wing)
desk license issue "$key" --domain book.laut.example --out hotel.license >/dev/null 2>&1
id=$(desk license list --customer info@penginapan.example --json | jq -r '.licenses[0].id')
masked=$(desk license list --customer info@penginapan.example --json | jq -r '.licenses[0].key_masked')

# finds HOW TEXT
finds() {
	exits 0 desk find "$2" --json
	is "$(jq -r '.hits[0] | .found_by + " " + .license' out)" "$1 $id"
	is "$(jq -r .next out)" "skerry-issuer license show $id"
}
finds key "$key"
finds key "$(printf %s "$key" | tr 'A-Z-' 'a-z ')"
finds license "$id"
finds key_masked "$masked"
finds payment INV/2027-03
finds tenant west
finds email INFO@pengi
finds customer 'cafe unal'
finds customer 'laut BIRU'
finds customer pengin
finds host book.laut
exits 0 desk find cafe
says "customer +$id" out
says "license show $id" out
ok 'a key, an id, an address, a name, a domain, a payment find it'

# --- a customer who has bought nothing yet
desk customer add hotelhub late@lonely.example --name Nobody >/dev/null
exits 0 desk find lonely
says 'customer show hotelhub' out

# --- what is not there
exits 1 desk find 'no such thing'
says 'not_found' err
wrong=$(printf %s "$key" | tr 0123456789 1234567890)
exits 1 desk find "$wrong"
says 'license_key_typo|key_unknown' err
exits 2 desk find
exits 2 desk find cafe --limit 0
exits 1 desk find cafe --brand nobody
exits 2 desk find "$(head -c 10000 /dev/zero | tr '\0' x)"
ok 'what is not there is told with advice'

# --- text is text
for nasty in '"' "'" '*' 'a AND b' 'words:cafe' 'NEAR(cafe unal)' "x' OR '1'='1" '%' '_' '^x' '-x' '--' "$(printf '\342\200\256')"; do
	exits 1 desk find -- "$nasty"
done
for kind in '"cafe"' '(cafe' 'cafe*' '+cafe' 'cafe;' "$(printf '\342\200\256cafe')" "cafe'; DROP TABLE customer; --"; do
	got=0
	desk find -- "$kind" >out 2>err || got=$?
	[ "$got" -le 1 ] || fail "find $kind exits $got"
done
exits 0 desk find cafe
exits 2 desk find "$(printf '\377')"
ok 'no text is a command'

# --- a key unlocks the desk, nothing else does
echo 'a long passphrase' >pass
chmod 600 pass
skerry-issuer --desk locked --passphrase-file pass init >/dev/null 2>&1
skerry-issuer --desk locked --passphrase-file pass brand add b --key-format 'HMS-#####-#####-#####-#####' >/dev/null
exits 1 skerry-issuer --desk locked find cafe </dev/null
exits 2 skerry-issuer --desk locked find "$key" </dev/null
says no_terminal err
exits 1 skerry-issuer --desk locked --passphrase-file pass find "$key"
says key_unknown err
ok 'only a license key asks for the passphrase'

# --- a payment reference, in whatever case it is typed
desk license new hotelhub/hms/island --customer owner@grand.example --payment INV-1 >/dev/null
desk license new hotelhub/hms/island --customer owner@grand.example --payment ch_3abc >/dev/null
for typed in INV-1 inv-1 Inv-1; do
	exits 0 desk find "$typed" --json
	is "$(jq -r '[.hits[] | .found_by] | unique | join(" ")' out)" payment
done
exits 0 desk find CH_3ABC
ok 'a payment reference is found in either case'
