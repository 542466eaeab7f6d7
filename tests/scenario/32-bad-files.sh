#!/bin/sh
# Goal: whatever is named on the command line, the answer is a clear sentence and the right exit code; nothing waits and nothing is written.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null
exits 0 skerry init --trust "$VENDOR"
before=$(digest state)

: >empty
mkdir folder
mkfifo fifo
truncate -s 4G sparse
printf 'Dear guest, welcome to the Grand Hotel.\n' >letter
head -c 100000 /dev/zero >zeros
ln -s nowhere dangling
ln -s hotel.license link

# Malformed is no (1); what cannot be read cannot be told (2).
while read -r file no code; do
	for verb in import show 'verify --trust desk/vendor.manifest'; do
		# shellcheck disable=SC2086
		exits "$no" timeout 20 skerry $verb "$file"
		says "\\[$code\\]" err
		says '^  [A-Z]' err
	done
	exits "$no" skerry verify "$file" --trust "$VENDOR" --json
	is "$(jq -r .error.code out)" "$code"
	rm -rf fresh
	exits "$no" skerry --state fresh init --trust "$file"
	[ ! -e fresh ] || fail "init --trust $file made a folder"
done <<END
empty 1 document_empty
folder 2 file_not_regular
fifo 2 file_not_regular
sparse 1 document_too_large
letter 1 document_unknown
zeros 1 document_unknown
dangling 2 file_missing
nowhere 2 file_missing
/dev/zero 2 file_not_regular
END
is "$(digest state)" "$before"
exits 0 skerry verify link --trust "$VENDOR"
ok 'empty, folder, FIFO, 4 GiB, text and missing files are told apart, and nothing is written'

exits 1 skerry import letter hotel.license
says 'Taken: license' out
says 'letter: ' err
exits 1 skerry import --json empty hotel.license
is "$(jq -c '[.ok, (.documents | map(.result))]' out)" '[false,["refused","held"]]'
exits 2 skerry import nowhere empty
ok 'each file has its own result'

# A folder without rights, by a user who is not root.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
chmod 755 "$T"
if as_nobody skerry --version >/dev/null 2>&1; then
	mkdir theirs
	[ "$(id -u)" != 0 ] || chown 65534 theirs
	cp desk/vendor.manifest hotel.license theirs/
	chmod 644 theirs/*
	exits 0 as_nobody skerry --state "$T/theirs/state" init --trust "$T/theirs/vendor.manifest"
	before=$(digest theirs/state)
	chmod 500 theirs/state/licenses
	exits 2 as_nobody skerry --state "$T/theirs/state" import "$T/theirs/hotel.license"
	says 'file_permission' err
	is "$(digest theirs/state)" "$before"
	chmod 700 theirs/state/licenses
	chmod 0 theirs/state
	exits 2 as_nobody skerry --state "$T/theirs/state" status
	says 'file_permission' err
	chmod 700 theirs/state
	chmod 500 theirs
	exits 2 as_nobody skerry --state "$T/theirs/other" init --trust "$T/theirs/vendor.manifest"
	[ ! -e theirs/other ] || fail 'a folder was made without rights'
	chmod 700 theirs
	ok 'without rights nothing is told and nothing changes'
else
	echo 'skipped: no other user can run the programs here'
fi
mkdir -m 755 shared
: >shared/letter
exits 2 skerry --state shared init --trust "$VENDOR"
says "shared/letter: This is none of Skerry's" err
is "$(stat -c %a shared) $(ls shared)" '755 letter'
rm shared/letter
exits 0 skerry --state shared init --trust "$VENDOR"
is "$(stat -c %a shared)" 700
ok 'a folder with other things in it is left alone'
exits 2 skerry --state hotel.license status
exits 2 skerry --state no/such/folder init --trust "$VENDOR"
ok 'a state folder that is none is told'
