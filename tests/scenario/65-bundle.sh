# SPDX-License-Identifier: ISC
# Goal: what the desk has for its sites leaves as one file, whole or not at all, in the form that was asked for.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"

exits 0 desk init --no-passphrase
exits 0 desk bundle --out small.svg --qr
says "<svg" small.svg
rm -r desk
open_desk
exits 0 desk bundle --out all.bundle
says '^sites +0$' out
says '^bytes +[0-9]+$' out
is "$(desk bundle --out - 2>/dev/null | head -c 15 | tail -c 13)" skerry-bundle
ok 'a bundle for nobody holds the manifests'

cp all.bundle before
exits 2 desk bundle --out all.bundle
says 'file_exists' err
cmp -s all.bundle before || fail 'the file was written'
exits 0 desk bundle --out all.bundle --force
cmp -s all.bundle before && fail 'the file is the old one'
exits 2 desk bundle --out nowhere/all.bundle
[ ! -e nowhere ] || fail 'a folder was made'
[ -z "$(find . -maxdepth 1 -name '.skerry-*')" ] || fail 'a temporary file stays'
ok 'a file that is there stays, and nothing half done is left'

exits 0 desk bundle --out all.txt --armor --json
says '"file":"all.txt"' out
says '^-----BEGIN SKERRY BUNDLE-----' all.txt
for phone in 1 2 3 4 5 6; do
	exits 0 desk brand set hotelhub --contact-phone "+62 631 555 020$phone"
done
exits 1 desk bundle --out all.svg --qr
says 'does not fit a QR code' err
[ ! -e all.svg ] || fail 'a file was written'
ok 'as text for a mail; as a picture where it fits'

exits 0 skerry --state site init --trust "$SKERRY_DESK/vendor.manifest"
exits 0 skerry --state site import all.bundle
exits 0 skerry --state site import all.txt
ok 'a site takes both in'

exits 2 desk bundle
exits 2 desk bundle --out x --armor --qr
exits 2 desk bundle --out - --json
exits 2 desk bundle --out x --site K7QM --group togian
exits 2 desk bundle --out x --due -3d
exits 1 desk bundle --out x --site ZZZZ
exits 1 desk bundle --out x --brand nobody
[ ! -e x ] || fail 'a file was written'
ok 'what cannot be meant is refused, and writes nothing'
