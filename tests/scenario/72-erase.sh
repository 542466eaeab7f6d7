#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a customer who asks to be forgotten is: nothing that names them is left in the desk, the log still verifies, and the
# desk goes on working with what stays.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk customer add hotelhub before@qqx.example --name 'Maria Qqx' --company 'Qqx Resorts' --language id >/dev/null
desk customer set hotelhub before@qqx.example --email maria@qqx.example >/dev/null
key=$(desk license new hotelhub/hms/island --customer maria@qqx.example --payment PAY-77 --tenant qqx-wing)
desk license issue "$key" --domain book.qqx.example --out hotel.license >/dev/null 2>&1
id=$(desk license list --customer maria@qqx.example --json | jq -r '.licenses[0].id')
cti=$(desk document list --license "$id" --json | jq -r '.documents[0].cti')
number=$(desk customer show hotelhub maria@qqx.example --json | jq .number)

# traces: how many files of the desk hold the word.
traces() {
	grep -rail qqx desk | wc -l
}
[ "$(traces)" -gt 0 ] || fail 'the desk knows nothing of the customer'

# --- not while a license stands
exits 1 desk customer erase hotelhub maria@qqx.example
says in_use err
says "$id" err
exits 0 desk customer erase hotelhub maria@qqx.example --dry-run
says 'standing +1' out
desk license revoke "$id" --reason 'Maria Qqx asked' >/dev/null 2>&1
desk audit list >before
ok 'a customer whose license stands is not erased, and is named'

# --- erased
exits 0 desk customer erase hotelhub maria@qqx.example --json
is "$(jq -c '[.erased, .licenses, .sites, .documents, .reasons]' out)" '[true,1,1,1,1]'
is "$(traces)" 0
exits 0 desk audit verify
exits 1 desk find maria@qqx.example
exits 1 desk find qqx
desk audit list >after
grep -Eo '^ +[0-9]+  2' before | while read -r seq _; do
	grep -Eq "^ *$seq  2" after || fail "row $seq is gone"
done
says '"Maria Qqx asked"' before
says "customer.erase +customer $number$" after
ok 'nothing that names the customer is left, the log verifies'

# --- what stays, works
exits 0 desk customer show hotelhub "$number"
says "erased-$number@invalid" out
exits 0 desk license show "$id"
exits 0 desk license list --customer "$number"
exits 0 desk site list
exits 0 desk report revoked
exits 0 desk find PAY-77
says "$id" out
exits 1 desk license reveal "$id"
says erased err
exits 0 desk document show "$(b2sum -l 256 hotel.license | cut -c1-16)"
says 'erased +yes' out
exits 1 desk document show "$cti" --out again.license
says erased err
[ ! -e again.license ] || fail 'an erased document was written'
exits 1 desk customer set hotelhub "$number" --name Maria
exits 1 desk license new hotelhub/hms/island --customer "$number"
exits 0 desk customer erase hotelhub "$number"
exits 0 desk customer add hotelhub maria@qqx.example --name Maria
exits 0 desk audit verify
ok 'lists, reports and letters go on; a paper is known by its digest'

# --- erased while a license stands: what it was bound to is gone, and nothing less bound takes its place
desk customer add hotelhub budi@zzv.example --name 'Budi Zzv' >/dev/null
key=$(desk license new hotelhub/hms/island --customer budi@zzv.example)
desk license issue "$key" --domain book.zzv.example --out bound.license >/dev/null 2>&1
bound=$(desk license list --customer budi@zzv.example --json | jq -r '.licenses[0].id')
number=$(desk customer show hotelhub budi@zzv.example --json | jq .number)
exits 0 desk license set "$bound" --text 'owner=Budi Zzv' --limit tier=zzv --limit max_rooms=77
grep -rail zzv desk >traces
[ -s traces ] || fail 'the desk knows nothing of the values'
exits 0 desk customer erase hotelhub budi@zzv.example --force
is "$(grep -rail zzv desk | wc -l)" 0
is "$(desk license show "$bound" --json | jq -c '[.licenses[0].overrides[] | .name + " " + .value]')" '["limit max_rooms=77"]'
for refused in "license issue $bound --activation 1 --out" "license issue $bound --unbound --out" \
	"license issue $bound --domain other.example --out" "license renew $bound --out"; do
	# shellcheck disable=SC2086
	exits 1 desk $refused again.license
	says status_forbids err
	says 'customer was erased' err
	[ ! -e again.license ] || fail "$refused wrote a license"
done
exits 0 desk license renew --due 4y --out round --json
is "$(jq -c --arg id "$bound" '[.licenses[] | select(.id == $id) | .left_out]' out)" '["status_forbids"]'
[ -z "$(find round -name "$bound-*" 2>/dev/null)" ] || fail 'a renewal round issued a license of an erased customer'
exits 1 desk license set "$bound" --activations 3
exits 0 desk license revoke "$bound"
exits 0 desk audit verify
ok 'nothing is issued any more for somebody who was erased; their own words in a license are gone'
