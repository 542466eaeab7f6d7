#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: an operator of one brand changes what is of that brand, through every verb; what is of another brand, or of the whole desk,
# is refused with the names of those who may, and neither the desk nor the folder of who asked holds anything new.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
export SKERRY_DESK="$T/desk"
trap 'skerry-issuer lock >/dev/null 2>&1 || :; rm -rf "$T"' EXIT

(umask 077 && for who in ayu hana rudi; do echo "horse of $who" >"$who"; done && echo 'another horse' >hana2)
as() {
	who=$1
	shift
	skerry-issuer "$@" --passphrase-file "$who" --operator "$who"
}

# everything: the desk's records and files, and what lies beside it.
everything() {
	{
		sqlite3 desk/issuer.db .dump
		find . -type f ! -name 'issuer.db*' ! -name out ! -name err -exec sha256sum {} + | sort
	} | sha256sum
}

# refused WHO COMMAND...: as another brand's, and nothing stands.
refused() {
	before=$(everything)
	exits 1 as "$@"
	says '\[other_brand\]' err
	says "^  $1 works for .* alone, and this is .* all brands: ayu$" err
	[ "$2" = import ] || [ ! -s out ] || fail "something was said: $*"
	[ "$(everything)" = "$before" ] || fail "something was changed: $*"
}

# hotels COMMAND...: refused to rocket's operator, then done by the hotels'.
hotels() {
	refused rudi "$@"
	exits 0 as hana "$@"
}

# --- the desk -----------------------------------------------------------------------------------------
skerry-issuer init --no-passphrase >/dev/null 2>&1
exits 1 skerry-issuer operator set owner --brand hotelhub
skerry-issuer operator set owner --new-passphrase-file ayu >/dev/null 2>&1
skerry-issuer operator set owner --name ayu --passphrase-file ayu >/dev/null
for brand in hotelhub rocket; do
	as ayu brand add $brand >/dev/null
	as ayu product add $brand/main >/dev/null
	as ayu plan add $brand/main/year --term 1y --activations 5 --renew-every 60d --telephone 3x14d >/dev/null
	as ayu customer add $brand owner@grand.example >/dev/null
done
exits 1 as ayu operator add hana --brand hotelhubs --new-passphrase-file hana
says 'Did you mean hotelhub' err
exits 0 as ayu operator add hana --brand hotelhub --new-passphrase-file hana --json
is "$(jq -c '[.name, .brand]' out)" '["hana","hotelhub"]'
exits 0 as ayu operator add rudi --new-passphrase-file rudi
exits 2 as ayu operator set rudi --brand rocket --all-brands
exits 0 as ayu operator set rudi --brand rocket
exits 0 skerry-issuer operator list
says '^ *1  ayu   all brands  yes' out
says '^ *2  hana  hotelhub    yes' out
exits 0 skerry-issuer operator show rudi
says '^brand +rocket$' out
exits 0 skerry-issuer audit list --action operator --json
is "$(jq -c '[.rows[-3:][].detail]' out)" '["brand=hotelhub","all-brands","brand=rocket"]'
exits 1 as ayu operator set ayu --brand rocket
says 'the last operator of all brands' err
exits 1 as ayu operator remove ayu
says 'the last operator of all brands' err
ok 'operators have a brand, in the list and in the log, and one of all brands stays'

# --- a brand's own day --------------------------------------------------------------------------------
hotels brand set hotelhub --name 'Hotel Hub'
hotels brand set hotelhub --contact-phone '+62 631 555 0100'
hotels product add hotelhub/pos
hotels product set hotelhub/pos --name Tills
hotels plan add hotelhub/pos/month --term 1mo --activations 1
hotels plan set hotelhub/pos/month --grace 31d
hotels customer add hotelhub info@laut.example
hotels customer set hotelhub info@laut.example --name Laut
hotels license new hotelhub/main/year --customer owner@grand.example --payment INV-1
KEY=$(cat out)
refused rudi license new hotelhub/main/year --customer owner@grand.example --payment INV-1
hotels license new hotelhub/pos/month --customer owner@grand.example --key "$KEY"
exits 0 as rudi license new rocket/main/year --customer owner@grand.example
ROCKET=$(cat out)
refused hana license new rocket/main/year --customer owner@grand.example
ID=$(skerry-issuer license list --brand hotelhub --json | jq -r '.licenses[0].id')
OTHER=$(skerry-issuer license list --brand rocket --json | jq -r '.licenses[0].id')
ok 'brand, products, plans, customers and sales'

hotels license issue "$ID" --unbound --out first.license
CTI=$(skerry-issuer document list --license "$ID" --json | jq -r '.documents[0].cti')
hotels document show "$CTI" --out again.license
hotels license set "$ID" --limit max_rooms=5
hotels license renew "$ID" --term 1y --out renewed.license
hotels license suspend "$ID" --reason late
hotels license resume "$ID"
hotels license reveal "$ID"
hotels license letter "$ID" --out letter.html
hotels extend "$ID" --edition "$(skerry-issuer document list --license "$ID" --json | jq -r '[.documents[].edition] | max')"
for verb in issue set renew suspend revoke reveal letter; do
	more=
	case $verb in
	issue) more='--unbound --out other.license' ;;
	set) more='--limit max_rooms=5' ;;
	renew) more='--term 1y' ;;
	esac
	# shellcheck disable=SC2086
	refused hana license $verb "$OTHER" $more
done
ok 'every change of a license, and what hands out its key or its documents'

printf 'plan,customer,payment\nhotelhub/main/year,owner@grand.example,B-1\n' >own.csv
printf 'plan,customer,payment\nhotelhub/main/year,owner@grand.example,B-2\nrocket/main/year,owner@grand.example,B-3\n' >both.csv
before=$(sqlite3 desk/issuer.db .dump | sha256sum)
exits 1 as hana license new --batch both.csv --unbound --out both
says 'line 3, .*one brand, and not for this' err
is "$(sqlite3 desk/issuer.db .dump | sha256sum)" "$before"
[ ! -e both ] || fail 'a folder was made'
exits 1 as rudi license new --batch own.csv --unbound --out own
says 'other_brand' err
exits 0 as hana license new --batch own.csv --unbound --out own
refused hana license renew --due 900d --out due
exits 0 as hana license renew --due 900d --brand hotelhub --out due
ok 'tables of sales, and renewals in bulk, of one brand alone'

# --- sites --------------------------------------------------------------------------------------------
for site in inn shop late; do skerry --state $site init --trust desk/vendor.manifest >/dev/null; done
skerry --state inn pair "$KEY" --custom a --out inn.request >/dev/null
skerry --state shop pair "$ROCKET" --custom b --out shop.request >/dev/null
exits 1 as hana import inn.request shop.request
says 'inn.request .*request 1, pair' out
says 'shop.request: .*\[other_brand\]' err
says 'hana works for hotelhub alone, and this is of rocket' err
is "$(sqlite3 desk/issuer.db "SELECT count(*) FROM audit WHERE operator_id = 2 AND subject LIKE '%$OTHER'")" 0
refused hana import shop.request
exits 0 as rudi import shop.request
SITE=$(skerry-issuer site list --brand hotelhub --json | jq -r '[.sites[] | select(.tag != null)][0].tag')
hotels site set "$SITE" --group togian
hotels bundle --brand hotelhub --out hotels.bundle
refused hana bundle --out all.bundle
exits 0 skerry --state inn import hotels.bundle
exits 0 skerry --state inn status --product main --custom a

# One site with both brands: the desk's owner's from then on.
skerry --state inn pair "$ROCKET" --custom a --out mixed.request >/dev/null
refused hana import mixed.request
refused rudi import mixed.request
exits 0 as ayu import mixed.request
skerry --state inn request --out news.request >/dev/null
refused hana import news.request
refused hana site set "$SITE" --group laut
exits 0 as hana license set "$ID" --limit max_rooms=6
exits 0 as hana bundle --brand hotelhub --out mixed.bundle --json
[ "$(jq .renewed out)" -ge 1 ] || fail 'its own brand'"'"'s documents there are not renewed'
hotels site release "$(skerry-issuer site list --brand hotelhub --json | jq -r "[.sites[] | select(.tag == \"$SITE\" and .license == \"$ID\")][0].site")"
ok 'requests, sites and bundles; a site of two brands is the whole desk'"'"'s'

# --- the whole desk -----------------------------------------------------------------------------------
skerry-keys new issuing --out new --no-passphrase >/dev/null 2>&1
mkdir stick
skerry --state late exchange stick --pair "$KEY" --custom c >/dev/null
exits 0 skerry-issuer backup desk.backup
kid=$(skerry-issuer key list --json | jq -r '[.keys[] | select(.purpose == "issuing")][0].kid')
refused hana brand add third
refused hana operator add dewi --brand hotelhub --new-passphrase-file hana2
refused hana operator set hana --all-brands
refused hana operator set hana --name Hana
refused hana operator set rudi --new-passphrase-file hana2
refused hana operator remove rudi
refused hana exchange stick
refused hana key add new.key
refused hana key use "$kid"
refused hana audit archive old.rows --before 2100-01-01
refused hana clock confirm
refused hana recover desk.backup --force
exits 0 as hana operator set hana --new-passphrase-file hana2
cat hana2 >hana
ok 'keys, operators, sticks, the log and the clock are not theirs; their own passphrase is'

hotels license revoke "$ID"
hotels customer erase hotelhub owner@grand.example --force
refused hana customer erase rocket owner@grand.example --force
exits 0 as ayu customer erase rocket owner@grand.example --force
exits 0 skerry-issuer audit verify
ok 'the end of a license and of a customer; the log holds'

# --- the day's passphrase: it is asked for each change who it is ----------------------------------------
exits 0 as hana unlock
exits 0 skerry-issuer plan set hotelhub/pos/month --grace 32d
exits 1 skerry-issuer plan set rocket/main/year --grace 32d
says '^  hana works for hotelhub alone, and this is of rocket[.] .* all brands: ayu$' err
exits 0 as ayu operator set hana --brand rocket
exits 1 skerry-issuer plan set hotelhub/pos/month --grace 33d
exits 0 skerry-issuer plan set rocket/main/year --grace 32d
exits 0 as ayu operator set hana --all-brands
exits 0 skerry-issuer plan set hotelhub/pos/month --grace 33d
exits 0 skerry-issuer audit verify
ok 'a limit counts from the next change on'

skerry-issuer lock >/dev/null
exits 0 skerry-issuer backup day.backup
exits 0 as ayu operator set hana --brand hotelhub
exits 0 as ayu recover day.backup --force
says 'removed, limited or given a passphrase since is as before: skerry-issuer operator list$' out
exits 0 skerry-issuer operator list
says '^ *2  hana  all brands' out
exits 0 skerry-issuer audit verify
ok 'a backup brings back who might do what, and says so'

sqlite3 desk/issuer.db "UPDATE operator SET brand_id = NULL WHERE name = 'rudi'"
exits 1 skerry-issuer audit verify
says 'work for another brand' err
ok 'a limit that no row tells of is found'
