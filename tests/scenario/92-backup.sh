#!/bin/sh
# Goal: a site is carried over a dead disk in one file, or put back in its place, without an alarm and without time going back.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hotel.license
exits 0 skerry backup hotel.backup
says 'secret keys' out
is "$(stat -c %a hotel.backup)" 600
exits 2 skerry backup hotel.backup
exits 0 skerry backup hotel.backup --force --json
is "$(jq .ok out)" true
is "$(find . -name '*.part*')" ''
ok 'a backup is one private file, and nothing is overwritten unasked'

exits 0 skerry --state copy restore hotel.backup
exits 0 skerry --state copy status --json
! grep -v 'have been put back' err | grep . || fail 'an honest restore is called something else'
is "$(jq -r '"\(.state) \(.state_rollback)"' out)" 'active false'
is "$(sha256sum <copy/site.key)" "$(sha256sum <state/site.key)"
is "$(find copy -type f ! -perm 600)" ''
exits 0 skerry --state copy journal verify
exits 0 skerry --state copy journal list
says 'state.restored .*mark=0 ' out
exits 0 skerry --state copy check channel_manager
! grep . err || fail 'there is news where nothing happened'
ok 'a dead disk is a restore away from the answers of before'

second=$(sell hotelhub/hms/island --until 2199-12-31)
desk license issue "$second" --unbound --out second.license >/dev/null 2>&1
exits 0 skerry import second.license
exits 0 skerry restore hotel.backup
exits 0 skerry status --json
! grep . err || fail 'an honest restore is called something else'
is "$(jq .state_rollback out)" false
is "$(find state/licenses -type f | wc -l)" 2
exits 0 skerry journal list
says 'state.restored .*mark=[1-9]' out
says 'document.found ' out
exits 0 skerry journal verify
exits 0 skerry import second.license
says '^Nothing new' out
ok 'restored in place, documents that came later stay, and it is on record'

exits 0 skerry --state other init --trust "$VENDOR"
exits 1 skerry --state other restore hotel.backup
says 'another site' err
exits 2 skerry restore hotel.license
says 'no backup' err
exits 2 skerry restore nowhere
says 'no such file' err
exits 2 skerry --state none restore nowhere
[ ! -e none ] || fail 'a folder is made for nothing'
exits 2 skerry restore "$(head -c 10000 /dev/zero | tr '\0' x)"
says 'File name too long' err
cp hotel.backup torn.backup
flip torn.backup 5000
exits 2 skerry restore torn.backup
says 'nothing was changed' err
exits 0 skerry status
! grep . err || fail 'it was changed'
exits 2 skerry backup -
exits 2 skerry backup state/licenses/hotel.backup
says 'lies in the state folder' err
(cd state/licenses && skerry --state .. backup hotel.backup 2>/dev/null) && fail 'a backup in what it is of'
exits 2 skerry backup no/such/folder.backup
says 'no such folder' err
ok 'what is no backup of this site is refused, and so is a place that is none'

# What somebody has put beside a site is in nobody's way.
: >state/letter
exits 0 skerry restore hotel.backup
rm state/letter
# Each way of losing a file ends in a command that works.
for file in site.key opening.key install-id; do
	echo junk >"state/$file"
	exits 2 skerry status
	says 'skerry restore' err
	exits 0 skerry restore hotel.backup
	exits 0 skerry status
done
echo junk >state/install-id
exits 0 skerry init --force --trust "$VENDOR"
says 'is new' out
exits 0 skerry status
exits 0 skerry restore hotel.backup
for file in site.key opening.key; do
	echo junk >"state/$file"
	exits 0 skerry init --force --trust "$VENDOR"
	says 'new pairing' out
	exits 0 skerry status
done
rm -r state/licenses state/manifests
exits 0 skerry status
says 'put back' err
ok 'what is lost of a site comes back by the command that is named'
