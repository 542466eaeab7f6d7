#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a hotel without a network does everything with one command and one stick, sees what became of each file, and is told when the
# stick may be pulled; a bundle that came another way is imported, whatever its size.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
exits 0 skerry init --trust "$VENDOR"
mkdir usb

# last FILE: its last line.
last() {
	tail -n 1 "$1"
}
PULL='You can pull the stick now.'

exits 2 skerry exchange nowhere
says 'There is no such folder' err
echo text >file
exits 2 skerry exchange file
says 'not_a_folder' err
exits 2 skerry exchange usb --pair "$key" --no-request
exits 2 skerry exchange usb --no-request
is "$(ls -A usb)" ''
ok 'a folder that is none is told, and nothing is left where nobody asked for it'

exits 1 skerry exchange usb --pair "${key%?}"
says 'license_key' err
is "$(last out)" 'Nothing could be left on this stick: there is no request; you can pull it.'
is "$(find usb -name '*.skr' | wc -l)" 0
exits 0 skerry exchange usb --pair "$key" --custom box-7
says 'request 1  left for the vendor' out
is "$(last out)" "$PULL"
tag=$(sed -n 's/^This site is \(....\)\.$/\1/p' out)
says "^$tag  .* left a request" usb/skerry/RECEIPT.txt
exits 0 skerry exchange usb
says 'lies here already' out
is "$(find usb -name '*.skr' | wc -l)" 1
ok 'a request is left once, by its tag; a mistyped key leaves none'

exits 0 desk exchange usb
cp -r usb late
rm usb/skerry/README.txt
ln -s /etc/passwd usb/skerry/link.skr
mkfifo usb/skerry/fifo
echo hello >usb/skerry/holiday.jpg
exits 0 skerry exchange usb --json
is "$(jq -r '[.ok, .tag, (.read | length), (.written | length), (.removed | length), .finished] | join(" ")' out)" "true $tag 1 1 1 true"
is "$(jq -r '.read[0].documents[] | .kind + " " + .result' out | sort | tr '\n' ',')" \
	'license taken,manifest taken,reply taken,status list taken,'
is "$(jq -r '.skipped | map(.file + " " + .code) | join(",")' out)" 'fifo fifo,holiday.jpg unknown,link.skr link'
says '62 631 555 0100' usb/skerry/README.txt
exits 0 skerry status --custom box-7
says 'last contact' out
exits 0 skerry exchange usb
says 'link.skr .* skipped: a symbolic link' out
says 'nothing new' out
is "$(last out)" "$PULL"
ok 'the answer is taken in, the answered request goes, each trick is told'

# The same stick as a courier copied it before: what is answered lies there once more.
exits 0 skerry exchange late
says 'removed: it is answered' out
exits 0 skerry --state other init --trust "$VENDOR"
exits 0 skerry --state other exchange late --no-request
exits 0 skerry --state other exchange late --no-request
says 'nothing for this site' out
exits 1 skerry --state other status
is "$(find late -name '*.skr' | wc -l)" 2
ok 'an old copy of a stick is cleaned, and another site takes nothing of it'

exits 0 desk bundle --out all.bundle
exits 0 skerry --state other import all.bundle
says '^Nothing is for this site in bundle' out
exits 0 skerry import --json all.bundle
is "$(jq -r '.documents[0] | [.kind, .for_this_site > 0] | join(" ")' out)" 'bundle true'
{ cat all.bundle && head -c 3000000 /dev/zero; } >large.bundle
exits 0 skerry import large.bundle
exits 1 sh -c 'skerry import - <large.bundle'
exits 0 sh -c 'skerry import - <all.bundle'
head -c 1000 all.bundle >cut.bundle
exits 1 skerry import cut.bundle
says 'cut.bundle: .*\[(cbor_truncated|bundle_damaged)\]' err
ok 'a bundle is imported by its name, whatever its size'
