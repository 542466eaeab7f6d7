#!/bin/sh
# SPDX-License-Identifier: ISC
# What docs/guide shows to developers runs as it is printed, against a real skerryd: paths alone are this test's own.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"

needs php
open_desk
skerry init --trust "$VENDOR" >/dev/null 2>&1
mkdir stick license product
skerry exchange stick --pair "$(sell hotelhub/hms/island)" --custom box-7 >/dev/null
desk exchange stick >/dev/null 2>&1
skerry exchange stick --custom box-7 >/dev/null
find "$SKERRY_STATE" -name '*.license' -exec cp {} license/ \;
daemon_begins
cp "$VENDOR" product/vendor.manifest
cd product || exit

# printed LANGUAGE GUIDE: the fenced blocks of that language, with the paths of this test.
printed() {
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$ROOT/docs/guide/$2.md" | sed "/^\`\`\`/d; s|/run/skerry/skerry.sock|$SOCKET|; s|/var/lib/hotelhub|$T|"
}

cp "$ROOT"/verifier/clients/php/*.php .
{
	# All blocks are one page here, and a page's header comes first.
	echo '<?php ob_start();'
	printed php php | sed "s|^    'cache' => .*|    'socket' => '$SOCKET',\n&|"
} >guide.php
mkdir -m 700 "$T/skerry"
REQUEST_METHOD=GET REQUEST_URI=/rooms exits 0 php -d error_reporting=-1 -d display_errors=stderr guide.php
[ ! -s err ] || fail "$(cat err)"
says '^Channels are synchronized\.$' out
says 'locked$' out
ok 'php.md'

if /usr/bin/python3 -c 'import nacl' 2>/dev/null || /usr/bin/python3 -c 'import cryptography' 2>/dev/null; then
	cp "$ROOT/verifier/clients/python/skerry.py" .
	{
		echo "VENDOR_MANIFEST = open('vendor.manifest', 'rb').read()"
		printed python clients | sed "s|product='hotelhub/hms')|product='hotelhub/hms', socket='$SOCKET')|"
	} >guide.py
	exits 0 /usr/bin/python3 -W error::SyntaxWarning guide.py
	says '^Channels are synchronized\.$' out
	ok 'clients.md, Python'
fi

if command -v node >/dev/null; then
	cp "$ROOT/verifier/clients/node/skerry.mjs" .
	{
		echo "import { readFileSync } from 'node:fs';"
		echo "const VENDOR_MANIFEST = readFileSync('vendor.manifest');"
		printed js clients | sed "s|product: 'hotelhub/hms' }|product: 'hotelhub/hms', socket: '$SOCKET' }|"
	} >guide.mjs
	exits 0 node guide.mjs
	says '^Channels are synchronized\.$' out
	ok 'clients.md, Node'
fi

if [ "${SKERRY_CLIENTS:-}" = all ] && command -v javac >/dev/null; then
	mkdir skerry
	cp "$ROOT/verifier/clients/java/Skerry.java" skerry/
	{
		echo 'import skerry.Skerry;'
		echo 'class Guide { public static void main(String[] arguments) throws Exception {'
		echo 'byte[] VENDOR_MANIFEST = java.nio.file.Files.readAllBytes(java.nio.file.Path.of("vendor.manifest"));'
		printed java clients | sed "s|\"hotelhub/hms\")|\"hotelhub/hms\").socket(java.nio.file.Path.of(\"$SOCKET\"))|"
		echo '} }'
	} >Guide.java
	javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -d classes skerry/Skerry.java Guide.java || fail 'javac'
	exits 0 java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp classes Guide
	says '^Channels are synchronized\.$' out
	ok 'clients.md, Java'
fi

# Blocks of C: the manifest, and opening.
od -An -v -tx1 vendor.manifest | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >vendor_manifest.inc
cp "$ROOT/verifier/skerry.h" "$ROOT/formats/skerry_error.h" .
{
	printf '#include <stdio.h>\n#include <skerry.h>\nint main(void) {\n'
	printed c embed
	printf 'if (skerry_feature(skerry, "channel_manager") == SKERRY_OK) puts("Channels are synchronized.");\nskerry_close(skerry);\n}\n'
} >guide.c
if ! nm -D "$BUILD/libskerry.so" | grep -q __asan_init; then
	${CC:-cc} -std=c11 -Wall -Wextra -Werror -I. guide.c -L"$BUILD" -lskerry -o guide
	exits 0 env LD_LIBRARY_PATH="$BUILD" ./guide
	says '^Channels are synchronized\.$' out
	ok 'embed.md'
fi
cd "$T" || exit
daemon_ends
