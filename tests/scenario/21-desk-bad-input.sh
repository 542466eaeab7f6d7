#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: whatever a clerk or a script gets wrong is told in a sentence with the exit code of the
# manual, and changes nothing: not the database, not a file.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"

# Every record in it: nothing is recorded that was refused.
records() {
	cksum <desk/issuer.db
}

# refused CODE PATTERN COMMAND...
refused() {
	code=$1 pattern=$2
	shift 2
	before=$(records; find . | sort | cksum)
	exits "$code" skerry-issuer "$@"
	rm -f .err && cp err .err && says "$pattern" .err && rm -f .err
	is "$(records; find . | sort | cksum)" "$before"
}
: >out
: >err
(umask 077 && echo 'correct horse' >pass)

exits 0 skerry-issuer init --no-passphrase
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer brand add rm --key-format '####-####-####-####-####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer product add rm/seo >/dev/null
skerry-issuer plan add hotelhub/hms/island >/dev/null
skerry-issuer plan add rm/seo/pro >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
skerry-issuer customer add rm owner@grand.example >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)
RMKEY=$(skerry-issuer license new rm/seo/pro --customer owner@grand.example)

refused 2 'file_exists' init --no-passphrase
# Before a passphrase is asked for.
refused 2 'file_exists' init
refused 2 'store_missing' license list --desk "$T/nowhere"
refused 2 'store_missing' license list --desk "$T/out"
mkdir foreign
refused 2 'store_missing' license list --desk "$T/foreign"
ok 'no desk, a file, and a folder that is no desk'

refused 1 'Did you mean hotelhub/hms/island' license new hotelhub/hms/islnad --customer owner@grand.example
refused 1 'Did you mean hotelhub/hms/island' license new hotelhab/hms/island --customer owner@grand.example
refused 1 'Did you mean hotelhub\?' product add hotelhob/pms
refused 1 'not_found' license new hotelhub/hms/island --customer nobody@grand.example
says 'skerry-issuer customer add hotelhub nobody@grand.example' err
refused 1 'not_found' license new hotelhub/hms/island --customer 'Grand Hotel'
says 'skerry-issuer find TEXT' err
refused 1 'customer add hotelhub nobody@grand.example' license new hotelhub/hms/island --customer nobody@grand.example
refused 1 '\[brand\]' license new hotelhub/hms/island rm/seo/pro --customer owner@grand.example
refused 1 '\[brand\]' license new hotelhub/hms/island --key "$RMKEY"
refused 1 '\[exists\]' license new hotelhub/hms/island --key "$KEY"
refused 2 '\[argument\]' license new hotelhub --customer owner@grand.example
refused 2 'ends? before' license new hotelhub/hms/island --customer owner@grand.example --until 2001-01-01
refused 2 'date' license new hotelhub/hms/island --customer owner@grand.example --until tomorrow
refused 2 'names no plan' license new hotelhub/hms/island --customer owner@grand.example --until rm/seo/pro=2030-01-01
refused 2 'price' license new hotelhub/hms/island --customer owner@grand.example --price 1,5
refused 2 'A price and its currency go together' license new hotelhub/hms/island --customer owner@grand.example --price 1.5
refused 2 'A price and its currency go together' license new hotelhub/hms/island --customer owner@grand.example --currency EUR
ok 'unknown plans, brands and customers, with the nearest name'

# A wrong character anywhere in the key is a typing error, before anything is looked up.
i=5
while [ "$i" -le 27 ]; do
	c=$(printf %s "$KEY" | cut -c "$i")
	case $c in
	-) ;;
	*)
		[ "$c" = 7 ] && d=8 || d=7
		wrong=$(printf %s "$KEY" | sed "s/./$d/$i")
		refused 1 'license_key_typo' license issue "$wrong" --unbound --out x.license
		;;
	esac
	i=$((i + 1))
done
refused 1 'license_key_' license issue "${KEY%?}" --unbound --out x.license
refused 1 'license_key_' license issue "${KEY}A" --unbound --out x.license
refused 1 'key_unknown|license_key_typo' license issue 'HMS-00000-00000-00000-00000' --unbound --out x.license
refused 1 'not_found' license issue 0000000000000000 --unbound --out x.license
exits 0 skerry-issuer init --name Boss --desk locked --passphrase-file "$T/pass"
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' --desk locked --passphrase-file pass >/dev/null
for wrong in HMS-7QK2M-94XPA-C0DTE-1ZRJW HMS-AAAAA; do
	refused 1 'license_key_' license show "$wrong" --desk locked
	refused 1 'license_key_' license issue "$wrong" --unbound --out x.license --desk locked
done
refused 1 'may be a typing error' license show HNS-7QK2M-94XPA-C0DTE-1ZRJB --desk locked
ok 'a desk asks for its passphrase only for a key that could be one'

lower=$(printf %s "$KEY" | tr '[:upper:]' '[:lower:]' | tr -d '-')
exits 0 skerry-issuer license show "$lower"
ok 'every single wrong character of a key is told as a typing error; case and hyphens are forgiven'

skerry-keys new issuing --out spare --no-passphrase >/dev/null 2>&1
cp spare.key shown.key && chmod 644 shown.key
refused 1 'document_unknown' key add /etc/passwd
refused 1 'public key. Name the secret one' key add spare.pub
refused 1 'document_kind' key add desk/vendor.manifest
refused 2 'file_exposed' key add shown.key
refused 2 'file_missing' key add nowhere.key
ok 'only a secret key that others may read is to be hidden'

printf 'not a fingerprint' >junk
head -c 64 /dev/urandom >noise
: >empty
truncate -s 4G huge
mkfifo fifo
refused 1 'document_' license issue "$KEY" --fingerprint junk --out x.license
refused 1 'document_|file_damaged' license issue "$KEY" --fingerprint noise --out x.license
refused 1 'document_empty' license issue "$KEY" --fingerprint empty --out x.license
refused 1 'document_too_large' license issue "$KEY" --fingerprint huge --out x.license
refused 2 'file_not_regular' license issue "$KEY" --fingerprint foreign --out x.license
refused 2 'file_not_regular' license issue "$KEY" --fingerprint fifo --out x.license
refused 2 'file_missing' license issue "$KEY" --fingerprint nowhere --out x.license
refused 1 'document_kind' license issue "$KEY" --fingerprint desk/vendor.manifest --out x.license
skerry fingerprint --state "$T/site" --custom pms-7 --out fp
size=$(wc -c <fp)
i=0
while [ "$i" -lt "$size" ]; do
	head -c "$i" fp >damaged
	printf '\377' >>damaged
	tail -c +"$((i + 2))" fp >>damaged
	cmp -s fp damaged || { skerry-issuer license issue "$KEY" --fingerprint damaged --out x.license >out 2>err && fail "damaged at byte $i"; }
	i=$((i + 7))
done
[ ! -e x.license ] || fail 'a license for a damaged fingerprint'
rm -f damaged
ok 'files that are no fingerprint, or a damaged one, issue nothing'

refused 2 'nowhere/x.license: The folder for it does not exist. .file_missing' license issue "$KEY" --unbound --out nowhere/x.license
refused 2 'nowhere/m: The folder for it does not exist. .file_missing' manifest show --out nowhere/m
refused 2 'file_not_regular' license issue "$KEY" --unbound --out foreign
refused 2 'file_exists' license issue "$KEY" --unbound --out junk
is "$(cat junk)" 'not a fingerprint'
refused 2 'bound to' license issue "$KEY" --out x.license
refused 2 'bound to' license issue "$KEY" --unbound --domain a.example --out x.license
refused 2 'out FILE' license issue "$KEY" --unbound
refused 1 'claim_value' license issue "$KEY" --domain 'http://shop.example/' --out x.license
refused 1 'claim_value' license issue "$KEY" --domain '../../etc' --out x.license
refused 2 'weigh' license issue "$KEY" --fingerprint fp --threshold 999 --out x.license
ok 'outputs that cannot be written and bindings that cannot be'

big=$(head -c 10240 /dev/zero | tr '\0' x)
rtl=$(printf 'Hotel \342\200\256lletoH')
lines=$(printf 'Grand\nHotel')
escape=$(printf 'Grand \033[2J Hotel')
for name in "$big" "$rtl" "$lines" "$escape" '' "$(printf 'caf\351')"; do
	refused 2 '\[argument\]|too long' brand add b1 --name "$name"
	refused 2 '\[argument\]' product add hotelhub/p1 --name "$name"
	refused 2 '\[argument\]' plan add hotelhub/hms/p1 --name "$name"
	refused 2 '\[argument\]' customer add hotelhub new@grand.example --name "$name"
done
refused 2 '\[argument\]' customer add hotelhub 'no address'
refused 2 '\[argument\]' customer add hotelhub "$big@grand.example"
refused 2 '\[argument\]' brand add '../../etc'
refused 2 '\[argument\]' brand add "$big"
refused 1 'key_format_template' brand add b1 --key-format 'HMS-####'
refused 1 'key_format_template' brand add b1 --key-format "$(printf 'A\nB')-#####-#####-#####-#####"
refused 1 '\[exists\]' brand add hotelhub
refused 1 'in another format' brand set hotelhub --key-format 'HMS-####-####-####-####'
refused 1 '\[exists\]' customer add hotelhub OWNER@grand.example
quoted="O'Brien & \"Sons\"; DROP TABLE brand; --"
exits 0 skerry-issuer customer add hotelhub quotes@grand.example --name "$quoted" --json
is "$(jq -r .name out)" "$quoted"
for url in shop.example ftp://shop.example https:// 'https://shop .example' 'javascript:alert(1)'; do
	refused 2 'https://' brand set hotelhub --contact-url "$url"
done
for name in ' ' "$(printf '\302\240\343\200\200\342\200\213')"; do
	refused 2 '\[argument\]' customer add hotelhub new@grand.example --name "$name"
done
ok 'names of 10 KB, with line breaks, escapes and turned direction are refused; quotes are names'

refused 2 'duration' plan add hotelhub/hms/p1 --grace soon
refused 2 'duration' plan add hotelhub/hms/p1 --grace -1d
refused 2 'duration' plan add hotelhub/hms/p1 --term 0
refused 2 'exclude' plan add hotelhub/hms/p1 --term 1y --perpetual
refused 2 'NAME=NUMBER' plan add hotelhub/hms/p1 --limit max_rooms
refused 2 'time of day' plan add hotelhub/hms/p1 --day-end 24:00
refused 2 '3x14d' plan add hotelhub/hms/p1 --telephone 3
refused 2 'notice or grace' plan add hotelhub/hms/p1 --rollback-policy kill
refused 2 'seats' plan add hotelhub/hms/p1 --burst 3
refused 2 'whole number' plan add hotelhub/hms/p1 --seats 3.5
refused 2 'the plan has' plan set hotelhub/hms/island --without nothing
refused 2 'no option' plan add hotelhub/hms/p1 --colour red
refused 2 'no verb' license sell
refused 2 'no status' license list --status happy
for value in 1OO 1,000 9223372036854775808 -9223372036854775809 +5 3.5 -x 1e3 '100 rooms'; do
	refused 2 'whole number of digits' plan add hotelhub/hms/p1 --limit "max_rooms=$value"
	refused 2 'whole number of digits' plan set hotelhub/hms/island --limit "max_rooms=$value"
done
refused 2 'each name once' plan add hotelhub/hms/p1 --limit a=1 --limit a=2
refused 2 'each name once' plan add hotelhub/hms/p1 --feature a --feature a
refused 2 'each name once' plan add hotelhub/hms/p1 --feature a --text a=b
refused 2 'shorter time' plan add hotelhub/hms/p1 --warn 7d --alert 8d
refused 2 'at most 100y' plan add hotelhub/hms/p1 --term 1000y
refused 2 'at most 100y' plan add hotelhub/hms/p1 --grace 1000y
ok 'impossible plans'

exits 0 skerry-issuer plan add hotelhub/hms/eager --renew-every 30d --warn 200d
says 'warned from its first day' err
exits 0 skerry-issuer plan add hotelhub/hms/odd --text 'version=2.0' --limit a=-9223372036854775808 \
	--limit b=9223372036854775807 --limit tier=gold --renew-every 20d --warn 2d
exits 0 skerry-issuer plan show hotelhub/hms/odd --json
is "$(jq -c '[.texts.version, .texts.tier, .warn_s, .alert_s, .max_status_age_s]' out)" '["2.0","gold",172800,172800,34560000]'
says '"a":-9223372036854775808,' out
says '"b":9223372036854775807' out
exits 0 skerry-issuer plan set hotelhub/hms/odd --renew-every 1d
says 'from its first day' err
exits 0 skerry-issuer plan add hotelhub/hms/forever --perpetual --renew-every never
exits 0 skerry-issuer plan show hotelhub/hms/forever --json
is "$(jq .max_status_age_s out)" 0
# What a change says with --json is what `show --json` says of it.
same() { # NOUN VERB NAME [ARGUMENTS]
	noun=$1 verb=$2 name=$3
	shift 3
	exits 0 skerry-issuer "$noun" "$verb" "$name" "$@" --json
	cp out said
	exits 0 skerry-issuer "$noun" show "$name" --json
	cmp -s out said || fail "$noun $verb --json says something else"
}
same brand add jb --contact-url https://jb.example/ --contact-language id --contact-language en
is "$(jq -c .languages out)" '["id","en"]'
same brand set jb --name JB
same product add jb/p
same product set jb/p --name P
same plan add jb/p/q --limit a=1
same plan set jb/p/q --limit a=2
is "$(skerry-issuer brand list --json | jq -c '.brands[].languages')" "$(printf '[]\n["id","en"]\n[]')"
exits 0 skerry-issuer key use "$(skerry-issuer key list --json | jq -r '.keys[] | select(.in_use).kid')" --json
is "$(jq -c '[.purpose, .in_use, .listed]' out)" '["issuing",true,true]'
exits 1 skerry-issuer plan add jb/p/q --json
is "$(jq -r .error.code out)" exists
ok 'numbers to their ends, texts that begin with a digit, and nothing that grows old by itself'

refused 2 'does not take' license list --at x
cp -r desk newer
# user_version stands at byte 60 of the file
printf '\0\0\3\347' | dd of=newer/issuer.db bs=1 seek=60 conv=notrunc 2>/dev/null
refused 2 'store_version' license list --desk newer
cp -r desk broken && head -c 20000 /dev/urandom >broken/issuer.db && rm -f broken/issuer.db-*
refused 2 'store_damaged' license list --desk broken
exits 2 skerry-issuer license list --desk broken --json
is "$(jq -r .error.code out)" store_damaged
cp -r desk exposed && chmod 644 exposed/desk.key
refused 2 'file_exposed' license new hotelhub/hms/island --customer owner@grand.example --desk exposed
cp -r desk cutkey && chmod 644 cutkey/keys/*.key
refused 2 'file_exposed' license issue "$KEY" --unbound --out x.license --desk cutkey
rm cutkey/keys/*.key
refused 2 'file_missing' license issue "$KEY" --unbound --out x.license --desk cutkey
ok 'a database of a newer version, a damaged one, keys that others may read, keys gone'

(
	trap '' XFSZ
	ulimit -f 0
	skerry-issuer license issue "$KEY" --unbound --out full.license 2>/dev/null
) && fail 'issued on a full disk'
[ ! -e full.license ] || fail 'a file on a full disk'
is "$(find . -name '.skerry*' | wc -l | tr -d ' ')" 0
exits 0 skerry-issuer license show "$KEY" --json
is "$(jq '.licenses[0].documents | length' out)" 0
exits 0 skerry-issuer license issue "$KEY" --unbound --out full.license
exits 2 sh -c 'skerry-issuer license list >/dev/full'
count=$(skerry-issuer license list --json | jq '.licenses | length')
for json in '' --json; do
	exits 2 sh -c "skerry-issuer license new rm/seo/pro --customer owner@grand.example $json >/dev/full"
	says 'Nothing was sold' err
	exits 2 sh -c "skerry-issuer license new rm/seo/pro --customer owner@grand.example $json >&-"
	says 'Nothing was sold' err
	exits 2 sh -c "skerry-issuer license new rm/seo/pro --customer owner@grand.example --starter 30d --out s.license $json >/dev/full"
	says 'Nothing was sold' err
	[ ! -e s.license ] || fail 'a starter for nobody'
done
is "$(skerry-issuer license list --json | jq '.licenses | length')" "$count"
exits 2 sh -c 'skerry-issuer license new rm/seo/pro --customer owner@grand.example --starter 30d --out junk'
says 'junk: The file exists already' err
is "$(cat out)" ''
is "$(skerry-issuer license list --json | jq '.licenses | length')" "$count"
exits 2 sh -c "skerry-issuer license issue $KEY --unbound --out told.license >/dev/full"
says 'is recorded and written: told.license' err
[ -e told.license ] || fail 'a file that was told is not there'
ok 'a sale whose key cannot be printed is none; a license whose report cannot is told in a sentence'
ok 'a full disk leaves desk and folder as they were'
