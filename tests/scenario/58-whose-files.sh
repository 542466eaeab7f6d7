#!/bin/sh
# Goal: a site's folder and all in it belong to one user, whoever runs the program; others are told whose it is, and root reads and writes its own files as root.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
install -m 644 "$VENDOR" vendor.manifest

# strays FOLDER USER: files in it that are somebody else's, or open to others.
strays() {
	find "$1" ! -user "$2" -o -perm /077
}

me=$(id -un 2>/dev/null || id -u)
umask 000
exits 0 skerry init --trust "$VENDOR"
says "^ +owner +$me\$" out
exits 0 skerry import chain.asc hotel.license
exits 0 skerry status
exits 0 skerry telemetry set rooms=1
is "$(strays state "$(id -u)")" ''
umask 022
ok 'nothing in the folder is open to others, whatever the umask'

chmod 750 state
exits 0 skerry check channel_manager
says 'Others than its owner may open this folder.*chmod 700' err
chmod 700 state
chmod 640 state/opening.key
exits 0 skerry check channel_manager
says 'opening.key: Others than its owner may read this secret key' err
chmod 600 state/opening.key
exits 0 skerry check channel_manager
! grep . err || fail 'there is news where nothing happened'
ok 'a folder or key that others may read is told until it is closed'

# A writer that does not let go: who asks is answered, who changes something is told whom he waits for.
flock state/lock sh -c 'echo $$ >state/lock; echo >held; exec sleep 60' &
holder=$!
while [ ! -e held ]; do :; done
exits 0 skerry check channel_manager
exits 0 skerry status --json
is "$(jq -r .state out)" active
exits 2 skerry telemetry set rooms=2
says "Process $(cat state/lock) is changing this folder" err
exits 2 skerry import hotel.license --json
kill "$(cat state/lock)"
wait "$holder" 2>/dev/null || :
exits 0 skerry telemetry set rooms=2
ok 'a lock that somebody holds keeps nobody from asking, and names its holder'

if [ "$(id -u)" != 0 ]; then
	exits 2 skerry --state mine init --trust "$VENDOR" --owner root
	says 'for root' err
	[ ! -e mine ] || fail 'a folder was made'
	echo 'skipped: giving files to another user takes root'
	exit 0
fi
if ! setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups true 2>/dev/null; then
	echo 'skipped: this root may not become another user'
	exit 0
fi
nobody() {
	setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups "$@"
}
# Where both may go.
chmod 711 "$T"
if ! nobody test -x "$BUILD/skerry"; then
	echo 'skipped: another user cannot reach the programs here'
	exit 0
fi

for file in "$VENDOR" hotel.license chain.asc; do
	cp "$file" "root.${file##*/}"
	chmod 600 "root.${file##*/}"
done
exits 0 skerry --state hotel init --trust root.vendor.manifest --owner nobody
says '^ +owner +nobody$' out
exits 0 skerry --state hotel import root.chain.asc root.hotel.license
exits 0 skerry --state hotel status
exits 0 skerry --state hotel telemetry allow rooms
exits 0 skerry --state hotel journal list
says 'telemetry.allowed  rooms  uid=0' out
is "$(strays hotel nobody)" ''
is "$(stat -c '%U %a' hotel)" 'nobody 700'
exits 0 nobody skerry --state "$T/hotel" import hotel.license
exits 0 nobody skerry --state "$T/hotel" check channel_manager
exits 0 nobody skerry --state "$T/hotel" telemetry set rooms=3
is "$(strays hotel nobody)" ''
ok 'root sets a site up for another user and carries files to it that only root can read'

exits 0 skerry --state hotel fingerprint --custom rack-7 --out site.fingerprint
exits 0 skerry --state hotel journal export --out site.journal
exits 0 skerry --state hotel backup hotel.backup
is "$(stat -c '%u %n' site.fingerprint site.journal hotel.backup)" "$(printf '0 site.fingerprint\n0 site.journal\n0 hotel.backup')"
is "$(stat -c %a hotel.backup)" 600
exits 0 skerry --state hotel restore hotel.backup
is "$(strays hotel nobody)" ''
mkdir -m 700 again
chown nobody again
exits 0 skerry --state again restore hotel.backup
is "$(strays again nobody)" ''
exits 0 nobody skerry --state "$T/again" status
ok 'what root has written is root'"'"'s, and what it puts into the folder is not'

# A stick that root mounts is root's, as FAT is without further options.
mkdir -m 700 stick
exits 0 skerry --state hotel exchange stick --pair "$key"
says 'You can pull the stick now' out
exits 0 skerry --state hotel exchange stick --pair "$key"
says 'lies here already' out
desk exchange stick >/dev/null
exits 0 skerry --state hotel exchange stick
says 'bundle.*taken in' out
says 'removed: it is answered' out
is "$(strays hotel nobody)" ''
exits 0 nobody skerry --state "$T/hotel" status
ok 'root meets a stick that only root can open, and nothing in the folder becomes root'"'"'s'

# What root has left its owner can remove, as a daemon that meets the stick the next time has to.
is "$(stat -c %U stick/skerry/*.skr | sort | uniq -c | tr -s ' ')" "$(printf ' 1 nobody\n 1 root')"
desk exchange stick >/dev/null
chmod 755 stick
exits 0 nobody skerry --state "$T/hotel" exchange "$T/stick"
says 'removed: it is answered' out
ok 'what root leaves on a stick is the site'"'"'s, and its own user goes on with it'

exits 2 nobody skerry --state "$T/state" status
says "This folder is user root's, and you are nobody" err
says 'sudo -u root' err
exits 2 nobody skerry --state "$T/state" telemetry set rooms=4 --json
is "$(jq -r .error.code out)" file_permission
exits 2 nobody skerry --state "$T/new" init --trust vendor.manifest
says 'may not make or open' err
exits 2 nobody skerry --state "$T/state" init --trust vendor.manifest
says "user root's" err
chmod -R go=rX state
exits 2 nobody skerry --state "$T/state" telemetry set rooms=4
says "user root's" err
chmod -R go= state
exits 0 skerry status
ok 'somebody else is told whose the folder is'

exits 2 skerry --state other init --trust "$VENDOR" --owner nobody-of-that-name
says 'no such user' err
[ ! -e other ] || fail 'a folder was made'
exits 2 skerry --state state init --trust "$VENDOR" --force --owner nobody
says 'belongs to somebody else' err
is "$(strays state root)" ''
exits 2 skerry --state no/such/place init --trust "$VENDOR" --owner nobody
mkdir elsewhere
ln -s elsewhere link
exits 2 skerry --state link init --trust "$VENDOR" --owner nobody
is "$(stat -c %U elsewhere)" root
ok 'a folder is given away while it is new, and to a user that there is'

# The usual folder, in a world of its own.
cat >world.sh <<'END'
set -eu
cp /etc/passwd passwd
echo 'skerry:x:4321:65534::/var/lib/skerry:/usr/sbin/nologin' >>passwd
mount -t tmpfs none /var/lib
skerry init --trust "$VENDOR" >without
rm -r /var/lib/skerry
mount --bind passwd /etc/passwd
skerry init --trust "$VENDOR" >with
stat -c '%u %a' /var/lib/skerry /var/lib/skerry/site.key >modes
rm -r /var/lib/skerry
mkdir -m 755 /var/lib/skerry
skerry init --trust "$VENDOR" >/dev/null
stat -c '%u %a' /var/lib/skerry >>modes
rm -r /var/lib/skerry
skerry restore "$T/hotel.backup" >/dev/null
stat -c '%u %a' /var/lib/skerry /var/lib/skerry/site.key >>modes
END
if ! unshare -m sh -c 'mount -t tmpfs none /var/lib' 2>/dev/null; then
	echo 'skipped: no file systems may be mounted here'
	exit 0
fi
exits 0 env -u SKERRY_STATE VENDOR="$VENDOR" T="$T" unshare -m sh world.sh
says '^ +owner +root$' without
says 'useradd --system' without
says '^ +owner +skerry$' with
is "$(tr '\n' ' ' <modes)" '4321 700 4321 600 4321 700 4321 700 4321 600 '
ok 'the usual folder is user skerry'"'"'s where there is one'
