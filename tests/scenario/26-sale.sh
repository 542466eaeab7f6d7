#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: the sales of all three requirement documents: several products under one key, each with its
# own end and activations; a payment that is announced twice; a starter for the welcome pack; one
# person at two brands.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
AT='--at 2026-01-10T09:00:00Z'

# shellcheck disable=SC2086
desk() {
	skerry-issuer "$@" $AT
}

desk init --no-passphrase >/dev/null
for brand in wprocket rankmath; do
	desk brand add $brand --key-format "$(echo $brand | cut -c1-2 | tr '[:lower:]' '[:upper:]')-####-####-####-####" >/dev/null
	desk customer add $brand user1@example.com >/dev/null
done
for product in core_plugin rocketcdn advanced_caching; do
	desk product add wprocket/$product >/dev/null
	desk plan add wprocket/$product/year --term 1y --activations 2 >/dev/null
done
desk product add rankmath/pro >/dev/null
desk plan add rankmath/pro/year >/dev/null

exits 0 desk license new wprocket/core_plugin/year wprocket/rocketcdn/year wprocket/advanced_caching/year \
	--customer user1@example.com --until 2026-02-11 --until wprocket/advanced_caching/year=2026-02-13 \
	--activations wprocket/advanced_caching/year=1 --price 120 --currency EUR --payment PP-1 --json
cp out first.json
is "$(jq -c 'keys' out)" '["customer","key","licenses"]'
is "$(jq -c '.licenses[0] | keys' out)" '["id","plan","product","valid_until"]'
is "$(jq -r '[.licenses[].valid_until] | join(" ")' out)" '2026-02-11T23:59:59Z 2026-02-11T23:59:59Z 2026-02-13T23:59:59Z'
is "$(jq -r .customer out)" user1@example.com
KEY=$(jq -r .key out)
ok 'one key for three products, each with its own end'

exits 1 desk license issue "$KEY" --domain shop.example --out x.license
says 'not_unique' err
says '\(core_plugin\), [0-9A-Z]{16} \(rocketcdn\), [0-9A-Z]{16} \(advanced_caching\). Say which with --product' err
exits 1 desk license issue "$KEY" --product nothing --domain shop.example --out x.license
exits 1 desk license issue "$(jq -r '.licenses[0].id' first.json)" --product rocketcdn --domain shop.example --out x.license
says '\[product\]' err
exits 0 desk license issue "$KEY" --product advanced_caching --domain shop.example --out ac.license --json
exits 1 desk license issue "$KEY" --product advanced_caching --domain other.example --out x.license
says 'activations_exhausted' err
exits 0 desk license issue "$KEY" --product wprocket/rocketcdn --domain shop.example --out cdn1.license
exits 0 desk license issue "$KEY" --product rocketcdn --domain other.example www.other.example --out cdn2.license
exits 1 desk license issue "$KEY" --product rocketcdn --domain third.example --out x.license
exits 0 desk license issue "$KEY" --product rocketcdn --domain WWW.Other.example. --domain other.example --out cdn2.license --force --json
is "$(jq .activation out)" 2
exits 0 desk license issue "$KEY" --product advanced_caching --unbound --out trial.license --json
is "$(jq -c '[.activation, .domains]' out)" '[2,null]'
says 'bound to nothing' err
exits 0 desk license issue "$KEY" --product advanced_caching --unbound --out trial.license --force --json
is "$(jq .activation out)" 2
exits 1 desk license issue "$KEY" --product advanced_caching --domain other.example --out x.license
exits 0 desk license list --product advanced_caching --json
is "$(jq -c '.licenses[0] | [.activations_used, .activations_left, .kinds]' out)" '[1,0,"domain unbound"]'
[ ! -e x.license ] || fail 'more activations than sold'
ok 'each product has its own activations; the same domains in another order are the same; unbound takes none'

exits 0 desk license new wprocket/core_plugin/year wprocket/rocketcdn/year wprocket/advanced_caching/year \
	--customer USER1@example.com --payment PP-1 --json
is "$(jq -c '[.key, [.licenses[].id]]' out)" "$(jq -c '[.key, [.licenses[].id]]' first.json)"
exits 1 desk license new wprocket/core_plugin/year --customer user1@example.com --payment PP-1
says '\[exists\]' err
exits 0 desk license new rankmath/pro/year --customer user1@example.com --payment PP-1
is "$(desk license list --json | jq '.licenses | length')" 4
ok 'a payment announced again gives the same key; another brand may use the same reference'

exits 1 desk license new wprocket/core_plugin/year --key "$KEY"
exits 0 desk license new wprocket/core_plugin/year --key "$KEY" --tenant hotel-b --json
is "$(jq -r .key out)" "$KEY"
exits 0 desk license show "$KEY" --json
is "$(jq '.licenses | length' out)" 4
is "$(jq -r '.licenses[3].tenant' out)" hotel-b
cp out out0
ok 'a license is added to a key, once for each product and tenant'

exits 0 desk license list --customer user1@example.com --json
is "$(jq -r '[.licenses[].brand] | unique | join(" ")' out)" 'rankmath wprocket'
exits 0 desk license list --customer user1@example.com --brand rankmath --json
is "$(jq '.licenses | length' out)" 1
exits 0 desk license list --product rocketcdn --json
is "$(jq -r '.licenses[] | [.status, .access, .activations_used, .max_activations] | join(" ")' out)" 'paired ACTIVE 2 2'
exits 0 desk license list --status unpaired --json
is "$(jq '.licenses | length' out)" 3
exits 0 skerry-issuer license list --status expired --json --at 2026-02-12T12:00:00Z
is "$(jq -r '.licenses | length' out)" 2
is "$(jq -r '.licenses[0].access' out)" GRACE_PERIOD
exits 1 desk license list --customer no@example.com
says '\[not_found\]' err
exits 1 desk license list --product rocketcdm
says 'Did you mean rocketcdn' err
exits 1 desk license list --product wprocket/nop
says '\[not_found\]' err
exits 0 desk license list --limit 2 --json
next=$(jq -r .next_after out)
exits 0 desk license list --limit 2 --after "$next" --json
exits 0 desk license list --limit 9 --after "$(jq -r .next_after out)" --json
is "$(jq -c '[(.licenses | length), .next_after]' out)" '[1,null]'
ok 'one person across brands, one brand, one product, one status, page by page'

exits 1 desk license issue "$KEY" --product core_plugin --domain b.example --out x.license
says "$(jq -r '.licenses[3].id' out0) \\(core_plugin, tenant hotel-b\\)" err
exits 0 desk license issue "$KEY" --product core_plugin --tenant hotel-b --domain b.example --out b.license --json
is "$(jq -r .id out)" "$(jq -r '.licenses[3].id' out0)"
exits 0 desk license issue "$KEY" --product core_plugin --tenant '' --domain b.example --out a.license --json
is "$(jq -r .id out)" "$(jq -r '.licenses[0].id' out0)"
exits 1 desk license issue "$KEY" --tenant hotel-c --domain b.example --out x.license
says '\[tenant\]' err
exits 0 desk license show "$KEY" --tenant hotel-b --json
is "$(jq '.licenses | length' out)" 1
ok 'two tenants of one product under one key are told apart'

exits 2 desk license new rankmath/pro/year --customer user1@example.com --starter 30d
exits 0 desk license new rankmath/pro/year --customer user1@example.com --starter 30d --out starter.license
STARTER=$(cat out)
exits 0 desk license new rankmath/pro/year --customer user1@example.com --payment PP-2 --starter 30d --out again.license
exits 0 desk license new rankmath/pro/year --customer user1@example.com --payment PP-2 --starter 30d --out again.license --force
exits 2 desk license new rankmath/pro/year --customer user1@example.com --starter 30d --out starter.license
is "$(desk license list --brand rankmath --json | jq '.licenses | length')" 3
exits 0 skerry verify starter.license --trust desk/vendor.manifest --at 2026-02-01 --json
is "$(jq -r .valid_until out)" 2026-02-09T09:00:00Z
exits 1 skerry verify starter.license --trust desk/vendor.manifest --at 2026-04-01
exits 0 skerry fingerprint --state "$T/site" --key "$STARTER" --custom pms-1 --out fp
exits 0 desk license issue "$STARTER" --fingerprint fp --out bound.license --json
is "$(jq -c '[.activation, .status_index]' out)" '[2,2]'
exits 0 skerry fingerprint --state "$T/site" --key "$STARTER" --custom pms-1 --out fp2
exits 0 desk license issue "$STARTER" --fingerprint fp2 --out bound2.license --json
is "$(jq .activation out)" 2
exits 0 skerry fingerprint --state "$T/site2" --custom pms-2 --out fp3
exits 1 desk license issue "$STARTER" --fingerprint fp3 --out x.license
exits 0 skerry fingerprint --state "$T/site" --key "$STARTER" --custom pms-1 --domain b.example --domain a.example --out fp4
exits 1 desk license issue "$STARTER" --fingerprint fp4 --out x.license
exits 0 desk license new rankmath/pro/year --customer user1@example.com
exits 0 desk license issue "$(cat out)" --fingerprint fp4 --out both.license --json
is "$(jq -r .domains out)" 'a.example b.example'
exits 0 skerry verify both.license --trust desk/vendor.manifest --at 2026-02-01 --domain b.example
ok 'a starter waits for nobody and takes no activation; the same machine again is the same'
