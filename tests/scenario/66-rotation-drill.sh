#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every key of a vendor is replaced once, after a real ceremony of two of three roots. One site sees each change as it happens,
# and a thief's work besides; another sleeps through five versions and is up to date after one visit.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
umask 077

for who in alice bob carol dave erin frank grace; do skerry-keys new root --out $who --no-passphrase >/dev/null 2>&1; done
for what in second third; do skerry-keys new issuing --out $what --no-passphrase >/dev/null 2>&1; done
skerry-keys new exchange --out letters --no-passphrase >/dev/null 2>&1
kid() { skerry-keys show "$1.pub" | sed -n 's/.*\([0-9a-f]\{16\}\).*/\1/p' | head -1; }
in_use() { desk key list --json | jq -r '.keys[] | select(.in_use) | .kid'; }

# ceremony OLD NEW 'ROOTS' CHANGES...: the next version, signed; the desk takes it.
ceremony() {
	old=$1 new=$2 roots=$3
	shift 3
	exits 0 skerry-keys manifest next "$old" --out "$new" "$@"
	for root in $roots; do exits 0 skerry-keys manifest sign "$new" --key "$root.key" --trust "$old"; done
	exits 0 desk manifest set "$new" $cosign
}

# visit SITE [STICK]: the courier at a site; call: and at the desk.
visit() {
	exits 0 skerry --state "$1" exchange "${2:-stick}" --custom "board:$1"
}
call() {
	exits 0 desk exchange "${1:-stick}"
}
# stands SITE 'STATE ACCESS REASON'; taken SITE: a visit brings a manifest, and all is well.
stands() {
	skerry --state "$1" status --json --custom "board:$1" >stands.out || :
	is "$(jq -r '[.state, .access, .reason] | join(" ")' stands.out)" "$2"
}
taken() {
	visit "$@"
	is "$(grep -c '^Taken: manifest version' out)" 1
	stands "$1" 'active full ok'
}

# --- a desk under two of three roots -----------------------------------------------------------------
open_desk
desk manifest show --out v2 >/dev/null 2>&1
first=$(in_use)
cosign=--cosign
ceremony v2 v3 'alice bob' --add-root alice.pub --add-root bob.pub --add-root carol.pub --threshold 2 \
	--remove-root "$(skerry-keys show v2 --json | jq -r '.roots[0].kid')"
cosign=
exits 0 desk manifest show --out signed
exits 0 skerry-keys manifest anchor signed --out anchor
mkdir stick stick-b
for site in a b; do
	key=$(sell hotelhub/hms/island)
	echo "$key" >$site.key
	skerry --state $site init --trust anchor >/dev/null
done
visit_pair() { exits 0 skerry --state "$1" exchange "$2" --pair "$(cat "$1.key")" --custom "board:$1"; }
visit_pair a stick
visit_pair b stick-b
call
call stick-b
visit a
visit b stick-b
stands a 'active full ok'
stands b 'active full ok'
ok 'a desk under two of three roots, and two sites'

# --- a new issuing key, the old one retired; a root lost --------------------------------------------------
exits 0 desk key add second.key
ceremony v3 v4 'alice bob' --retire "$first" --add-issuing second.pub --latest 2040-12-31
is "$(grep -c 'newest licenses' out)" 0
exits 0 desk key use "$(kid second)"
exits 0 skerry --state a import v4
says 'Taken: manifest version 4' out
stands a 'active full ok' # what the retired key signed stays good
call
visit a
says 'Taken: license' out
stands a 'active full ok'
ceremony v4 v5 'alice bob dave' --remove-root "$(kid carol)" --add-root dave.pub
call
taken a
ok 'an issuing key is added and its predecessor retired, a lost root replaced'

# --- the issuing key stolen ------------------------------------------------------------------------------
cp -R desk thief
thief() {
	when=$1
	shift
	SKERRY_DESK=$T/thief skerry-issuer --at "$when" clock confirm >/dev/null 2>&1 || :
	SKERRY_DESK=$T/thief skerry-issuer --at "$when" "$@"
}
later=$(date -u -d '+300 days' +%Y-%m-%dT%H:%M:%SZ)
cp -R stick stick-thief
exits 0 thief "$later" exchange stick-thief
visit a stick-thief
says 'Taken: license' out
exits 0 thief 2099-01-01T00:00:00Z license revoke "$(cat a.key)" --reason x
exits 0 thief 2099-01-01T00:00:00Z exchange stick-thief
visit a stick-thief
says 'Taken: status list of hotelhub of 2099' out
stands a 'locked none renewal_missed' # it believes the date, too
skerry --state a clock >out || :
says "site's time +2099" out
thief "$later" license new hotelhub/hms/island --customer owner@grand.example >stolen.key 2>/dev/null
thief "$later" license issue "$(cat stolen.key)" --unbound --out stolen.license >/dev/null 2>&1
ok 'a thief renews, numbers, revokes and dates ahead, and a site believes him'

exits 0 desk key add third.key
ceremony v5 v6 'bob dave' --revoke "$(kid second)" --add-issuing third.pub --latest 2040-12-31
says 'newest licenses of 1 activation' out
is "$(in_use)" "$(kid third)"
call
taken a
says 'Taken: license' out
skerry --state a clock >out || :
says "site's time +$(date -u +%Y)" out
ok 'once the key is revoked all that he said is unsaid, in one visit'

thief 2099-01-02T00:00:00Z exchange stick-thief >/dev/null 2>&1
visit a stick-thief
says 'bundle +skipped: The vendor has revoked the signing key' out
exits 1 skerry --state a import stolen.license
says 'trust_key_revoked' err
stands a 'active full ok'
ok 'his bundle, with reply and list, and his license are refused'

# --- the exchange key, and all roots ---------------------------------------------------------------------
exits 0 desk key add letters.key
ceremony v6 v7 'alice dave' --revoke "$(desk key list --json | jq -r '.keys[] | select(.purpose == "exchange" and .listed) | .kid')" \
	--add-exchange letters.pub
call
taken a
call
says 'request [0-9]+, heartbeat' out
ceremony v7 v8 'alice bob erin frank' --add-root erin.pub --add-root frank.pub --add-root grace.pub \
	--remove-root "$(kid alice)" --remove-root "$(kid bob)" --remove-root "$(kid dave)"
call
taken a
ok 'the exchange key is replaced, and all roots'

# --- the sleeper -----------------------------------------------------------------------------------------
call stick-b
says 'request 2, heartbeat +hotelhub/hms: ok, new document' out
visit b stick-b
says 'Taken: manifest version 8' out
stands b 'active full ok'
call stick-b
says 'request 3, heartbeat +hotelhub/hms: ok' out
exits 0 desk audit verify
ok 'a site that slept through five versions: its old request is answered, and one visit brings it up to date'
