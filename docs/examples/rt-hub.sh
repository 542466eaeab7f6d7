#!/bin/sh
# SPDX-License-Identifier: ISC
# RT HUB sells its OpenCart extension by the month, bound to the shop's domain, and a payment that
# is announced twice buys once. KEEP=dir keeps what it makes.
. "$(dirname -- "$0")/stage.sh"
printf '\n=== RT HUB: a shop, by the month and by domain\n'

scene 'At the vendor' 'a monthly plan: renewed each week, 7 days of grace, no grace for another domain'
export SKERRY_DESK=desk
run skerry-issuer init --no-passphrase --name RandomT
run skerry-issuer brand add randomt --name RandomT --key-format 'RT###-####-####-####-####' \
	--contact-email support@randomt.example
run skerry-issuer product add randomt/rt-hub --name 'RT HUB Client'
run skerry-issuer plan add randomt/rt-hub/monthly --term 1mo --renew-every 7d --grace 7d \
	--expiry-grace 7d --degraded 0 --rebind-grace 0 --feature sentinel --feature telegram_alerts \
	--limit alert_level=CRITICAL

scene 'At the vendor' 'what the payment webhook runs; announced twice, it gives the same key'
run skerry-issuer customer add randomt shop@store.example --name 'Store Example'
set -- skerry-issuer license new randomt/rt-hub/monthly --customer shop@store.example \
	--price 9.90 --currency EUR --payment PAYPAL-8XK21
show "$@"
KEY=$("$@")
printf '    %s\n' "$KEY"
show "$@"
AGAIN=$("$@")
printf '    %s\n' "$AGAIN"
[ "$KEY" = "$AGAIN" ]
run skerry-issuer license issue "$KEY" --domain store.example --domain www.store.example \
	--armor --with-manifest --out store.license.txt

scene 'At the shop' 'the mail with the license is all that it gets'
export SKERRY_STATE=site
run skerry init --trust desk/vendor.manifest
run skerry import store.license.txt
run skerry check sentinel --domain www.store.example
says_no skerry check sentinel --domain copied.example
run skerry status --domain store.example

scene 'At the vendor' 'the state in RT HUB'"'"'s own words'
show skerry-issuer license list --customer shop@store.example --json
skerry-issuer license list --customer shop@store.example --json | tr ',' '\n' | grep '"access"' | sed 's/^/    /'
