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
skerry pair "$key" --state site --custom box-7 --out pair.request
skerry-issuer import pair.request
skerry-issuer bundle --out answers.bundle
skerry-issuer audit archive audit.archive --before 2100-01-01
skerry journal export --state site --out site.journal
cp desk/vendor.manifest ./*.license ./*.manifest ./*.fingerprint ./*.pub ./*.key ./*.archive ./*.journal ./*.request ./*.bundle "$out"
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

# --- what travels on a stick -------------------------------------------------------------------
bytes() { # HEX
	for byte in $(printf %s "$1" | sed 's/../& /g'); do
		# shellcheck disable=SC2059
		printf "\\$(printf %o "0x$byte")"
	done
}
# The lists of the Token Status List draft: two bits; one bit, 1,048,576 entries. Then a stored block.
bytes 78da3be9f2130003df0207 >"$out/two.zlib"
bytes 78daeddc010dc0200c0041a88249400ad2903e0f4bba00bd93f002beb7a2a2010000a91e0900000000000000000000000000000080729604000000000000000000000000000000000000000000000000000000000000000000000000000000005c6f4800000000000000fc2c240000000000000000000000be1b12000000000000000000ecaa4b000000000000000000000000000000009b0b0900000000000000000038de9400000000000000002a30cc010000000080642f0bd8011b >"$out/long.zlib"
bytes 78da010200fdff6169012d00cb >"$out/stored.zlib"
{ bytes d284582aa301270448010203040506070810781a6170706c69636174696f6e2f7374617475736c6973742b637774a05832 && bytes a3026f736b657272793a686f74656c687562061a69eff88019fffda2636c73744b78da3be9f2130003df0207646269747302 && bytes 5840 && head -c 64 /dev/zero; } >"$out/status.list"
bytes a3026f736b657272793a686f74656c687562061a69eff88019fffda2636c73744b78da3be9f2130003df0207646269747302 >"$out/status.claims"
# A container, and what is inside one: a document and zeros up to 512 bytes.
{ bytes 836e && printf skerry-request && bytes 480102030405060708590130 && head -c 304 /dev/urandom; } >"$out/sealed.request"
{ bytes 836c && printf skerry-reply && bytes 480102030405060708590230 && head -c 560 /dev/urandom; } >"$out/sealed.reply"
{ cat "$out/status.list" && head -c $((512 - $(wc -c <"$out/status.list"))) /dev/zero; } >"$out/padded"
# A proof (docs/formats.md), its claims, and what a daemon answers.
bytes d2845830a30127044859722ce26fccf0601078206170706c69636174696f6e2f766e642e736b657272792e70726f6f662b637774a058a2a5036c686f74656c6875622f686d73041a6a139484061a6a1391000a50e0e1e2e3e4e5e6e7e8e9eaebecedeeef3a00010000ae0101025820101b29056eb9157d4c38aa620be0430b7d364f10041af47cfc0952d0e891797a0302040205020602071a6a178580081a6a178580091a6bd12c000b1a6a3f12800c1a6a669f800f71412072656e6577616c206973206475652e116d6772616e642e6578616d706c6513015840ab5bbf86496ea12cd3833ae25e9ae7c2982f92ea77a8c2a4206e5daa72a77e60cf4a37ca6271b2794a0f4f4d62f75bcb2c00b79133584d836f6126abfce0fe06 >"$out/site.proof"
bytes a5036c686f74656c6875622f686d73041a6a139484061a6a1391000a50e0e1e2e3e4e5e6e7e8e9eaebecedeeef3a00010000ae0101025820101b29056eb9157d4c38aa620be0430b7d364f10041af47cfc0952d0e891797a0302040205020602071a6a178580081a6a178580091a6bd12c000b1a6a3f12800c1a6a669f800f71412072656e6577616c206973206475652e116d6772616e642e6578616d706c651301 >"$out/proof.claims"
bytes a4656275727374f466686f6c646572616866736563726574667333637233746a657870697265735f696e19012c >"$out/seat.answer"
bytes a1656572726f72a364636f64656e736561745f6e6f6e655f66726565676d657373616765606872657472795f696e07 >"$out/error.answer"
bytes a36570726f6f667850306f52594d4b4d424a77524957584973346d2f4d38474151654342686348427361574e6864476c7662693932626d51756332746c636e4a354c6e42796232396d4b324e33644b42596f71554462476876676c6963656e736568614756736247383d696d616e696665737473826459574a6a6459513d3d >"$out/proof.answer"
printf 'HTTP/1.1 200 OK\r\nContent-Type: application/cbor; x=y\r\nSkerry-Exit: 0\r\nContent-Length: 5\r\n\r\nhello' >"$out/head.answer"
printf '/v1/check/channel%%20manager?tenant=a+b&domain=hotel.example&custom=x%%2Fy\nHost: hotel.example:7878\r\nAuthorization: Bearer skt_0123456789abcdef0123456789\r\nAccept: application/cbor, application/json;q=0.5\r\nAccept-Language: id, en;q=0.5\r\nSkerry-Seat-Secret: 0123456789ABCDEFGHJKMNPQRS\r\nContent-Length: 5\r\n\r\n' >"$out/head.call"
# Claims of a request, a reply and a bundle's index with all there is to say (tests/unit/fixture_exchange.c); a fan; a page of one box.
bytes a503784033303331333233333334333533363337333833393361336233633364336533663430343134323433343434353436343734383439346134623463346434653466061a69eff8800750e0e1e2e3e4e5e6e7e8e9eaebecedeeef08a101a4010103272006215820404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f3a00010000b81a0101020103090482820650a0a1a2a3a4a5a6a7a8a9aaabacadaeaf820850a8a9aaabacadaeafb0b1b2b3b4b5b6b705a301012004215820909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf068265484d532d3965484d532d370765626f782d37088250d0d1d2d3d4d5d6d7d8d9dadbdcdddedf8282014c101112131415161718191a1b820550202122232425262728292a2b2c2d2e2f098267706d732e6c616e712a2e7369626f6c67612e6578616d706c650aa3016566726f6e74026964656269616e2031320363342e320b676e657720626f780c824301020344050607080d831a69eff8811a00093a80040e82184d5820666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f8081828384850f0310a26c736b657272793a7274687562076f736b657272793a686f74656c6875621a69eff8801182836f736b657272793a686f74656c6875621930391a69eea700836c736b657272793a72746875620000120513a265726f6f6d7318586a73656174735f7065616b201482831a69eff87d6664656e69656463737061820064626f6f7415a262646264706731356672616d5f6d6219100016828248c0c1c2c3c4c5c6c7018248b0b1b2b3b4b5b6b71863171a69e41b001818656e6f727468181982820858207778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495968209582088898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7181af5 >"$out/request.claims"
bytes a503784033303331333233333334333533363337333833393361336233633364336533663430343134323433343434353436343734383439346134623463346434653466061a69eff8800750e0e1e2e3e4e5e6e7e8e9eaebecedeeef08a101a4010103272006215820404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f3a00010000a50101020203010d831a69eff88100000f01 >"$out/bare-request.claims"
bytes a50168686f74656c68756202784035303531353235333534353535363537353835393561356235633564356535663630363136323633363436353636363736383639366136623663366436653666061a69eff8800748c0c1c2c3c4c5c6c73a00010000a90101020603820950e0e1e2e3e4e5e6e7e8e9eaebecedeeef040a0582a10100a5010a0263686d73037037514b324d39345850414330445445310477556e74696c20746865206e657720626f782072756e732e051a6a026d8006824301020344050607080782a201010267486f6c69646179a30103026743616c6c207573031a69eff88008f50968726573746f726564 >"$out/reply.claims"
bytes a3061a69eff8800750303132333435363738393a3b3c3d3e3f3a00010000a601010219019c035820505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f0482191b585820909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf058400190bb8194e205820707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f06828558200000000800000000000000000000000000000000000000000000000000000000190bb81901f41901f45820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f8558200000001800000000000000000000000000000000000000000000000000000000190dac1901f41901f458200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 >"$out/index.claims"
bytes 828558200000000800000000000000000000000000000000000000000000000000000000190bb81901f41901f45820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f8558200000001800000000000000000000000000000000000000000000000000000000190dac1901f41901f458200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 >"$out/index.fan"
{ bytes 8182582000000007 && head -c 28 /dev/zero && bytes 590130 && head -c 304 /dev/zero; } >"$out/one.page"
{ bytes 836d && printf skerry-bundle && bytes 19012c1882; } >"$out/bundle.head"
