#!/bin/sh
# Goal: a license reads back to the same bytes from armor, whatever a mail program did to it, from QR text and from a saved mail; or gives a clear error.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-01T00:00:00Z
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --armor --out hotel.asc >/dev/null
good() {
	exits 0 skerry verify "$1" --trust "$VENDOR" --at 2027-03-01
}
bad() {
	exits 1 skerry verify "$1" --trust "$VENDOR" --at 2027-03-01
	says "\\[$2\\]" err
}

good hotel.asc
exits 0 skerry verify - --trust "$VENDOR" --at 2027-03-01 <hotel.asc
ok 'armor from a file and from standard input'

sed 's/$/\r/' hotel.asc >crlf && good crlf
sed 's/^/> > /' hotel.asc >quoted && good quoted
{ printf '\357\273\277' && cat hotel.asc; } >bom && good bom
{ echo 'Dear guest,' && echo && cat hotel.asc && echo 'Regards'; } >letter && good letter
{ sed -n 1p hotel.asc && grep -v -- '-----' hotel.asc | tr -d '\n' | fold -w 23 && echo && tail -1 hotel.asc; } >folded
good folded
sed 's/-----/\xe2\x80\x94\xe2\x80\x94/g' hotel.asc >dashes && good dashes
sed 's/\([A-Za-z0-9]\)$/\1\xc2\xa0/' hotel.asc >nbsp && good nbsp
sed 's/^/\t/; s/$/  /' hotel.asc >spaces && good spaces
ok 'what mail programs and word processors do is forgiven'

sed '$d' hotel.asc >no-end && bad no-end armor_end
sed '3s/./!/' hotel.asc >strange && bad strange armor_character
sed '3d' hotel.asc >short-line
exits 1 skerry verify short-line --trust "$VENDOR"
sed '3s/^\(.\)\(.\)/\2\1/' hotel.asc >swapped
exits 1 skerry verify swapped --trust "$VENDOR"
sed 's/LICENSE/MANIFEST/' hotel.asc >label && bad label document_kind
ok 'what is lost or changed is told'

{
	printf 'From: desk@hotelhub.example\r\nSubject: Your license\r\nMIME-Version: 1.0\r\n'
	printf 'Content-Type: multipart/mixed; boundary="frontier"\r\n\r\n--frontier\r\n'
	printf 'Content-Type: text/plain\r\n\r\nHere it is.\r\n--frontier\r\n'
	printf 'Content-Type: application/octet-stream; name="hotel.license"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
	grep -v -- '-----' hotel.asc
	printf -- '--frontier--\r\n'
} >saved.eml
good saved.eml
. "$ROOT/tests/scenario/base45.sh"
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
printf 'SKERRY:%s' "$(base45 hotel.license)" >hotel.qr
good hotel.qr
tr 'A-Z' 'a-z' <hotel.qr >lower.qr
exits 1 skerry verify lower.qr --trust "$VENDOR"
ok 'the text of a QR code'

printf 'From: a@b.example\r\nSubject: hello\r\n\r\nNothing here.\r\n' >empty.eml
exits 1 skerry verify empty.eml --trust "$VENDOR"
ok 'a saved mail with the license attached'

exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import quoted
says '^Taken: license' out
exits 0 skerry import saved.eml
says '^Nothing new: license' out
desk license issue "$key" --unbound --armor --with-manifest --out whole.asc >/dev/null
exits 0 skerry import whole.asc
says 'Taken: license' out
says 'Taken: manifest version 2' out
exits 0 skerry --state other init --trust "$VENDOR"
exits 0 skerry --state other import whole.asc
skerry --state other status --json >out || :
is "$(jq -r .contact.name out)" HotelHub
ok 'one text brings license and manifests to a site'
