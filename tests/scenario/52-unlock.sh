#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: one passphrase for a working day: asked for once, gone at its end, at `lock`, and when the
# process that holds it dies; nobody else gets it, and nothing of it is on the disk.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
# Longer than a socket's path may be.
folder="$T/$(printf '%0100d' 0)"
mkdir "$folder"
export SKERRY_DESK="$folder/desk"
(umask 077 && echo 'horse of owner' >owner && echo 'horse of ani' >ani && echo wrong >wrong)

works() {
	exits 0 setsid skerry-issuer brand set hotelhub --name "$1"
}
asks() {
	exits 2 setsid skerry-issuer brand set hotelhub --name never
	says 'no_terminal' err
}
# ended PID: that process is no more, or only waits to be counted. Patience for a busy machine.
ended() {
	patience=600
	while [ "$patience" -gt 0 ]; do
		kill -0 "$1" 2>/dev/null || return 0
		! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null || return 0
		sleep 0.05
		patience=$((patience - 1))
	done
	fail "process $1 goes on"
}
unlock() {
	exits 0 skerry-issuer unlock --json "$@"
	is "$(jq .unlocked out)" true
	PROCESS=$(jq .process out)
}

skerry-issuer init --no-passphrase --desk open >/dev/null
exits 0 setsid skerry-issuer unlock --desk open
says 'nothing is locked' out
exits 0 skerry-issuer lock --desk open
says 'Nothing was unlocked' out

skerry-issuer init --passphrase-file owner >/dev/null
skerry-issuer brand add hotelhub --passphrase-file owner >/dev/null
skerry-issuer operator add ani --new-passphrase-file ani --passphrase-file owner >/dev/null
for bad in 0s 25h 1mo -1h later ''; do
	exits 2 skerry-issuer unlock --for "$bad" --passphrase-file owner
done
exits 1 skerry-issuer unlock --passphrase-file wrong
exits 2 setsid skerry-issuer unlock
says 'no_terminal' err
asks
ok 'a wrong passphrase unlocks nothing'

# Through a pipe, which must not stay open as long as the desk is unlocked.
said=$(skerry-issuer unlock --for 8h --passphrase-file owner)
case $said in 'Unlocked for owner until '*) ;; *) fail "said: $said" ;; esac
works 'Hotel Hub'
works HotelHub
is "$(stat -c %a%F "$SKERRY_DESK/unlocked.sock")" 600socket
exits 0 skerry-issuer lock
says 'Locked' out
[ ! -e "$SKERRY_DESK/unlocked.sock" ] || fail 'a socket is left'
asks
ok 'asked once, then not until lock'

unlock --passphrase-file owner
i=0
while [ "$i" -lt 16 ]; do
	setsid skerry-issuer brand set hotelhub --name "name $i" >"said$i" 2>&1 && : >"done$i" &
	i=$((i + 1))
done
wait
is "$(find . -maxdepth 1 -name 'done*' | wc -l | tr -d ' ')" 16
exits 0 skerry-issuer lock
ok '16 programs at once work by it'

unlock --operator ani --passphrase-file ani
is "$(jq -r .operator out)" ani
works one
exits 0 skerry-issuer brand set hotelhub --name two --passphrase-file owner
exits 2 setsid skerry-issuer brand set hotelhub --name three --operator owner
is "$(sqlite3 "$SKERRY_DESK/issuer.db" "SELECT operator_id FROM audit WHERE action = 'brand.set' ORDER BY seq DESC LIMIT 2" | tr '\n' ' ')" '1 2 '
first=$PROCESS
unlock --passphrase-file owner
ended "$first"
works four
exits 2 setsid skerry-issuer brand set hotelhub --name five --operator ani
ok 'it is one operator who works; a second unlock takes the place of the first'

exits 1 skerry-issuer unlock --passphrase-file wrong
kill -0 "$PROCESS" || fail 'a wrong passphrase has locked the desk'
kill -KILL "$PROCESS"
ended "$PROCESS"
[ -e "$SKERRY_DESK/unlocked.sock" ] || fail 'nothing stale to look at'
asks
unlock --passphrase-file owner
works six
kill -KILL "$PROCESS"
ended "$PROCESS"
exits 0 skerry-issuer lock
says 'Nothing was unlocked' out
[ ! -e "$SKERRY_DESK/unlocked.sock" ] || fail 'lock leaves what a killed process left'
ok 'a killed process leaves a socket that means nothing'

unlock --passphrase-file owner
kill -TERM "$PROCESS"
ended "$PROCESS"
[ ! -e "$SKERRY_DESK/unlocked.sock" ] || fail 'a socket is left'
asks
unlock --passphrase-file owner
rm "$SKERRY_DESK/unlocked.sock"
ended "$PROCESS"
asks
unlock --passphrase-file owner
mv "$SKERRY_DESK" elsewhere
mkdir "$SKERRY_DESK"
rmdir "$SKERRY_DESK"
mv elsewhere "$SKERRY_DESK"
exits 0 skerry-issuer lock
ended "$PROCESS"
ok 'it ends when it is told to and when its socket is gone'

unlock --for 1s --passphrase-file owner
ended "$PROCESS"
asks
[ ! -e "$SKERRY_DESK/unlocked.sock" ] || fail 'a socket is left'
ok 'it ends at its time'

unlock --passphrase-file ani
if [ "$(id -u)" != 0 ]; then
	[ ! -r "/proc/$PROCESS/mem" ] || fail 'its memory can be read'
fi
is "$(find "/proc/$PROCESS/fd" -lname "$T*" ! -lname '*/desk' 2>/dev/null | wc -l | tr -d ' ')" 0
is "$(awk '/^Max core file size/ { print $5 }' "/proc/$PROCESS/limits")" 0
is "$(cut -d' ' -f6 "/proc/$PROCESS/stat")" "$PROCESS"
exits 0 skerry-issuer operator remove ani --passphrase-file owner
asks
exits 0 skerry-issuer lock
ended "$PROCESS"
ok 'whoever is removed is not unlocked any more'

# In a folder that somebody else prepared: another desk's key is none.
skerry-issuer init --passphrase-file owner --desk "$folder/other" >/dev/null
exits 0 skerry-issuer unlock --passphrase-file owner --desk "$folder/other"
ln -s "$folder/other/unlocked.sock" "$SKERRY_DESK/unlocked.sock"
asks
rm "$SKERRY_DESK/unlocked.sock"
exits 0 skerry-issuer lock --desk "$folder/other"
ok 'a process that holds the key of another desk unlocks nothing'

# The desk is made anew from a backup under it.
exits 0 skerry-issuer backup day.backup --passphrase-file owner
unlock --passphrase-file owner
rm "$SKERRY_DESK/issuer.db"
exits 0 skerry-issuer recover day.backup --passphrase-file owner
ended "$PROCESS"
asks
ok 'a recovery from a backup ends what was unlocked'

# A program that only looks like it: what it says is taken for no answer.
unlock --passphrase-file owner
kill -KILL "$PROCESS"
ended "$PROCESS"
rm -f "$SKERRY_DESK/unlocked.sock"
: >"$SKERRY_DESK/unlocked.sock"
asks
rm "$SKERRY_DESK/unlocked.sock"
ln -s /nowhere "$SKERRY_DESK/unlocked.sock"
asks
unlock --passphrase-file owner
works seven
exits 0 skerry-issuer lock
ok 'what lies in the place of its socket is none'
