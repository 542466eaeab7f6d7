#!/bin/sh
# Goal: a site asks its vendor: pair, request, migrate and unpair, as a file, a mail and a code. The same again where nothing is new,
# what is wrong told before anything is written, and at the desk each of them is read.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"

open_desk
KEY=$(sell hotelhub/hms/island)
skerry init --trust "$VENDOR" >/dev/null
chain chain.pem
skerry import chain.pem >/dev/null

written() {
	exits 0 skerry journal list --json
	grep -o '"request.written"' out | wc -l
}

# --- pair ---
exits 2 skerry pair
says 'pair needs the license key' err
exits 1 skerry pair "${KEY%?}"
says 'license_key_length' err
case $KEY in *0) other=2 ;; *) other=0 ;; esac
exits 1 skerry pair "${KEY%?}$other"
says 'license_key_typo' err
says 'Nothing was written' err
exits 2 skerry pair "$KEY" --reason "$(printf 'a\033[2J')"
exits 2 skerry pair "$KEY" --domain 'No Domain'
says "not 'No Domain'" err
exits 2 skerry exchange . --domain a.example --domain EVIL/../x
says "not 'EVIL/../x'" err
exits 2 skerry pair "$KEY" --mail --qr
exits 1 skerry unpair
says 'nothing to end' err
[ "$(written)" = 0 ] || fail 'a request was recorded'
ok 'what is wrong is told, and nothing is written'

exits 0 skerry pair "$KEY" --custom hotel-1 --reason 'new server'
says 'HotelHub [(]help@hotelhub.example[)]' out
says 'No telemetry goes out' out
file=$(ls ./*-1.request)
says "written to $file" out
exits 0 skerry show "$file"
says 'request,' out
says "the vendor's licensing desk alone" out
cp "$file" first
exits 0 skerry pair "$(echo "$KEY" | tr 'A-Z-' 'a-z ')" --custom hotel-1 --reason 'new server'
says 'the same again' out
cmp -s "$file" first || fail 'the same request has other bytes'
# shellcheck disable=SC2046
exits 0 skerry pair $(echo "$KEY" | tr - ' ') --custom hotel-1 --reason 'new server' --out -
cmp -s out first || fail 'standard output has other bytes'
exits 0 skerry request
says 'pair request 1 still waits' out
[ "$(written)" = 1 ] || fail 'more than one request was recorded'
ok 'a request that nobody has answered is written again byte for byte'

exits 0 skerry pair "$KEY" --custom hotel-1 --reason 'new server' --mail
says 'To: help@hotelhub.example' out
says 'Subject: Skerry request .*-1 [(]pair[)]' out
sed 's/^/> /' out >mail
exits 0 skerry show mail
says 'readable by' out
exits 0 skerry pair "$KEY" --custom hotel-1 --reason 'new server' --qr
says 'Scan the code' err
[ "$(wc -l <out)" -gt 30 ] || fail 'no code'
exits 0 env LC_ALL=C skerry pair "$KEY" --custom hotel-1 --reason 'new server' --qr
says '####  ' out
exits 0 skerry pair "$KEY" --custom hotel-1 --reason 'new server' --qr --json
jq -r .qr out >code
exits 0 skerry show code
exits 0 skerry pair "$KEY" --custom hotel-1 --reason 'new server' --json
jq -e '.ok and .result == "again" and .kind == "pair" and .number == 1 and .telemetry == 0 and .mail == null
	and .contact.email == "help@hotelhub.example" and (.file | endswith("-1.request"))' out >/dev/null || fail 'JSON'
ok 'as a mail, a code and JSON it is the same request'

echo mine >photo
exits 2 skerry pair "$KEY" --custom hotel-1 --reason 'new server' --out photo
says 'left alone' err
[ "$(cat photo)" = mine ] || fail 'a file was overwritten'
exits 2 skerry pair "$KEY" --out nowhere/file
says 'The folder for it does not exist' err
mkdir shut
(
	cd shut || exit 1
	exits 0 skerry pair "$KEY" --custom hotel-1
	says 'Request 3' out
)
ok 'another file is never overwritten; what could not be written is written the next time'

# --- the desk reads it, the site takes the answer in ---
# key_masked: as `status` tells it.
key_masked() {
	skerry status --custom hotel-1 --json | jq -r .license.key_masked
}
# typed: whether the key, or what its mask hides, is in the folder.
typed() {
	grep -r -q -a -F -e "$KEY" -e "$(echo "$KEY" | cut -d- -f3)" -e "$(echo "$KEY" | cut -d- -f4)" "$SKERRY_STATE"
}
MASKED=$(desk find "$KEY" --json | jq -r '.hits[0].key_masked')
typed || fail 'a key whose request waits is not found'
exits 0 desk import "$file" shut/*-3.request
exits 0 desk bundle --out answer.bundle
exits 0 skerry import answer.bundle
exits 0 skerry status
exits 0 skerry journal list --json
grep -q '"request.answered"' out || fail 'no request was answered'
ok 'answered by the desk, it is answered at the site'

is "$(key_masked)" "$MASKED"
exits 0 skerry status --custom hotel-1
says "^  license key +$(echo "$MASKED" | sed 's/[*]/[*]/g')$" out
[ "$(wc -L <out)" -le 80 ] || fail 'the sheet is too wide'
typed && fail 'the key is still in the folder'
skerry backup "$T/hotel.backup" >/dev/null
SKERRY_STATE=$T/twin skerry restore "$T/hotel.backup" >/dev/null 2>&1
is "$(SKERRY_STATE=$T/twin key_masked 2>/dev/null)" "$MASKED"
exits 0 skerry verify "$SKERRY_STATE"/licenses/*.license --json
is "$(jq -r .license.key_masked out)" null
ok 'of the key that was typed its masked form stays, the same as at the desk, and nothing else'

# --- by hand, for who has paired ---
exits 0 skerry fingerprint --custom hotel-1 --out own.fingerprint
exits 0 skerry fingerprint --key "$KEY" --custom hotel-1 --out keyed.fingerprint
for from in own keyed; do
	exits 0 desk license issue "$KEY" --fingerprint $from.fingerprint --out $from.license --json
	[ "$(jq .activation out)" = 1 ] || fail 'a further activation was taken'
	says 'Its site has paired' err
	exits 0 skerry import $from.license
done
is "$(key_masked)" "$MASKED"
ok 'a fingerprint of a machine whose site has paired brings the next document of that site'

# --- request ---
skerry telemetry allow rooms >/dev/null
skerry telemetry set rooms=118 guests=12 >/dev/null
exits 0 skerry request --custom hotel-1
says 'as allowed here: 1 value, 0 events' out
exits 0 skerry request --custom hotel-1 --json
jq -e '.kind == "heartbeat" and .result == "again" and .telemetry == 1' out >/dev/null || fail 'JSON of a heartbeat'
skerry telemetry set rooms=119 >/dev/null
number=$(jq .number out)
exits 0 skerry request --custom hotel-1 --json
[ "$(jq .number out)" = $((number + 1)) ] || fail 'what is new makes no new request'
ok 'only what was allowed goes out, and what is new makes a new request'

skerry telemetry allow note >/dev/null
for which in 1 2 3 4 5 6 7 8 9; do
	skerry event add note "$(printf '%0200d' "$which")" >/dev/null
done
exits 1 skerry request --custom hotel-1 --qr
says 'too large for a QR code' err
exits 0 skerry request --custom hotel-1
says 'the same again' out
says '1 value, 9 events' out
ok 'what is too large for a code is told, and kept for another way'

# --- migrate, unpair ---
exits 2 skerry migrate
says 'does not keep' err
exits 0 skerry migrate "$KEY" --custom hotel-2 --out move.request
says 'move a license to this machine' out
exits 1 skerry unpair --out end.request
says 'The migrate request [0-9]* still waits for its answer' err
is "$(skerry unpair --json | jq -r .error.code)" request_waits
exits 0 desk import move.request
exits 0 desk bundle --out answers
skerry import answers >/dev/null
exits 0 skerry unpair --out end.request
says 'goes on here for 14 days' out
exits 0 desk import end.request
exits 0 desk bundle --out answers --force
skerry import answers >/dev/null
is "$(key_masked)" null
ok 'moving and ending are asked for, one after the other, and read at the desk'
