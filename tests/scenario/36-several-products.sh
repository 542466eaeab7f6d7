#!/bin/sh
# Goal: one site with several products, a monthly domain-bound license among them; a question names its product.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk product add hotelhub/pos --name 'HotelHub POS' >/dev/null
desk plan add hotelhub/pos/basic --renew-every never --feature till >/dev/null
desk brand add rthub --name 'RT HUB' --key-format 'RT###-####-####-####-####' >/dev/null
desk product add rthub/rt --name 'RT HUB' >/dev/null
desk plan add rthub/rt/monthly --term 1mo --renew-every 7d --grace 7d --degraded 0 --rebind-grace 0 --activations 2 --feature reports >/dev/null
desk customer add rthub rt@kelurahan.example --name 'RT 05' >/dev/null
chain chain.asc

key=$(sell hotelhub/hms/island hotelhub/pos/basic)
desk license issue "$key" --product hms --unbound --out hms.license >/dev/null
desk license issue "$key" --product pos --unbound --out pos.license >/dev/null
rt_key=$(desk license new rthub/rt/monthly --customer rt@kelurahan.example)
desk license issue "$rt_key" --domain rt05.example --out rt.license >/dev/null

exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hms.license pos.license rt.license
exits 2 skerry check till
says 'not_unique' err
says 'several products' err
exits 2 skerry status --json
is "$(jq -r .error.code out)" not_unique
exits 0 skerry check till --product pos
exits 1 skerry check till --product hms
exits 0 skerry check channel_manager --product hotelhub/hms
exits 0 skerry status
says '^hotelhub/hms: active' out
says '^hotelhub/pos: active' out
says '^rthub/rt: active' out
ok 'a person sees every product, a script names one'

exits 0 skerry status --product rt --domain RT05.example. --json
is "$(jq -r '[.state, .product] | join(" ")' out)" 'active rthub/rt'
exits 1 skerry check reports --product rt
says 'another domain' out
exits 0 skerry check reports --product rt --domain rt05.example
exits 1 skerry check reports --product rt --domain rt06.example
says 'another domain' out
exits 1 skerry status --product rt --domain a.rt05.example --json
is "$(jq -r '[.state, .reason] | join(" ")' out)" 'locked wrong_domain'
exits 1 skerry verify rt.license --domain rt06.example --json
is "$(jq -r .error.code out)" wrong_domain
exits 0 skerry verify rt.license --domain rt05.example
ok 'a domain-bound license is for its domain'

tenant_key=$(sell hotelhub/hms/island --tenant annex)
desk license issue "$tenant_key" --unbound --out annex.license >/dev/null
exits 1 skerry status --product hms --tenant annex
exits 0 skerry import annex.license
exits 0 skerry status --product hms --tenant annex --json
is "$(jq -r .tenant out)" annex
exits 1 skerry status --product hms --tenant cellar --json
is "$(jq -r '[.state, .reason, .tenant] | join(" ")' out)" 'unlicensed wrong_tenant cellar'
exits 1 skerry status --product hms --tenant cellar
says 'No license for hms is held for the tenant cellar, only for others\.' out
exits 1 skerry status --product none --tenant cellar --json
is "$(jq -r .reason out)" no_license
exits 1 skerry why --product hms --tenant cellar --json
is "$(jq -c '.reasons[0] | [.code, .reason, .facts.tenant]' out)" '["other_tenant","wrong_tenant","cellar"]'
exits 1 skerry check channel_manager --product hms --tenant cellar
says "^no: No license for hms is held for the tenant cellar, only for others\\." out
exits 1 skerry --language id status --product hms --tenant cellar
says 'untuk tenant cellar' out
exits 1 skerry verify annex.license --tenant cellar
says '^not good: annex.license: unlicensed, no access \(wrong_tenant\)' out
says '^The license for hotelhub/hms was made for another tenant\.' out
exits 1 skerry verify annex.license --tenant cellar --json
is "$(jq -r '[.error.code, .reason] | join(" ")' out)" 'tenant wrong_tenant'
ok 'a tenant has its own license'

# As group.one mails them: three in one file. A product finds its own, import takes all.
{
	for license in pos hms rt; do
		echo '-----BEGIN SKERRY LICENSE-----'
		base64 -w 64 $license.license
		echo '-----END SKERRY LICENSE-----'
	done
} >three.asc
exits 0 skerry verify three.asc
says 'pos' out
for product in hms hotelhub/hms pos; do
	exits 0 skerry verify three.asc --product "$product" --json
	is "$(jq -r '.product | sub(".*/"; "")' out)" "${product#*/}"
done
exits 1 skerry verify three.asc --product hotelhub/crm --json
is "$(jq -r .error.code out)" product
exits 0 skerry --state fresh init --trust "$VENDOR"
exits 0 skerry --state fresh import --json chain.asc three.asc
is "$(jq -c '[.documents[] | select(.kind == "license") | .result]' out)" '["taken","taken","taken"]'
ok 'one file may hold licenses for several products'

# Two domains of one license: each has its own activation and answers for itself.
exits 0 desk license issue "$rt_key" --domain rt06.example --out rt06.license
exits 0 skerry import rt06.license
is "$(find state/licenses -name '*-rthub-*' | wc -l)" 2
exits 0 skerry check reports --product rt --domain rt05.example
exits 0 skerry check reports --product rt --domain rt06.example
exits 1 skerry check reports --product rt --domain rt07.example
ok 'two activations live side by side'

# Two brands with a product of one name: a script must say which.
desk product add rthub/hms --name 'Another HMS' >/dev/null
desk plan add rthub/hms/basic --renew-every never --feature channel_manager >/dev/null
same_key=$(desk license new rthub/hms/basic --customer rt@kelurahan.example)
exits 0 desk license issue "$same_key" --unbound --out same.license
exits 0 skerry import same.license
exits 2 skerry check channel_manager --product hms
says not_unique err
exits 0 skerry check channel_manager --product hotelhub/hms
exits 0 skerry check channel_manager --product rthub/hms
ok 'a bare name that two brands have is not unique'
