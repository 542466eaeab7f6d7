#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a renewal round. What is due is shown, then renewed in one change with the documents anew;
# what is suspended, gone or unclear is left out and named; a payment renews once.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-31T08:00:00Z

refused() {
	code=$1
	shift
	case $code in argument | file_*) exits 2 "$@" ;; *) exits 1 "$@" ;; esac
	says "\\[$code\\]" err
}

# id KEY: the id of its one license.
id() {
	desk license show "$1" --json | jq -r '.licenses[0].id'
}

# ends ID: its end.
ends() {
	desk license show "$1" --json | jq -r '.licenses[0].valid_until'
}

open_desk
desk plan add hotelhub/hms/month --term 1mo --renew-every 30d --grace 30d --activations 3 >/dev/null 2>&1
desk plan add hotelhub/hms/ever --perpetual --maintenance 1y >/dev/null
MONTH=$(id "$(sell hotelhub/hms/month)")
STOPPED=$(id "$(sell hotelhub/hms/month)")
LONG=$(id "$(sell hotelhub/hms/island)")
EVER=$(id "$(sell hotelhub/hms/ever)")
GIFT=$(id "$(sell hotelhub/hms/ever --until 2027-02-20)")
exits 0 skerry fingerprint --state site --custom pms-1 --out fp
exits 0 desk license issue "$MONTH" --fingerprint fp --threshold 4 --out m1.license
exits 0 desk license issue "$MONTH" --domain a.example b.example --out m2.license
exits 0 desk license issue "$EVER" --unbound --out e1.license
exits 0 desk license suspend "$STOPPED"

before=$(digest desk)
exits 0 desk license renew --due 60d --dry-run --out anew
says "^$MONTH  hotelhub/hms/month  owner@grand.example  2027-02-28  2027-03-31  -$" out
says "^$STOPPED .* 2027-02-28  -  +suspended$" out
says "^$GIFT .* 2027-02-20  -  +no term$" out
says '^1 would be renewed, 2 left as they are' out
grep -q "$LONG\|$EVER" out && fail 'what is not due is in the round'
is "$(digest desk)" "$before"
[ ! -e anew ] || fail 'a dry run wrote documents'
ok 'a dry run shows the round and changes nothing'

exits 0 desk license renew --due 60d --brand hotelhub --plan hotelhub/hms/month --out anew --json
is "$(jq -c '[.renewed, .documents, [.licenses[].left_out]]' out)" '[1,2,[null,"suspended"]]'
is "$(cd anew && echo ./*)" "./$MONTH-1.license ./$MONTH-2.license"
exits 0 skerry verify "anew/$MONTH-1.license" --trust "$VENDOR" --at 2027-03-31T07:59:59Z --state site --json
is "$(jq -r .valid_until out)" 2027-03-31T08:00:00Z
skerry show m1.license | grep -E 'bound|match|threshold' >was || :
skerry show "anew/$MONTH-1.license" | grep -E 'bound|match|threshold' >now || :
is "$(cat now)" "$(cat was)"
exits 0 skerry verify "anew/$MONTH-2.license" --trust "$VENDOR" --at 2027-02-01 --domain b.example --json
is "$(ends "$MONTH")" 2027-03-31T08:00:00Z
is "$(ends "$STOPPED")" 2027-02-28T08:00:00Z
ok 'a round renews all that is due, and the sites get documents bound as before'

exits 0 desk license renew --due 60d --customer owner@grand.example --product hms --brand hotelhub --json
is "$(jq -c '[.licenses[] | [.id, .after]]' out | grep -c "$MONTH")" 1
is "$(ends "$MONTH")" 2027-04-30T08:00:00Z
exits 0 desk license renew --due 1d
says '^Nothing ends until 2027-02-01\.$' out
ok 'the 31st comes back; where nothing is due, that is said'

exits 0 desk license renew "$MONTH" --payment PP-7 --price 12.50 --currency EUR --out again --json
is "$(jq -c '[.renewed, .licenses[0].repeated]' out)" '[1,false]'
was=$(ends "$MONTH")
exits 0 desk license renew "$MONTH" --payment PP-7
says 'paid before' out
is "$(ends "$MONTH")" "$was"
refused exists desk license renew "$LONG" --payment PP-7
refused exists desk license new hotelhub/hms/month --customer owner@grand.example --payment PP-7
says "license show $MONTH" err
exits 2 desk license renew "$MONTH" "$LONG" --payment PP-8
refused suspended desk license renew "$LONG" "$STOPPED"
is "$(ends "$LONG")" 2030-01-31T08:00:00Z
exits 0 desk license show "$MONTH" --json
is "$(jq -c '.licenses[0].sales[-1] | [.action, .price, .currency, .payment]' out)" '["renew","12.50","EUR","PP-7"]'
ok 'a payment renews once; of several by name all or none'

refused shortens desk license renew "$LONG" --until 2028-01-01
exits 0 desk license renew "$LONG" --until 2028-01-01 --shorten
is "$(ends "$LONG")" 2028-01-01T23:59:59Z
refused argument desk license renew "$GIFT"
exits 0 desk license renew "$GIFT" --term 1y
is "$(ends "$GIFT")" 2028-02-20T23:59:59Z
exits 0 desk license renew "$EVER" --out ever.license
says '2028-01-31  2029-01-31  maintenance' out
exits 0 skerry verify ever.license --trust "$VENDOR" --at 2027-02-01 --json
is "$(jq -r '[.valid_until, .maintenance_until] | tostring' out)" '[null,"2029-01-31T08:00:00Z"]'
ok 'never shortened unasked; what never ends renews its maintenance'

mkdir full
touch full/something
was=$(digest desk)
refused file_exists desk license renew "$MONTH" --out full
refused file_missing desk license renew "$MONTH" --out nowhere/anew
refused file_exists desk license renew "$EVER" --out ever.license
is "$(ends "$MONTH")" 2027-05-31T08:00:00Z
is "$(digest desk)" "$was"
is "$(echo ./*.new-* ./nowhere)" './*.new-* ./nowhere'
ok 'documents that cannot be written leave nothing renewed'

DAY_ONE=2027-03-08T08:00:01Z
exits 0 desk license resume "$STOPPED"
exits 0 desk license renew --due 1d --json
is "$(jq -c --arg id "$STOPPED" '.licenses[] | select(.id == $id).left_out' out)" '"expired"'
exits 0 desk license renew "$STOPPED"
is "$(ends "$STOPPED")" 2027-04-08T08:00:01Z
ok 'what ended before its expiry grace is left out of a round, and by name starts anew'

exits 2 desk license renew
exits 2 desk license renew "$MONTH" --due 60d
exits 2 desk license renew --due soon
exits 2 desk license renew --due 60d --until 2028-01-01
exits 2 desk license renew "$MONTH" --term 0
exits 2 desk license renew "$MONTH" --until 2027-02-30
refused argument desk license renew "$MONTH" "$MONTH"
refused not_found desk license renew 0123456789ABCDEF
refused not_found desk license renew --due 60d --plan hotelhub/hms/mouth
refused argument desk license renew "$MONTH" --price 1,50
refused argument desk license renew "$MONTH" --price 1.50
refused argument desk license renew "$MONTH" --currency EUR
exits 0 desk audit verify
ok 'misuse is told before anything happens'

# --- killed anywhere, a renewal round leaves no license that is not in the records
two=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
three=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
desk license issue "$two" --domain two.example --out two.license >/dev/null
desk license issue "$three" --domain three.example --out three.license >/dev/null
recorded() {
	desk document list --license "$1" --json | jq '.documents | length'
}
for call in posix_fallocate write fsync fdatasync renameat2; do
	printf '#include <signal.h>\n' >kill.c
	for name in "$call" "${call}64"; do
		printf 'long %s(void);\nlong %s(void) { raise(SIGKILL); return 0; }\n' "$name" "$name" >>kill.c
	done
	"${CC:-cc}" -shared -fPIC -fno-builtin -o kill.so kill.c
	mkdir killed
	before=$(recorded "$two")
	(LD_PRELOAD=$T/kill.so && export LD_PRELOAD && desk license renew "$two" "$three" --out killed/round --with-manifest) \
		>killed.out 2>&1 || :
	if [ "$(recorded "$two")" = "$before" ] && grep -rlaq 'SKERRY LICENSE' killed; then
		fail "killed at $call, a license lies there that is not in the records"
	fi
	rm -rf killed
done
exits 0 desk license renew "$two" "$three" --out round-of-two --with-manifest
is "$(grep -lc 'SKERRY MANIFEST' round-of-two/*.license | wc -l)" 2
exits 0 skerry verify "$(find round-of-two -name "$two-*")" --trust "$VENDOR" --domain two.example --at "${DAY_ONE:-2027-01-15}"
ok 'killed anywhere, no renewed license exists that is not in the records, with its manifests or without'

# --- where what a site was bound to is gone, nothing less bound takes its place
sqlite3 desk/issuer.db "UPDATE activation SET domains = NULL WHERE domains = 'two.example'"
exits 2 desk license issue "$two" --activation 1 --out unbound.license
says store_damaged err
exits 2 desk license renew "$two" --out unbound.license
[ ! -e unbound.license ] || fail 'a license bound to nothing was written for a domain'
ok 'a binding that is gone is damage, and no license without one'
