#!/bin/sh
# Goal: a site's memory is noticed to be edited, lost, damaged or put back; answers go on; whoever may not write gets them, too.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hotel.license
! grep . err || fail 'there is news where nothing happened'
is "$(find state -type f ! -perm 600 | wc -l)" 0
exits 0 skerry status --json
is "$(jq -c '[.clock.condition, .state_rollback]' out)" '["ok",false]'
exits 0 skerry check channel_manager
exits 0 skerry journal verify --json
before=$(jq .seq out)
for _ in 1 2 3 4 5; do skerry check channel_manager >/dev/null; done
exits 0 skerry journal verify --json
is "$(jq .seq out)" "$before"
ok 'asking again is no news'

exits 0 skerry journal export --out site.journal
exits 2 skerry journal export --out site.journal
exits 0 skerry journal export --out site.journal --force
exits 0 skerry journal export --out -
cmp -s out site.journal || fail 'standard output gets something else'
exits 2 skerry journal list --limit many
exits 0 skerry journal list --limit 1 --json
is "$(jq '.entries | length' out)" 1
# Before its first license a site has no time, and that is not 1970.
exits 0 skerry journal list
says '^ +1  - +state\.new ' out
! grep -q 1970 out || fail 'a time that the site did not have'
exits 0 skerry journal list --json
is "$(jq -c '[.entries[0].settled, (.entries[-1].settled | type)]' out)" '[null,"string"]'
ok 'the journal is shown and exported'

cp -a state edited
sqlite3 edited/site.db "UPDATE journal SET detail = 'product=hotelhub/hms edition=2 error=ok' WHERE kind = 'import.taken' AND subject LIKE 'license %'"
exits 1 skerry --state edited journal verify
says 'Entry [0-9]+ does not follow' err
exits 0 skerry --state edited status
sqlite3 edited/site.db "UPDATE journal SET boot = x'00' WHERE seq = 2"
exits 1 skerry --state edited journal export --out edited.journal
says 'entry after 1 is none that this program wrote' err
[ ! -e edited.journal ] || fail 'a part of the journal looks like the whole'
exits 2 skerry --state edited journal list
ok 'an entry that is edited is named'

cp -a state sealed
sqlite3 sealed/site.db 'UPDATE memory SET marked = 0; DELETE FROM verdict'
exits 0 skerry --state sealed check channel_manager
says 'changed by something other than this program' err
exits 0 skerry --state sealed check channel_manager
! grep . err || fail 'it is told twice'
exits 0 skerry --state sealed journal list
says 'state.rebuilt .*cause=edited clock=kept' out
exits 0 skerry --state sealed journal verify
ok 'any other row that is edited is noticed, too'

cp -a state lost
rm lost/site.db
exits 0 skerry --state lost check channel_manager
says 'was missing and has been made anew' err
exits 0 skerry --state lost check channel_manager
! grep . err || fail 'it is told twice'
exits 0 skerry --state lost journal list
says 'state.rebuilt .*cause=missing clock=kept journal=goes_on' out
exits 0 skerry --state lost journal verify

cp -a state damaged
dd if=/dev/urandom of=damaged/site.db bs=512 count=4 conv=notrunc status=none
exits 0 skerry --state damaged check channel_manager
says 'was damaged and has been made anew' err
[ -e damaged/site.db.damaged ] || fail 'the damaged one is gone'
exits 0 skerry --state damaged journal verify
exits 0 skerry --state damaged import hotel.license
says '^Nothing new' out
ok 'a database that is lost or damaged is made anew, and that is said once'

# A license that is paired with the site goes with the record of its time, and nothing buys it back.
exits 0 skerry --state paired init --trust "$VENDOR"
own=$(sell hotelhub/hms/island)
exits 0 skerry --state paired fingerprint --key "$own" --custom here --out paired.request
desk license issue "$own" --fingerprint paired.request --out paired.license >/dev/null 2>&1
exits 0 skerry --state paired import chain.asc paired.license
exits 0 skerry --state paired backup paired.backup
exits 0 skerry --state paired check channel_manager --custom here
for _ in 1 2 3; do
	rm paired/site.db* paired/site.clock paired/state.mark
	exits 1 skerry --state paired check channel_manager --custom here
	says 'paired with this site are locked' err
	exits 1 skerry --state paired why --custom here --json
	says 'paired with this site are locked' err
	is "$(jq -r '.reasons[0].code' out)" pairing_lost
	exits 1 skerry --state paired import paired.license
done
exits 0 skerry --state paired journal list
says 'state.rebuilt .*clock=lost .*site_key=new' out
exits 0 skerry --state paired restore paired.backup
exits 0 skerry --state paired check channel_manager --custom here
! grep . err || fail 'there is news where nothing happened'
rm paired/site.db* paired/site.clock
exits 2 skerry --state paired journal verify --wrong
exits 1 skerry --state paired check channel_manager --custom here
exits 0 skerry --state paired fingerprint --key "$own" --custom here --out anew.request
desk license issue "$own" --fingerprint anew.request --out anew.license >/dev/null 2>&1
exits 0 skerry --state paired import anew.license
exits 0 skerry --state paired check channel_manager --custom here
! grep . err || fail 'it is told after it is over'
ok 'a paired license goes with the memory, and a backup or the vendor brings it back'

cp -a state older
exits 0 skerry import hotel.license
mark=$(sha256sum <state/state.mark)
rm -r state/site.db* state/licenses state/manifests
cp -a older/site.db older/licenses older/manifests state/
exits 0 skerry status --json
says 'An older copy of this folder was put back' err
is "$(jq -r '"\(.state_rollback) \(.notice)"' out)" 'true warn'
[ "$(sha256sum <state/state.mark)" != "$mark" ] || fail 'it will be told again'
exits 0 skerry status --json
! grep . err || fail 'it is told twice'
is "$(jq .state_rollback out)" true
exits 0 skerry journal list
says 'state.rollback ' out
ok 'an older copy that is put back is noticed'

exits 0 flock state/lock skerry check channel_manager
! grep . err || fail 'a second one who asks is told of it'
# Who changes something waits for those who ask.
touch asking
while [ -e asking ]; do skerry check channel_manager >/dev/null || exit; done &
for _ in 1 2 3 4 5 6 7 8 9 10; do exits 0 skerry import hotel.license; done
rm asking
wait
ok 'asking keeps nobody from changing anything'

if [ "$(id -u)" = 0 ]; then
	chmod 755 "$T"
	cp -a damaged theirs
	chmod -R a+rX theirs
	for verb in status clock 'check channel_manager' 'journal list' 'journal verify'; do
		# shellcheck disable=SC2086
		exits 0 setpriv --reuid=65534 --regid=65534 --clear-groups skerry --state "$T/theirs" $verb
	done
	! grep -v 'Close it: chmod' err | grep . || fail 'who may only read is told of it'
else
	echo 'skipped: only root can show what others may'
fi
ok 'who cannot write gets the same answers'

# A disk without room, as far as a limit of the size of files can play one.
(
	trap '' XFSZ
	ulimit -f 4
	exits 0 skerry check channel_manager
	says 'Nothing can be recorded at present' err
	exits 0 skerry why
	says 'Nothing can be recorded at present' err
)
exits 0 skerry check channel_manager
! grep -q 'can be recorded' err || fail 'there is room again'
ok 'who asks is told that nothing can be recorded, and answered'
