#!/bin/sh
# SPDX-License-Identifier: ISC
# A day at the licensing desk: two clerks, a pile of sales, a renewal round, a machine that died, a
# license that is taken back, and a disk that fails in the evening. KEEP=dir keeps what it makes.
. "$(dirname -- "$0")/stage.sh"
printf '\n=== A day at the licensing desk\n'
export SKERRY_DESK=desk
trap 'skerry-issuer lock >/dev/null 2>&1 || :; [ -n "${KEEP:-}" ] || rm -rf "$stage"' EXIT
umask 077

scene 'The evening before' 'the desk is set up, each clerk with a passphrase of their own'
echo 'seven words that only Ayu would think of' >ayu.pass
echo 'and seven others that Budi types each day' >budi.pass
run skerry-issuer init --name HotelHub --passphrase-file ayu.pass
run skerry-issuer operator set owner --name ayu --passphrase-file ayu.pass
run skerry-issuer operator add budi --passphrase-file ayu.pass --new-passphrase-file budi.pass

scene '08:00' 'Budi opens the desk for the day'
run skerry-issuer unlock --for 8h --operator budi --passphrase-file budi.pass
run skerry-issuer brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' \
	--contact-phone '+62 361 555 0100' --contact-email desk@hotelhub.example \
	--contact-language id --contact-language en
run skerry-issuer product add hotelhub/hms --name 'HotelHub HMS'
run skerry-issuer plan add hotelhub/hms/standard --feature channel_manager \
	--limit max_rooms=100 --seats 30
run skerry-issuer plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d \
	--feature channel_manager --limit max_rooms=100 --seats 30
run skerry-issuer plan add hotelhub/hms/owned --perpetual --renew-every never --maintenance 1y \
	--feature channel_manager --limit max_rooms=40

scene '08:30' 'what came in over the weekend, as one table: first checked, then sold'
soon=$(date -u -d '+40 days' +%Y-%m-%d)
cat >weekend.csv <<EOF
plan;customer;name;language;until;price;currency;payment;starter
hotelhub/hms/standard;info@pelangi.example;Hotel Pelangi;id;$soon;120;EUR;INV-301;
hotelhub/hms/standard;office@reef.example;"Reef Lodge; East Wing";en;$soon;120;EUR;INV-302;30d
hotelhub/hms/island;owner@atoll.example;Atoll Inn;en;;340;EUR;INV-303;30d
hotelhub/hms/owned;ibu@kampung.example;Kampung Homestay;id;;900;EUR;INV-304;
EOF
sed 's/Atoll Inn/=Atoll Inn/; s/120;EUR;INV-301/free;EUR;INV-301/' weekend.csv >bad.csv
says_no skerry-issuer license new --batch bad.csv --out weekend
run skerry-issuer license new --batch weekend.csv --out weekend --check
run skerry-issuer license new --batch weekend.csv --out weekend
run ls weekend
run skerry-issuer license list

scene '09:15' 'a letter for the welcome pack: the key as text and QR, what to do, whom to call'
key_of() {
	awk -F, -v who="$1" 'index($0, who) { for (i = 1; i <= NF; i++) if ($i ~ /^"?HMS-/) { gsub(/"/, "", $i); print $i; exit } }' weekend/keys.csv
}
PELANGI=$(key_of info@pelangi.example) ATOLL=$(key_of owner@atoll.example)
run skerry-issuer license letter "$PELANGI" --out letter.html

scene '10:00' 'a site sends what machine it is, and gets its license'
run skerry init --state atoll --trust desk/vendor.manifest
run skerry fingerprint --state atoll --key "$ATOLL" --custom pms-old --out old.fingerprint
run skerry-issuer license issue "$ATOLL" --fingerprint old.fingerprint --out atoll.license
run skerry import --state atoll atoll.license

scene '11:00' 'somebody calls: what stands under "atoll"?'
run skerry-issuer find atoll
run skerry-issuer license show "$ATOLL"

scene '11:30' 'the mainboard burnt: the site is released, the new machine gets the license'
ID=$(skerry-issuer find atoll --json | tr ',{' '\n\n' | sed -n 's/.*"license":"\([0-9A-Z]*\)".*/\1/p' | head -n 1)
run skerry-issuer site list --license "$ID"
says_no skerry-issuer license issue "$ATOLL" --domain atoll.example --out second.license
run skerry-issuer site release "$ID-2" --reason 'mainboard burnt'
run skerry init --state atoll-new --trust desk/vendor.manifest
run skerry fingerprint --state atoll-new --key "$ATOLL" --custom pms-new --out new.fingerprint
run skerry-issuer license issue "$ATOLL" --fingerprint new.fingerprint --out atoll-new.license

scene '13:00' 'the renewal round: what is due, a look ahead, one payment, then all'
run skerry-issuer report due --within 60d
run skerry-issuer license renew --due 60d --dry-run
run skerry-issuer license renew "$PELANGI" --price 120 --currency EUR --payment INV-400
run skerry-issuer license renew "$PELANGI" --price 120 --currency EUR --payment INV-400
run skerry-issuer license renew --due 60d

scene '14:00' 'a hotel adds rooms; an invoice bounces, is paid, and one license was resold'
run skerry-issuer license set "$PELANGI" --limit max_rooms=140
REEF=$(key_of office@reef.example)
run skerry-issuer license suspend "$REEF" --reason 'invoice 302 bounced'
says_no skerry-issuer license issue "$REEF" --unbound --out reef.license
run skerry-issuer license resume "$REEF" --reason paid
run skerry-issuer license revoke "$(key_of ibu@kampung.example)" --reason 'sold on at an auction'
says_no skerry-issuer license resume "$(key_of ibu@kampung.example)"

scene '16:00' 'the numbers, and the log'
run skerry-issuer report usage
run skerry-issuer report revoked
run skerry-issuer audit list --limit 8 --reverse
run skerry-issuer audit verify
run skerry-issuer backup evening.backup

scene '17:00' 'one more sale, and the disk fails: the evening'"'"'s backup is put back'
run skerry-issuer license new hotelhub/hms/standard --customer info@pelangi.example --tenant annex
rm -f desk/issuer.db-wal desk/issuer.db-shm
cp evening.backup desk/issuer.db
# Numbers that were given out since then must not be given out again: nothing is signed until
# somebody says how to go on.
answers 2 skerry-issuer license new hotelhub/hms/standard --customer info@pelangi.example --tenant annex
run skerry-issuer recover
run skerry-issuer license new hotelhub/hms/standard --customer info@pelangi.example --tenant annex
run skerry-issuer audit verify
run skerry-issuer lock
