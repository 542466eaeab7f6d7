#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a table of sales from a spreadsheet becomes keys and license files, all of them or none: every bad row is named with line
# and column, the same table again gives the same, and two clerks who run it at once sell it once.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk

licenses() {
	desk license list --limit 1000 --json | jq '.licenses | length'
}
before=$(licenses)

# --- a good table, as a spreadsheet saves it ------------------------------------------------------
printf '\357\273\277Plan;Customer;Name;Company;Language;Payment;Price;Currency;Starter;Domain;Activations;Until;Tenant\r\n' >sales.csv
printf '%s\r\n' 'hotelhub/hms/island;owner@grand.example;;;;INV-1;120;EUR;30d;;;;' \
	'hotelhub/hms/island;info@laut.example;"Hotel ""Laut""; Sibolga";PT Laut;id;INV-2;120.50;EUR;;laut.example *.laut.example;3;2030-01-31;' \
	'hotelhub/hms/island;INFO@laut.example;;;;INV-3;;;8h;book.laut.example;;;lobby' ';;;;;;;;;;;;' >>sales.csv
exits 0 desk license new --batch sales.csv --check --json
is "$(jq -c '[.checked_only, .rows, .licenses, .new_customers, .repeated, .documents, .without_payment, .bad]' out)" '[true,3,3,1,0,4,0,0]'
is "$(licenses)" "$before"
ok '--check says what would be done and does nothing'

exits 0 desk license new --batch sales.csv --out welcome --json
is "$(jq -c '[.checked_only, .rows, .licenses, .new_customers, .documents, .folder]' out)" '[false,3,3,1,4,"welcome"]'
is "$(licenses)" $((before + 3))
is "$(stat -c %a welcome/keys.csv)" 600
is "$(stat -c %a welcome)" 700
is "$(find welcome -name '*.license' | wc -l | tr -d ' ')" 4
for file in welcome/*.license; do
	exits 0 skerry show "$file"
done
key=$(cut -d, -f5 welcome/keys.csv | sed -n 3p)
exits 0 desk license show "$key" --json
is "$(jq -r '.licenses[0] | .customer, .max_activations, .valid_until' out 2>/dev/null | tail -2 | head -1)" 3
is "$(desk customer show hotelhub info@laut.example --json | jq -r '.name, .company, .language' | paste -sd'|')" \
	'Hotel "Laut"; Sibolga|PT Laut|id'
exits 0 desk audit verify
ok 'a table with a BOM, semicolons and quotes becomes keys.csv and a file for each document'

exits 0 desk license new --batch sales.csv --out again --json
is "$(jq -c '[.licenses, .repeated, .documents]' out)" '[0,3,4]'
sed 's/,new,/,repeated,/' welcome/keys.csv | cmp - again/keys.csv || fail 'other keys'
for file in welcome/*.license; do
	cmp "$file" "again/${file##*/}" || fail 'another document'
done
is "$(licenses)" $((before + 3))
ok 'the same table again gives the same keys and documents'

exits 2 desk license new --batch sales.csv --out welcome
says 'Name a folder that is not there yet' err
is "$(licenses)" $((before + 3))
: >file
exits 2 desk license new --batch sales.csv --out file
exits 2 desk license new --batch sales.csv --out none/out
says 'Make the folder first' err
exits 2 desk license new --batch none.csv --out out1
exits 2 desk license new --batch . --out out1
exits 2 desk license new --batch sales.csv
exits 0 desk license new --batch sales.csv --out out1 --check
exits 2 desk license new hotelhub/hms/island --batch sales.csv --out out1
[ ! -e out1 ] || fail 'a folder is left'
ok 'an existing folder is left as it is'

exits 2 desk license new hotelhub/hms/island --customer owner@grand.example --starter 30d --out file
[ ! -s out ] || fail 'a key is printed that was not sold'
is "$(licenses)" $((before + 3))
ok 'a starter whose file is in the way prints no key'

# --- two clerks, one table --------------------------------------------------------------------------
{
	echo plan,customer,payment
	for i in 1 2 3 4 5 6 7 8 9; do echo "hotelhub/hms/island,c$i@twice.example,T-$i"; done
} >twice.csv
desk license new --batch twice.csv --out left --unbound >/dev/null &
desk license new --batch twice.csv --out right --unbound >/dev/null &
wait
is "$(licenses)" $((before + 12))
cut -d, -f5 left/keys.csv >left.keys
cut -d, -f5 right/keys.csv | cmp - left.keys || fail 'two sales'
for file in left/*.license; do
	cmp "$file" "right/${file##*/}" || fail 'two documents'
done
ok 'two clerks with one table sell it once'

printf 'plan,customer\nhotelhub/hms/island,nobody@paid.example\n' >unpaid.csv
exits 0 desk license new --batch unpaid.csv --check
says 'without a payment reference' err
exits 0 desk license new --batch - --out piped <unpaid.csv
is "$(wc -l <piped/keys.csv | tr -d ' ')" 2
ok 'rows without a payment reference are told; a table comes from a pipe too'

# --- bad tables -------------------------------------------------------------------------------------
before=$(licenses)
# refused TEXT... : each text stands on standard error; nothing is written.
refused() {
	exits 1 desk license new --batch bad.csv --out bad
	for text; do says "$text" err; done
	exits 1 desk license new --batch bad.csv --check
	for text; do says "$text" err; done
	[ -z "$(find . -maxdepth 1 '(' -name bad -o -name 'bad.new*' ')')" ] || fail 'a folder is left'
}
printf 'plan,custmer\n' >bad.csv
refused "line 1, cell 2: No column is called 'custmer'. Did you mean 'customer'?"
printf 'plan,customer,plan\n' >bad.csv
refused "line 1, cell 3: The column 'plan' is there twice."
printf 'customer\n' >bad.csv
refused "line 1: The column 'plan' is missing"
: >bad.csv
refused 'The table has no rows'
printf '\377\376p\000' >bad.csv
refused 'UTF-16'
cat >bad.csv <<'EOF'
plan,customer,name,payment
hotelhub/hms/island,a@good.example,Good,B-1
hotelhub/hms/islnd,b@bad.example,Typo,B-2
hotelhub/hms/island,c@bad.example,=HYPERLINK("http://x"),B-3
hotelhub/hms/island,c@bad.example,"=HYPERLINK(""http://x"")",B-3
hotelhub/hms/island,d@bad.example
hotelhub/hms/island,not an address,,B-5
hotelhub/hms/island,owner@grand.example,Petit Hotel,B-6
hotelhub/hms/island,e@bad.example,,INV-1
hotelhub/hms/island,f@good.example,Good,B-8
EOF
refused 'line 3, column plan: .*' 'Did you mean hotelhub/hms/island?' 'line 4, column name: .*csv_quote' 'line 5, column name: .*csv_formula' \
	'line 6, column name: .*csv_cells' 'line 7, column customer: ' 'line 8, column customer: .*another name' \
	'line 9, column payment: .*bought something else' '7 of 9 rows are not good; nothing was done'
exits 1 desk license new --batch bad.csv --check --json
is "$(jq -c '[.ok, .bad, .error.code, (.faults | length), .faults[0].line, .faults[0].column, .faults[0].code]' out)" \
	'[false,7,"csv_rows",7,3,"plan","not_found"]'
{
	echo plan,customer,name
	printf 'hotelhub/hms/island,a@long.example,'
	head -c 10000000 /dev/zero | tr '\0' x
	printf '\nhotelhub/hms/island,b@long.example,\342\200\256txt\nhotelhub/hms/island,c@long.example,"two\nlines"\n'
	printf 'hotelhub/hms/island,d@long.example,%s\n' "$(head -c 10240 /dev/zero | tr '\0' y)"
} >bad.csv
refused 'line 2, column name: .*csv_length' 'line 3, column name: A name has' 'line 4, column name: A name has' 'line 6, column name: .*csv_length'
is "$(licenses)" "$before"
exits 0 desk audit verify
ok 'every bad row is named with line and column, and nothing is done'

cat >bad.csv <<'EOF'
plan,customer,price,currency
hotelhub/hms/island,a@money.example,120,
hotelhub/hms/island,b@money.example,,EUR
EOF
refused 'line 2, column price: A price and its currency go together' 'line 3, column currency: A price and its currency'
ok 'a price without a currency is told, and a currency without a price'

cat >bad.csv <<'EOF'
plan,customer,payment
hotelhub/hms/island,a@twin.example,TWIN-1
hotelhub/hms/island,b@twin.example,TWIN-1
EOF
refused 'line 3, column payment: An earlier row of this table has the same payment'
! grep -q 'license show' err || fail 'a license is named that does not stand'
ok 'one payment for two things in one table is told by the table'

# --- the disk is full -------------------------------------------------------------------------------
# A limit on the size of a file stands for a full disk: keys.csv does not fit, or the database does not.
{
	echo plan,customer,payment
	i=0
	while [ "$i" -lt 300 ]; do
		echo "hotelhub/hms/island,c$i@full.example,F-$i"
		i=$((i + 1))
	done
} >full.csv
(trap '' XFSZ && ulimit -f 8 && exec skerry-issuer license new --batch full.csv --out full --unbound) >out 2>err && fail 'it fits'
says 'Reading or writing failed' err
[ -z "$(find . -maxdepth 1 '(' -name full -o -name 'full.new*' ')')" ] || fail 'a folder is left'
is "$(licenses)" "$before"
exits 0 desk audit verify
exits 0 desk license new --batch full.csv --out full --unbound
is "$(find full -name '*.license' | wc -l | tr -d ' ')" 300
ok 'a full disk takes nothing, and there is room again afterwards'
