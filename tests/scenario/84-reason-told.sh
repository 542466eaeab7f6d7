#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a hotel whose license was suspended or revoked sees why, in the vendor's words, where the desk wants it told; and no
# longer than it holds. What is not told stays at the desk.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
# shellcheck source=tests/scenario/skerryd.sh
. "$ROOT/tests/scenario/skerryd.sh"
open_desk
KEY=$(sell hotelhub/hms/island)
ID=$(desk license show "$KEY" --json | jq -r ".licenses[0].id")
mkdir stick

# site VERB: at the hotel. The stick goes to the desk and comes back.
site() {
	skerry "$@" --custom box-7
}
there_and_back() {
	skerry exchange stick >/dev/null
	desk exchange stick >/dev/null
	skerry exchange stick >/dev/null
}
skerry init --trust "$VENDOR" >/dev/null
skerry exchange stick --pair "$KEY" --custom box-7 >/dev/null
desk exchange stick >/dev/null
skerry exchange stick >/dev/null
is "$(site status --json | jq -r .access)" full

# --- told by a word that nobody asked for
exits 2 desk license suspend "$KEY" --tell
says '[-]-tell tells sites a reason' err
exits 2 desk license suspend "$KEY" --tell --reason "$(printf 'x%.0s' $(seq 201))"
says 'at most 200 bytes' err
exits 2 desk license suspend "$KEY" --tell --reason "$(printf 'paid \033[31mlate')"
exits 0 desk license suspend "$KEY" --tell --reason 'Invoice 4711 is "unpaid"' --dry-run
says 'The reason is told' out
exits 0 desk license suspend "$KEY" --reason 'Maria never pays' --dry-run
says 'The reason stays at the desk' out
exits 0 desk license suspend "$KEY" --tell --reason 'Invoice 4711 is "unpaid"'
says 'The reason is told, where a site has a key of its own' out
exits 0 desk license show "$KEY" --json
is "$(jq -c '[.licenses[0].notes[] | [.text, .told]]' out)" '[["Invoice 4711 is \"unpaid\"","now"]]'
exits 0 desk bundle --out one.bundle
exits 0 skerry import one.bundle
says 'hms: This license is suspended. HotelHub says: Invoice 4711 is "unpaid". Contact sales' out
exits 1 site status
says 'locked, no access \(suspended\)' out
says 'The vendor says: "Invoice 4711 is' out
says '62 631 555 0100' out
exits 1 site status --json
is "$(jq -r .message out)" 'The vendor has suspended the license for hotelhub/hms. The product is locked; its data is kept. The vendor says: "Invoice 4711 is "unpaid"".'
is "$(jq -r .action out)" 'Settle it with the vendor. Call HotelHub: +62 631 555 0100, help@hotelhub.example.'
is "$(jq -r '.vendor.results[0] | .code + ": " + .told' out)" 'suspended: Invoice 4711 is "unpaid"'
exits 1 site why --json
is "$(jq -r '.reasons[0].facts.told' out)" 'Invoice 4711 is "unpaid"'
exits 1 site why
says 'says: "Invoice 4711 is "unpaid""' out
exits 1 site status --language id --json
says 'Vendor menyatakan' out
daemon_begins
is "$(call '/v1/status?custom=box-7')" 200
is "$(jq -r .message out)" "$(site status --json | jq -r .message)"
is "$(jq -r '.vendor.results[0].told' out)" 'Invoice 4711 is "unpaid"'
is "$(call '/v1/why?custom=box-7')" 200
is "$(jq -r '.reasons[0].facts.told' out)" 'Invoice 4711 is "unpaid"'
# What libskerry and the clients show: the message of the proof.
is "$(call '/v1/proof?custom=box-7' -H 'Content-Type: application/json' \
	-d "{\"nonce\":\"$(printf 0123456789abcdef | base64)\",\"product\":\"hotelhub/hms\"}")" 200
jq -r .proof out | base64 -d >site.proof
exits 0 skerry show --json site.proof
says 'The vendor says: .*Invoice 4711.* Settle it with the vendor. Call HotelHub: ' out
daemon_ends
exits 0 desk bundle --out again.bundle --json
exits 0 skerry import again.bundle
exits 1 site status
says 'The vendor says: "Invoice 4711 is' out
ok 'a bundle brings the reason that nobody asked for, and the site quotes it with whom to call'

# --- told with the answer, and by every answer after it
there_and_back
there_and_back
exits 1 site status
says 'The vendor says: "Invoice 4711 is' out
exits 0 desk audit list
says ' told=yes note=1$' out
is "$(grep -c 'reply.make' out)" 4
exits 0 desk audit verify
ok 'each later answer says it as well'

# --- no longer than it holds
exits 0 desk license resume "$KEY" --tell --reason 'Paid, thank you'
there_and_back
exits 0 site status
says 'HotelHub says: Paid, thank you' out
is "$(grep -c 'Invoice 4711' out)" 0
is "$(site status --json | jq -r '[.access, (.message | test("says"))] | @csv')" '"full",false'
exits 0 desk license suspend "$KEY" --reason 'Maria again'
there_and_back
exits 1 site status
says 'suspended' out
is "$(grep -c -e 'Invoice 4711' -e Maria -e 'vendor says' -e 'Paid' out)" 0
exits 0 desk license show "$KEY" --json
is "$(jq -c '[.licenses[0].notes[].told]' out)" '["before","before",null]'
ok 'resuming takes it away, and what is not told stays at the desk'

# --- revoked; who has no key of his own hears the status alone
OTHER=$(sell hotelhub/hms/island)
desk license issue "$OTHER" --unbound --out free.license >/dev/null 2>&1
skerry --state free init --trust "$VENDOR" >/dev/null
chain chain.txt
skerry --state free import chain.txt free.license >/dev/null
exits 0 desk license revoke "$OTHER" --tell --reason 'Chargeback of invoice 4712'
says 'none has a key of its own' out
exits 0 desk license revoke "$KEY" --tell --reason 'Chargeback of invoice 4711.'
there_and_back
exits 0 desk bundle --out all.bundle
exits 0 skerry --state free import all.bundle
exits 1 skerry --state free status
says 'locked, no access \(revoked\)' out
says 'Ask the vendor for the reason' out
is "$(grep -c 'Chargeback' out)" 0
exits 1 site status
says 'The vendor says: "Chargeback of invoice 4711' out
is "$(site status --json | jq -r '.vendor.results[0].text')" \
	'This license is revoked. HotelHub says: Chargeback of invoice 4711. Contact support.'
ok 'a site with a key of its own sees why it was revoked; another one sees the code'

# --- erased: in no later answer. A minute later, for the numbers of a site that is new to the desk go with the time
# shellcheck disable=SC2034
DAY_ONE=$(date -u -d '+1 minute' +%Y-%m-%dT%H:%M:%SZ)
exits 0 desk customer erase hotelhub owner@grand.example --force
there_and_back
exits 1 site status
is "$(grep -c 'Chargeback' out)" 0
is "$(site status --json | jq -c '[.vendor.results[]? | .told] | map(select(. != null))')" '[]'
is "$(grep -rac 'Chargeback' desk | grep -vc ':0$')" 0
exits 0 desk license show "$ID" --json
is "$(jq -c '[.licenses[0].notes[] | [.text, .told]] | unique' out)" '[[null,null],[null,"before"]]'
exits 0 desk audit verify
ok 'an erased customer is told nothing more, and the log holds'
