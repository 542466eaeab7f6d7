#!/bin/sh
# Goal: the desk's report of use tells how many seats each site had in use at once, out of a real request, beside what the license has.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk plan add hotelhub/hms/small --term 3y --renew-every 180d --rebind-grace 0s --seats 2 --burst 2 >/dev/null
desk customer add hotelhub bay@bay.example --name 'Bay Hotel' >/dev/null
exits 0 desk report usage --json
is "$(jq -c .seats out)" '[]'

# site FOLDER KEY: paired over a stick.
site() {
	export SKERRY_STATE=$T/$1
	mkdir "stick-$1"
	skerry init --trust "$VENDOR" >/dev/null
	skerry exchange "stick-$1" --pair "$2" --custom box-7 >/dev/null
	desk exchange "stick-$1" >/dev/null
	skerry exchange "stick-$1" --no-request >/dev/null
}
# tells FOLDER: its sign of life comes to the desk.
tells() {
	SKERRY_STATE=$T/$1 skerry exchange "stick-$1" --custom box-7 >/dev/null
	desk exchange "stick-$1" >/dev/null
}
site bay "$(desk license new hotelhub/hms/small --customer bay@bay.example)"
for pc in 1 2 3; do
	skerry seat claim "pc-$pc" --custom box-7 >/dev/null
done
skerry seat release pc-1 >/dev/null
tells bay
site quiet "$(desk license new hotelhub/hms/small --customer owner@grand.example)"
tells quiet
exits 0 desk report usage --json
is "$(jq -c '.seats | map([.customer, .product, .tenant, .max, .burst, .peak])' out)" '[["bay@bay.example","hotelhub/hms",null,2,2,3]]'
is "$(jq -r '.seats[0].site' out)" "$(desk site list --json | jq -r '.sites[] | select(.customer == "bay@bay.example") | .site')"
exits 0 desk report usage
says '^SITE +CUSTOMER +PRODUCT +TENANT +SEATS +BURST +PEAK' out
says ' bay@bay\.example +hotelhub/hms +- +2 +2 +3 ' out
exits 0 desk report usage --csv --seats
says '^site,customer,product,tenant,max,burst,peak,burst_s,told_at' out
says ',bay@bay\.example,hotelhub/hms,,2,2,3,' out
is "$(wc -l <out)" 2
ok 'one more than the license has, for a while, is what the vendor reads'

id=$(desk license list --customer bay@bay.example --json | jq -r '.licenses[0].id')
desk license set "$id" --seats 5 --burst 0 >/dev/null
exits 0 desk report usage --json
is "$(jq -c '.seats | map([.max, .burst, .peak])' out)" '[[5,0,3]]'
exits 2 desk report usage --seats
exits 2 desk report usage --csv --seats --money
ok "beside a license's own number of seats"
