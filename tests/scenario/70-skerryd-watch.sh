#!/bin/sh
# Goal: skerryd takes in by itself what is put into a drop folder, whole files only, tells what it refuses once, and meets a stick both
# ways when one is mounted; a folder that is missing holds nothing up.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
open_desk
desk license issue "$(sell hotelhub/hms/island)" --unbound --out hotel.license >/dev/null 2>&1
exits 0 skerry init --trust "$VENDOR"
mkdir drop
cat >drop.conf <<EOF
drop = $T/drop
drop = $T/missing
EOF
daemon_begins --config drop.conf
until_says "event=drop_failed path=$T/missing error=file_missing .*advice=\"Make the folder" daemon.log
works() {
	call /v1/check/channel_manager >/dev/null && grep -q '"ok":true' out
}
works && fail 'there is a license before it came'

cp hotel.license drop/a.license
until_true works
says 'event=taken from=.*/drop file=a.license kind=license' daemon.log
says 'event=met path=.*/drop taken=1' daemon.log
ok 'what is put into a drop folder is taken in'

# A file that is being written is left until it is closed, also when others come meanwhile.
desk license issue "$(sell hotelhub/hms/island --tenant wing-b)" --unbound --out wing.license >/dev/null 2>&1
mkfifo go
{
	head -c 100 wing.license
	read -r _ <go
	tail -c +101 wing.license
} >drop/wing.license &
writer=$!
until_true test -s drop/wing.license
cp hotel.license drop/meanwhile.license
mkdir more-drop
cp hotel.license more-drop
echo "drop = $T/drop
drop = $T/more-drop" >drop.conf
kill -HUP "$daemon"
until_says 'event=reload config=new' daemon.log
echo >go
wait "$writer"
has_wing() {
	call '/v1/check/channel_manager?tenant=wing-b' >/dev/null && grep -q '"ok":true' out
}
until_true has_wing
says 'event=taken .*file=wing.license' daemon.log
grep -q 'event=refused' daemon.log && fail 'half a file was refused'
ok 'a file that is being written is waited for'

# What is refused is told once, whatever else comes, until it is another file.
echo nothing-of-ours >drop/notes.txt
until_says 'event=refused from=.*/drop file=notes.txt error=unknown' daemon.log
flip wing.license 200
cp wing.license drop/flipped.license
until_says 'event=refused .*file=flipped.license kind=license error=.* message=".*" advice=".' daemon.log
cp hotel.license drop/again.license
mkdir drop/folder
ln -s /etc/passwd drop/link.license
until_says 'file=link.license error=link' daemon.log
is "$(grep -c 'file=notes.txt' daemon.log)" 1
is "$(grep -c 'file=flipped.license' daemon.log)" 1
is "$(call /v1/health)" 200
ok 'what is refused is told once'

# From then on it is there again when the daemon begins anew.
daemon_killed
cp hotel.license drop/last.license
daemon_begins --config drop.conf
until_true works
is "$(call /v1/check/channel_manager)" 200
daemon_ends
ok 'killed and started again it goes on'
