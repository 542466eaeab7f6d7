#!/bin/sh
# seeds.sh FOLDER: real documents of every kind, made by the programs, to start the fuzzers from.
set -eu
out=$1
PATH=$SKERRY_BIN:$PATH
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
. "$(dirname -- "$0")/../scenario/base45.sh"
cd "$T"
export SKERRY_DESK="$T/desk"
skerry-issuer init --no-passphrase
skerry-issuer brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' --contact-phone '+62 631 21 000' \
	--contact-email desk@hotelhub.example --contact-url https://hotelhub.example/license
skerry-issuer product add hotelhub/hms
skerry-issuer plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d --feature channel_manager --limit max_rooms=100 \
	--seats 30 --burst 3 --telephone 3x14d
skerry-issuer customer add hotelhub owner@grand.example --name 'Grand Hotel'
key=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example --activations 9 --json | jq -r .key)
skerry-issuer license issue "$key" --unbound --out unbound.license
skerry-issuer license issue "$key" --domain grand.example --domain '*.grand.example' --out domain.license
skerry init --state site --trust desk/vendor.manifest
skerry fingerprint --state site --key "$key" --custom box-7 --out machine.fingerprint
skerry-issuer license issue "$key" --fingerprint machine.fingerprint --out bound.license
skerry-issuer license issue "$key" --unbound --armor --out armored.license
skerry-keys new root --no-passphrase --out root
skerry-keys new exchange --no-passphrase --out exchange
skerry-keys new issuing --no-passphrase --alg ed25519 --out issuing
printf 'a long passphrase\n' >passphrase && chmod 600 passphrase
skerry-keys new root --passphrase-file passphrase --out other
skerry-keys manifest new --root root.pub --root other.pub --threshold 2 --issuing issuing.pub --exchange exchange.pub --out two.manifest
skerry-keys manifest sign two.manifest --key root.key
skerry-keys manifest sign two.manifest --key other.key --passphrase-file passphrase
skerry-issuer audit archive audit.archive --before 2100-01-01
cp desk/vendor.manifest ./*.license ./*.manifest ./*.fingerprint ./*.pub ./*.key ./*.archive "$out"
printf 'A%s' "$key" >"$out/typed-key"
printf '2027-04-28T12:00:00+07:00' >"$out/date"
printf '00h48 sm8nb–6ey49-kanvm' >"$out/step-code"

# --- carriers ----------------------------------------------------------------------------------
header() { # TYPE [ENCODING]
	printf 'Content-Type: %s\n' "$1"
	[ $# -lt 2 ] || printf 'Content-Transfer-Encoding: %s\n' "$2"
	echo
}
for file in unbound.license machine.fingerprint desk/vendor.manifest; do
	printf 'SKERRY:%s' "$(base45 $file)" >"$out/qr-${file##*/}"
done
from='From: desk@hotelhub.example
Subject: Your license
MIME-Version: 1.0'
{ printf '%s\n\nHere it is.\n\n' "$from" && cat armored.license; } >plain.eml
{
	echo "$from"
	header 'multipart/mixed; boundary="b"'
	printf '%s\n' --b && header text/plain && echo 'Here it is.'
	printf '%s\n' --b && header 'application/octet-stream; name="hotel.license"' base64 && base64 -w 76 unbound.license
	printf '%s\n' --b && header 'application/octet-stream; name="vendor.manifest"' base64 && base64 -w 76 desk/vendor.manifest
	echo --b--
} >attached.eml
{
	echo "$from"
	header 'multipart/alternative; boundary=b'
	printf '%s\n' --b && header 'text/plain; charset=utf-8' quoted-printable && sed 's/=/=3D/g; s/^\(.\{40\}\)/\1=\n/' armored.license
	printf '%s\n' --b && header text/html && echo '<html><pre>' && sed 's/$/<br>/' armored.license && echo '</pre></html>'
	echo --b--
} >alternative.eml
{
	echo "$from"
	header 'multipart/mixed; boundary=outer'
	printf '%s\n' --outer && header message/rfc822 && cat attached.eml
	printf '%s\n' --outer && header message/rfc822 && sed 's/$/\r/' alternative.eml
	echo --outer--
} >forwarded.eml
cp ./*.eml "$out"

# --- tables ------------------------------------------------------------------------------------
printf 'plan,customer,name,payment\nhotelhub/hms/island,a@b.example,"Grand ""Hotel""",R-1\n' >"$out/comma.csv"
printf '\357\273\277plan;customer;price\r\nhotelhub/hms/island;a@b.example;120,50\r\n"=1+1";-5;"two\r\nlines"\r\n' >"$out/bom.csv"
printf 'plan\tcustomer\rhotelhub/hms/island\ta@b.example\r\r"open\t' >"$out/tab.csv"
