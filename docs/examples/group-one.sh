#!/bin/sh
# SPDX-License-Identifier: ISC
# group.one sells three products of one brand under one license key, each with its own end and its
# own number of activations. KEEP=dir keeps what it makes.
. "$(dirname -- "$0")/stage.sh"
printf '\n=== group.one: one key, three products\n'

scene 'At the vendor' 'two brands, and three products of the first'
export SKERRY_DESK=desk
run skerry-issuer init --no-passphrase --name group.one
run skerry-issuer brand add wprocket --name 'WP Rocket' --key-format 'WP-####-####-####-####-####'
run skerry-issuer brand add rankmath --name RankMath --key-format 'RM-####-####-####-####'
for product in wp_rocket_core_plugin rocketcdn advanced_caching_features; do
	run skerry-issuer product add "wprocket/$product"
	run skerry-issuer plan add "wprocket/$product/yearly" --term 1y --activations 2 \
		--rebind-grace 0 --feature enabled
done
run skerry-issuer product add rankmath/rank-math-pro
run skerry-issuer plan add rankmath/rank-math-pro/yearly --term 1y --activations 3 --feature pro

scene 'At the vendor' 'US1: one sale of all three; the third has one site only'
run skerry-issuer customer add wprocket user1@mail.example
set -- skerry-issuer license new wprocket/wp_rocket_core_plugin/yearly wprocket/rocketcdn/yearly \
	wprocket/advanced_caching_features/yearly --customer user1@mail.example \
	--activations wprocket/advanced_caching_features/yearly=1
show "$@"
KEY=$("$@")
printf '    %s\n' "$KEY"
run skerry-issuer customer add rankmath user1@mail.example
show skerry-issuer license new rankmath/rank-math-pro/yearly --customer user1@mail.example
skerry-issuer license new rankmath/rank-math-pro/yearly --customer user1@mail.example | sed 's/^/    /'

scene 'At the vendor' 'US3: activations, product by product'
for product in wp_rocket_core_plugin rocketcdn advanced_caching_features; do
	run skerry-issuer license issue "$KEY" --product "$product" --domain blog.example \
		--out "$product.license"
done
run skerry-issuer license issue "$KEY" --product rocketcdn --domain shop.example --out rocketcdn-2.license
says_no skerry-issuer license issue "$KEY" --product advanced_caching_features --domain shop.example \
	--out caching-2.license

scene 'At the vendor' 'US4 and US6: what this person has, at one brand and at all'
run skerry-issuer license list --customer user1@mail.example --brand wprocket
run skerry-issuer license list --customer user1@mail.example

scene 'At the blog' 'all three licenses, each answers for itself'
export SKERRY_STATE=site
run skerry init --trust desk/vendor.manifest
run skerry import wp_rocket_core_plugin.license rocketcdn.license advanced_caching_features.license
for product in wp_rocket_core_plugin rocketcdn advanced_caching_features; do
	run skerry check enabled --product "$product" --domain blog.example
done
says_no skerry check enabled --product rocketcdn --domain shop.example
