#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: what a second desk with the same keys gave away (or this one, before its records were put back) is told by the sites that
# have it: telephone steps count, a license nobody knows raises the counters, and the clerk reads of both.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"

open_desk
desk plan add hotelhub/hms/reef --term 3y --renew-every 180d --grace 30d --telephone 3x14d --activations 2 >/dev/null
KEY=$(sell hotelhub/hms/reef)
skerry init --trust "$VENDOR" >/dev/null
chain chain.pem
skerry import chain.pem >/dev/null
exits 0 skerry pair "$KEY" --custom hotel-1 --out pair.request
exits 0 desk import pair.request
exits 0 desk bundle --out pair.bundle
exits 0 skerry import pair.bundle
cp -R desk second

second() {
	skerry-issuer "$@" --desk second
}

# --- the second desk reads two steps out, and sells ---
exits 0 second extend "$KEY" --steps 2 --json
exits 0 skerry extend "$(jq -r .code out)"
LOST=$(second license new hotelhub/hms/reef --customer owner@grand.example --tenant spa)
exits 0 second license issue "$LOST" --unbound --out spa.license
exits 0 skerry import spa.license
before=$(desk site list --json | jq -r '.sites[] | select(.kind == "site") | .renew_by')

# --- the site tells ---
exits 0 skerry request --custom hotel-1 --out heartbeat.request
desk license suspend "$KEY" --reason 'so that no document follows' >/dev/null
exits 0 desk import heartbeat.request
says '1 not in the records' out
says 'not in its records' out
says 'more steps by telephone were typed in there' out
after=$(desk site list --json | jq -r '.sites[] | select(.kind == "site") | .renew_by')
[ "$before" != "$after" ] || fail 'the steps do not count'
desk license resume "$KEY" >/dev/null
exits 0 desk extend "$KEY" --json
is "$(jq -c '[.step, .given_before, .case]' out)" '[3,2,"onward"]'
exits 0 desk audit verify
exits 0 desk audit list --json
is "$(jq -r '[.rows[].action | select(. == "extend.told" or . == "site.lost")] | sort | join(" ")' out)" 'extend.told site.lost'
ok 'steps and a license of a second desk are told, recorded, and counted'

exits 0 desk import heartbeat.request --json
is "$(jq -c '.read[0] | [.arrival, .steps_told, .lost_count]' out)" '["again",0,0]'
exits 0 desk audit list --json
is "$(jq '[.rows[] | select(.action == "site.lost")] | length' out)" 1
ok 'the same request again tells nothing twice'
