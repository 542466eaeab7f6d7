#!/bin/sh
# Goal: docs/examples/hotel.c, built as a customer of the library builds it, asks its license; another vendor's is refused.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null

# An installed tree as `make install` lays it out.
mkdir -p tree/lib tree/include
cp "$ROOT/verifier/skerry.h" "$ROOT/formats/skerry_error.h" tree/include
cp "$BUILD/libskerry.a" tree/lib
cp "$BUILD/libskerry.so" tree/lib/libskerry.so.0
ln -s libskerry.so.0 tree/lib/libskerry.so
sed "s|^prefix=.*|prefix=$T/tree|" "$BUILD/skerry.pc" >tree/lib/skerry.pc
export PKG_CONFIG_PATH=$T/tree/lib
if ! command -v pkg-config >/dev/null; then
	echo 'skipped: pkg-config is not here'
	exit 0
fi
od -An -v -tx1 "$VENDOR" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >vendor_manifest.inc
cp "$ROOT/docs/examples/hotel.c" .
# A library built with a sanitizer needs its program built with the same.
sanitize=
if nm -D "$BUILD/libskerry.so" | grep -q __asan_init; then
	sanitize='-fsanitize=address,undefined'
	CC=clang
fi
warn='-std=c11 -Wall -Wextra -Wconversion -Wpedantic -Werror'

# shellcheck disable=SC2046,SC2086
${CC:-cc} $warn $sanitize hotel.c $(pkg-config --cflags --libs skerry) -o shared
export LD_LIBRARY_PATH=$T/tree/lib
exits 0 ./shared hotel.license
says '^The license for hotelhub/hms is valid; it must be renewed by [0-9-]+\.$' out
says '^The channel manager starts\.$' out
says '^100 rooms may be let\.$' out
ok 'linked with the shared library'

# shellcheck disable=SC2046,SC2086
${CC:-cc} $warn $sanitize hotel.c $(pkg-config --cflags skerry) tree/lib/libskerry.a $(pkg-config --libs-only-l --static skerry | sed 's/-lskerry//') -o static
(
	unset LD_LIBRARY_PATH
	exits 0 ./static hotel.license
	says '^100 rooms' out
)
ok 'linked with the static library'

cp hotel.license changed
flip changed 99
exits 1 ./shared changed
says '^changed: license: ' err
exits 1 ./shared hotel.c
says 'This is not a document' err
SKERRY_DESK=$T/rival open_desk
SKERRY_DESK=$T/rival
foreign=$(sell hotelhub/hms/island)
desk license issue "$foreign" --unbound --out foreign.license >/dev/null
exits 1 ./shared foreign.license
says 'manifest does not list the signing key' err
exits 1 ./shared
ok 'a changed license and another vendor'\''s are refused'

if command -v c++ >/dev/null; then
	printf '#include <skerry.h>\nint main() { struct skerry_config config = SKERRY_CONFIG_INIT; struct skerry_verdict verdict; return skerry_open(&config, 0, 0) == SKERRY_OK && skerry_verdict(0, &verdict) == SKERRY_OK; }\n' >use.cc
	# shellcheck disable=SC2046
	c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only $(pkg-config --cflags skerry) use.cc
	ok 'the header is C++ as well'
else
	echo 'skipped: no C++ compiler'
fi
