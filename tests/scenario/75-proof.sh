#!/bin/sh
# Goal: docs/examples/embed-socket.c, which pins its vendor's root, believes its own site's daemon and nobody else's: not that of another
# desk, nor the other way round. It sits on seats, and goes on while the daemon is away.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"

# paired FOLDER: a site there, paired with the desk over a stick.
paired() {
	export SKERRY_STATE=$T/$1
	mkdir "stick-$1"
	skerry init --trust "$SKERRY_DESK/vendor.manifest" >/dev/null
	skerry exchange "stick-$1" --pair "$(sell hotelhub/hms/island)" --custom box-7 >/dev/null
	desk exchange "stick-$1" >/dev/null
	skerry exchange "stick-$1" --no-request >/dev/null
}

# serve FOLDER: skerryd for the site that was made last, at FOLDER.sock.
serve() {
	SOCKET=$T/$1.sock
	daemon_begins
}

# proof FOLDER BODY: what its daemon answers, in answer; prints the status.
proof() {
	curl -s -o answer -w '%{http_code}' --unix-socket "$T/$1.sock" -H 'Content-Type: application/json' --data "$2" "http://localhost/v1/proof?custom=box-7"
}

open_desk
paired hotel
serve hotel
hotel=$daemon
SKERRY_DESK=$T/rival open_desk
export SKERRY_DESK=$T/rival
paired other
serve other
export SKERRY_DESK=$T/desk

mkdir -p tree
cp "$ROOT/verifier/skerry.h" "$ROOT/formats/skerry_error.h" "$ROOT/docs/examples/embed-socket.c" tree
od -An -v -tx1 "$VENDOR" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >tree/vendor_manifest.inc
sanitize=
if nm -D "$BUILD/libskerry.so" | grep -q __asan_init; then
	sanitize='-fsanitize=address,undefined'
	CC=clang
fi
# shellcheck disable=SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wconversion -Wpedantic -Werror $sanitize -Itree tree/embed-socket.c -L"$BUILD" -lskerry -o front-desk
export LD_LIBRARY_PATH=$BUILD

nonce=$(printf 0123456789abcdef | base64)
is "$(proof hotel "{\"nonce\":\"$nonce\",\"product\":\"hotelhub/hms\"}")" 200
jq -r .proof answer | base64 -d >site.proof
exits 0 skerry show --json site.proof
is "$(jq -r '[.kind, .product, .state, .access, .nonce, .manifest_version] | join(" ")' out)" \
	'proof hotelhub/hms active full 30313233343536373839616263646566 2'
is "$(jq '.manifests | length' answer)" 2
jq -r .license answer | base64 -d >site.license
is "$(sha256sum site.license | cut -d' ' -f1)" "$(jq -r .license_hash out)"
ok 'a proof names its license, the nonce and the chain'

curl -s -o answer --unix-socket "$T/hotel.sock" 'http://localhost/v1/status?custom=box-7'
says '"key_masked":"HMS-[0-9A-Z]{5}-' answer
is "$(jq -r .license.key_masked answer)" "$(desk find "$(jq -r .license.id answer)" --json | jq -r ".hits[0].key_masked")"
ok 'a daemon tells the masked key of its license, as the desk has it'

printf 'ask\nwork\nwork\nleave\n' | exits 0 ./front-desk "$T/hotel.sock" 'desk 2' box-7
says '^full: The license for hotelhub/hms is valid' out
is "$(grep -c '^desk 2 has a seat for [0-9]* s\.$' out)" 2
says '^desk 2 has left\.$' out
ok 'a product asks, sits and leaves'

exits 1 ./front-desk "$T/other.sock" 'desk 2' box-7
says '^skerryd: ' err
od -An -v -tx1 "$T/rival/vendor.manifest" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >tree/vendor_manifest.inc
# shellcheck disable=SC2086
${CC:-cc} -std=c11 $sanitize -Itree tree/embed-socket.c -L"$BUILD" -lskerry -o rivals-product
exits 0 ./rivals-product "$T/other.sock" 'desk 2' box-7 </dev/null
exits 1 ./rivals-product "$T/hotel.sock" 'desk 2' box-7
says '^skerryd: ' err
ok "another vendor's daemon and license are refused, on both sides"

export SKERRY_STATE=$T/unpaired
skerry init --trust "$VENDOR" >/dev/null
desk license issue "$(sell hotelhub/hms/island)" --unbound --out loose.license >/dev/null 2>&1
chain chain.pem
skerry import chain.pem loose.license >/dev/null
serve unpaired
is "$(proof unpaired "{\"nonce\":\"$nonce\",\"product\":\"hotelhub/hms\"}")" 409
is "$(jq -r .error.code answer)" not_paired
exits 1 ./front-desk "$T/unpaired.sock" x box-7
says 'skerry pair' err
ok 'a license of no site proves nothing'

mkfifo day
beside sh -c 'exec ./front-desk "$@" <day' sh "$T/hotel.sock" 'desk 3' box-7 >said 2>&1
desk_3=$!
exec 3>day
echo work >&3
until_says '^desk 3 has a seat' said
daemon=$hotel
daemon_ends
printf 'ask\nwork\n' >&3
exec 3>&-
over "$desk_3"
is "$(grep -c '^full: ' said)" 2
says '^skerryd: Nobody answers at the socket' said
says '^desk 3 has no seat: Nobody answers' said
exits 1 ./front-desk "$T/hotel.sock" 'desk 3' box-7
says 'systemctl start skerryd' err
ok 'without the daemon a product goes on, and says why; it does not open'
