#!/bin/sh
# Goal: a vendor sees what ends, who is late, what no longer counts and what was sold, on the screen, in a spreadsheet and in a script.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-01T00:00:00Z
desk init --no-passphrase >/dev/null 2>&1
for report in due overdue revoked usage; do
	exits 0 desk report $report
	exits 0 desk report $report --json
	is "$(jq -r '[.lines, .revoked, .plans] | map(values | length) | add' out)" 0
	exits 0 desk report $report --csv
	is "$(wc -l <out)" 1
done
ok 'an empty desk has empty reports'

desk brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
desk product add hotelhub/hms >/dev/null
desk plan add hotelhub/hms/standard --term 1y --renew-every 30d --warn=-7d --alert=-14d --grace 30d --degraded 30d --activations 2 >/dev/null
desk brand add rt --key-format 'RT-#####-#####-#####' >/dev/null
desk product add rt/shop >/dev/null
desk plan add rt/shop/monthly --term 1mo --expiry-grace 7d --renew-every never >/dev/null
desk customer add hotelhub owner@grand.example --name '=HYPERLINK("http://x.example";"Hotel")' >/dev/null
desk customer add rt shop@corner.example --name 'Corner; "Shop", Ltd' >/dev/null
hotel=$(desk license new hotelhub/hms/standard --customer owner@grand.example --price 120.50 --currency EUR --payment bill-1)
desk license new rt/shop/monthly --customer shop@corner.example --price 7 --currency USD --payment bill-2 >/dev/null
mkdir tree
skerry --state a init --trust "$VENDOR" >/dev/null
skerry --state a fingerprint --key "$hotel" --custom pms --out a.fingerprint >/dev/null
desk license issue "$hotel" --fingerprint a.fingerprint --out a.license >/dev/null

exits 0 desk report due --within 30d
says '^WHAT +ID +PLAN +CUSTOMER +STATUS +DUE +DAYS$' out
says '^site +[0-9A-Z]{16}-1 +hotelhub/hms/standard +owner@grand.example +paired +2027-01-31 +30$' out
is "$(wc -l <out)" 2
exits 0 desk report due --within 31d --json
is "$(jq -c '.lines | map([.what, .due, .days, .status, .hotelhub_status, .rt_hub_status, .group_one.seats_left])' out)" \
	'[["site","2027-01-31T00:00:00Z",30,"paired","paired","ACTIVE",1],["license","2027-02-01T00:00:00Z",31,"unpaired","unpaired","ACTIVE",1]]'
exits 0 desk report due --within 31d --brand rt
is "$(wc -l <out)" 2
exits 1 desk report due --brand hotelhup
says 'hotelhub' err
ok 'what ends soon, the next first'

at() {
	day=$1
	shift
	skerry-issuer --at "$day" "$@"
}
exits 0 at 2027-01-31T00:00:00Z report overdue
is "$(wc -l <out)" 1
exits 0 at 2027-01-31T00:00:01Z report overdue
says '^site .* overdue +2027-01-31 +0 +-$' out
exits 0 at 2027-02-07T00:00:00Z report overdue
says '^site .* yellow +2027-01-31 +7 +-$' out
says '^license .* GRACE_PERIOD +2027-02-01 +6 +-$' out
is "$(sed -n 's/^\(license\|site\).*/\1/p' out | tr '\n' ' ')" 'license site '
exits 0 at 2027-02-14T00:00:00Z report overdue --json
is "$(jq -c '.lines | map([.what, .stage, .hotelhub_status, .rt_hub_status, .group_one.is_valid])' out)" \
	'[["license","EXPIRED","expired","EXPIRED",false],["site","red","grace","ACTIVE",true]]'
exits 0 at 2027-03-02T00:00:00Z report overdue --brand hotelhub
says '^site .* degraded ' out
exits 0 at 2027-04-02T00:00:00Z report overdue --brand hotelhub
says '^site .* locked ' out
exits 0 at 2027-04-02T00:00:00Z report overdue --within 60d
is "$(grep -c '^site' out)" 0
ok 'who is late, and what their screens show: yellow after 7 days, red after 14'

exits 0 at 2027-02-07T00:00:00Z report overdue --limit 1 --json
after=$(jq -r .next_after out)
exits 0 at 2027-02-07T00:00:00Z report overdue --limit 1 --after "$after"
says '^site ' out
exits 2 at 2027-02-07T00:00:00Z report overdue --after nonsense
exits 2 at 2027-02-07T00:00:00Z report overdue --limit 0
exits 2 at 2027-02-07T00:00:00Z report overdue --csv --json
exits 2 at 2027-02-07T00:00:00Z report overdue --out x.csv
exits 2 at 2027-02-07T00:00:00Z report due --within yesterday
ok 'page by page, and typing errors'

exits 0 at 2027-02-07T00:00:00Z report overdue --csv --out late.csv
is "$(stat -c %a late.csv)" 600
[ ! -s out ] || fail 'the file and standard output'
says "\"'=HYPERLINK\(\"\"http://x.example\"\";\"\"Hotel\"\"\)\"" late.csv
says '"Corner; ""Shop"", Ltd"' late.csv
is "$(head -1 late.csv | tr -d '\r')" \
	'what,id,license,plan,product,customer,licensee,tenant,status,hotelhub_status,rt_hub_status,due,days,stage,host,last_contact_at'
is "$(grep -c "$(printf '\r')\$" late.csv)" 3
exits 2 at 2027-02-07T00:00:00Z report overdue --csv --out late.csv
says 'file_exists' err
exits 0 at 2027-02-07T00:00:00Z report overdue --csv --out late.csv --force
exits 0 at 2027-02-07T00:00:00Z report overdue --csv --out -
cmp out late.csv
exits 2 at 2027-02-07T00:00:00Z report overdue --csv --out nowhere/late.csv
ok 'spreadsheets get text, not formulas'

id=$(desk license list --brand hotelhub --json | jq -r '.licenses[0].id')
exits 0 desk report usage --json
is "$(jq -c '.plans[0] | [.licenses, .hotelhub.paired, .rt_hub.active, .group_one]' out)" \
	'[1,1,1,{"seats_used":1,"max_seats":2,"seats_left":1}]'
is "$(jq -c '.money | map([.currency, .sales, .total])' out)" '[["EUR",1,"120.50"],["USD",1,"7"]]'
exits 0 at 2027-02-14T00:00:00Z report usage --csv
says '^hotelhub/hms/standard,1,0,0,1,0,0,0,1,0,0,0,1,2,1' out
says '^rt/shop/monthly,1,0,0,0,0,0,1,0,0,1,0,0,0,0' out
exits 0 desk report usage --csv --money
says '^hotelhub,EUR,1,0,120.50' out
exits 0 desk report usage --limit 1
says '^next after +hotelhub/hms/standard' out
exits 2 desk report usage --money
ok 'what was sold and is in use, in the words of all three vendors'

exits 0 desk license revoke "$id" --reason 'stolen; "cash", unpaid'
exits 0 desk report revoked
says "^2027-01-01 +$id-1 .* revoked +stolen; \"cash\", unpaid +not confirmed yet +2027-0[4-9]" out
exits 0 desk report revoked --json
is "$(jq -c '.revoked | map([.license, .reason, .propagated_at])' out)" "[[\"$id\",\"revoked\",null]]"
exits 0 desk report revoked --csv
says '"stolen; ""cash"", unpaid"' out
exits 0 at 2027-02-07T00:00:00Z report overdue --brand hotelhub
is "$(wc -l <out)" 1
exits 0 desk report revoked --brand rt --json
before=$(jq '.revoked | length' out)
id=$(desk license list --brand rt --json | jq -r '[.licenses[] | select(.kinds == null or .kinds == [] or .kinds == "") | .id][0]')
exits 0 desk license revoke "$id" --reason 'never fetched'
exits 0 desk report revoked --brand rt --json
is "$(jq -c '[(.revoked | length), .revoked[0].id, .revoked[0].note, .revoked[0].status_index]' out)" \
	"[$((before + 1)),\"$id\",\"never fetched\",null]"
exits 2 desk report revoked --after x
exits 1 desk report revoked --after 99
ok 'what no longer counts, and that no site has confirmed it'

# --- reports go by the license's own grace, as list and show do
DAY_ONE=2027-01-01T00:00:00Z
own=$(desk license show "$(desk license new rt/shop/monthly --customer shop@corner.example)" --json | jq -r '.licenses[0].id')
desk license set "$own" --expiry-grace 60d >/dev/null
DAY_ONE=2027-03-01T00:00:00Z
is "$(desk license list --json | jq -r --arg id "$own" '.licenses[] | select(.id == $id) | .access')" GRACE_PERIOD
exits 0 desk report overdue --json
is "$(jq -r --arg id "$own" '.lines[] | select(.id == $id) | .stage' out)" GRACE_PERIOD
exits 0 desk report usage --json
is "$(jq -c '[.plans[] | select(.plan == "rt/shop/monthly") | .rt_hub.grace_period]' out)" '[1]'
ok 'a license with a grace of its own is told by it'
