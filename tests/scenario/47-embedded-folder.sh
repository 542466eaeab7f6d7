#!/bin/sh
# Goal: a product that was built against the library asks a site's state folder: it sees what `skerry import` brings while it
# runs, keeps nobody out, says what `skerry check` says, and leaves nothing of root's in somebody else's folder.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc

mkdir -p tree/lib tree/include
cp "$ROOT/verifier/skerry.h" "$ROOT/formats/skerry_error.h" tree/include
cp "$BUILD/libskerry.so" tree/lib/libskerry.so.0
ln -s libskerry.so.0 tree/lib/libskerry.so
sed "s|^prefix=.*|prefix=$T/tree|" "$BUILD/skerry.pc" >tree/lib/skerry.pc
export PKG_CONFIG_PATH=$T/tree/lib LD_LIBRARY_PATH=$T/tree/lib
if ! command -v pkg-config >/dev/null; then
	echo 'skipped: pkg-config is not here'
	exit 0
fi
od -An -v -tx1 "$VENDOR" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >vendor_manifest.inc
cp "$ROOT/docs/examples/hotel.c" .
sanitize=
if nm -D "$BUILD/libskerry.so" | grep -q __asan_init; then
	sanitize='-fsanitize=address,undefined'
	CC=clang
fi
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wconversion -Wpedantic -Werror $sanitize hotel.c $(pkg-config --cflags --libs skerry) -o hotel

exits 1 ./hotel --state "$SKERRY_STATE"
says "^$SKERRY_STATE: state folder: .*skerry init" err
exits 0 skerry init --trust "$VENDOR"
exits 0 ./hotel --state "$SKERRY_STATE" </dev/null
says '^There is no license for hotelhub/hms\.' out
ok 'no folder is told, and one without a license opens'

# The product runs all the while: a line is the button, and each press is answered before the next.
mkfifo press shown
./hotel --state "$SKERRY_STATE" <press >shown 2>hotel.err &
hotel=$!
exec 7>press 8<shown
read -r line <&8
is "${line%%. *}" 'There is no license for hotelhub/hms'
exits 0 skerry import chain.asc hotel.license
echo >&7
read -r line <&8
is "${line%%;*}" 'The license for hotelhub/hms is valid'
read -r line <&8
is "$line" 'The channel manager starts.'
read -r line <&8
is "$line" '100 rooms may be let.'
ok 'a license that is imported while the product runs'

exits 0 skerry check channel_manager --product hotelhub/hms
desk license set "$key" --limit max_rooms=120 >/dev/null
desk license issue "$key" --unbound --out renewed.license >/dev/null 2>&1
exits 0 skerry import renewed.license
is "$(skerry limit max_rooms --product hotelhub/hms)" 120
echo >&7
read -r line <&8
read -r line <&8
is "$line" 'The channel manager starts.'
read -r line <&8
is "$line" "120 rooms may be let."
ok 'a renewal, with the answers of skerry check and skerry limit'

mv "$SKERRY_STATE" elsewhere
echo >&7
read -r line <&8
is "${line%%;*}" 'The license for hotelhub/hms is valid'
read -r line <&8
read -r line <&8
mv elsewhere "$SKERRY_STATE"
says '^state folder: ' hotel.err
ok 'the last answer holds while the folder is gone'

kill -9 "$hotel"
wait "$hotel" 2>/dev/null || :
exec 7>&- 8<&-
exits 0 skerry journal verify
exits 0 ./hotel --state "$SKERRY_STATE" </dev/null
ok 'a product that was killed leaves a sound folder'

SKERRY_DESK=$T/rival open_desk
(
	SKERRY_DESK=$T/rival
	foreign=$(sell hotelhub/hms/island)
	desk license issue "$foreign" --unbound --out foreign.license >/dev/null 2>&1
	exits 0 skerry --state "$T/rival-state" init --trust "$T/rival/vendor.manifest"
	exits 1 ./hotel --state "$T/rival-state" </dev/null
	says 'another vendor' err
)
ok 'the folder of another vendor is refused'

# A build behind its maintenance, by option.
exits 2 skerry check channel_manager --build-date tomorrow
says 'write 2027-04-28' err
exits 0 skerry check channel_manager --build-date 2020-02-29
ok 'a build date is one, or misuse'

if [ "$(id -u)" != 0 ]; then
	echo 'skipped: only root can be another user'
	exit 0
fi
if ! command -v setpriv >/dev/null; then
	echo 'skipped: setpriv is not here'
	exit 0
fi
chmod 755 "$T"
chown -R 12345:12345 "$SKERRY_STATE"
exits 0 ./hotel --state "$SKERRY_STATE" </dev/null
says '^The channel manager starts\.' out
is "$(find "$SKERRY_STATE" ! -uid 12345 | wc -l)" 0
exits 0 setpriv --reuid 12345 --regid 12345 --clear-groups env LD_LIBRARY_PATH="$LD_LIBRARY_PATH" ./hotel --state "$SKERRY_STATE" </dev/null
says '^The channel manager starts\.' out
exits 1 setpriv --reuid 12346 --regid 12346 --clear-groups env LD_LIBRARY_PATH="$LD_LIBRARY_PATH" ./hotel --state "$SKERRY_STATE" </dev/null
says 'state folder: ' err
is "$(find "$SKERRY_STATE" ! -uid 12345 | wc -l)" 0
ok 'root reads what is somebody else'\''s, its owner writes, and a third is told'
