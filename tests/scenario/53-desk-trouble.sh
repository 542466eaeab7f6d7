#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a desk of a newer program, in a folder that cannot be written, on a full disk, or with a clock
# two years ahead says so in a sentence, and nothing is half done.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"

# Without the database's own leftovers, which hold nothing.
digest() {
	(cd "$1" && find . -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort | sha256sum)
}
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$T/theirs" XDG_STATE_HOME= "$@"
	else
		"$@"
	fi
}
fill() {
	skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' "$@" >/dev/null
	skerry-issuer product add hotelhub/hms "$@" >/dev/null
	skerry-issuer plan add hotelhub/hms/island --activations 64 "$@" >/dev/null
	skerry-issuer customer add hotelhub owner@grand.example "$@" >/dev/null
}
new='license new hotelhub/hms/island --customer owner@grand.example'

skerry-issuer init --no-passphrase >/dev/null
fill
# shellcheck disable=SC2086
KEY=$(skerry-issuer $new)
exits 0 skerry-issuer backup now.backup

cp -R desk newer
sqlite3 newer/issuer.db 'PRAGMA user_version = 99' >/dev/null
cp now.backup newer.backup
sqlite3 newer.backup 'PRAGMA user_version = 99' >/dev/null
before=$(digest newer)
for verb in "$new" 'license list' 'backup x.backup' recover 'clock confirm' 'operator list' \
	'recover now.backup' 'recover now.backup --force'; do
	# shellcheck disable=SC2086
	exits 2 skerry-issuer $verb --desk newer
	says '\[store_version\]' err
	says 'Update this program' err
done
is "$(digest newer)" "$before"
exits 2 skerry-issuer recover newer.backup --desk fresh
says '\[store_version\]' err
[ ! -e fresh ] || fail 'a desk was made of a newer database'
[ ! -e x.backup ] || fail 'a backup was made of a newer database'
ok 'a database of a newer program is not touched'

chmod 755 "$T"
mkdir theirs
cp -R desk theirs/desk
[ "$(id -u)" != 0 ] || chown -R 65534 theirs
if as_nobody skerry --version >/dev/null 2>&1; then
	before=$(digest theirs/desk)
	chmod 500 theirs/desk
	chmod 400 theirs/desk/issuer.db
	for verb in "$new" "license issue $KEY --unbound --out $T/theirs/x.license" \
		'brand set hotelhub --name x' 'clock confirm' 'operator set owner --name x'; do
		# shellcheck disable=SC2086
		exits 2 as_nobody skerry-issuer --desk "$T/theirs/desk" $verb
		says 'file_permission|store' err
		is "$(grep -vc 'stale' out || :)" 0
	done
	[ ! -e theirs/x.license ] || fail 'a license that is not recorded'
	chmod 700 theirs/desk
	chmod 600 theirs/desk/issuer.db
	is "$(digest theirs/desk)" "$before"
	# The mark alone cannot be written: found before anything is done.
	chmod 400 theirs/desk/desk.mark
	# shellcheck disable=SC2086
	exits 2 as_nobody skerry-issuer --desk "$T/theirs/desk" $new
	says 'desk.mark' err
	says 'file_permission' err
	is "$(digest theirs/desk)" "$before"
	exits 2 as_nobody skerry-issuer --desk "$T/theirs/desk" backup "$T/x.backup"
	exits 0 as_nobody skerry-issuer --desk "$T/theirs/desk" backup "$T/theirs/x.backup"
	ok 'a folder that cannot be written is told, and nothing is done'
else
	echo 'skipped: a folder without rights needs programs that everybody may run'
fi

# How large a file may get stands for how full the disk is, from nothing left to nearly enough.
(
	trap '' XFSZ
	kib=0
	size=$(($(stat -c %s desk/issuer.db) / 1024))
	while [ "$kib" -lt "$size" ]; do
		(
			ulimit -f $((kib * 2))
			! said=$(skerry-issuer backup full.backup 2>&1) || exit 0
			case $said in *'[io]'*) ;; *) exit 1 ;; esac
			[ ! -e full.backup ] || exit 1
		) || fail "a backup on a full disk, $kib KiB"
		rm -f full.backup
		(
			ulimit -f $((kib * 2))
			! said=$(skerry-issuer recover now.backup --desk full 2>&1) || exit 0
			case $said in *'[io]'*) ;; *) exit 1 ;; esac
			[ ! -e full ] || exit 1
		) || fail "recover on a full disk, $kib KiB"
		rm -rf full
		kib=$((kib * 2 + 8))
	done
)
is "$(find . -name '.skerry*' -o -name '*new-*' -o -name 'recover-*' | wc -l | tr -d ' ')" 0
before=$(digest desk)
(
	trap '' XFSZ
	ulimit -f 0
	# shellcheck disable=SC2086
	skerry-issuer $new >/dev/null 2>&1
) && fail 'sold on a full disk'
is "$(digest desk)" "$before"
exits 0 skerry-issuer operator list
ok 'a full disk leaves desk, backup and folder as they were'

export SKERRY_DESK="$T/clock"
skerry-issuer init --no-passphrase --at 2027-01-15T08:00:00Z >/dev/null
fill --at 2027-01-15T08:00:00Z
before=$(digest clock)
ahead=2029-01-16T08:00:00Z
# shellcheck disable=SC2086
exits 2 skerry-issuer $new --at $ahead
says '732 days after' err
says 'clock confirm' err
is "$(digest clock)" "$before"
exits 0 skerry-issuer clock confirm --at $ahead
says '732 days after its last entry of 2027-01-15T08:00:00Z' out
says 'Everything it signs from now on is dated so' out
# It was wrong after all: said again in time, nothing has been dated so.
# shellcheck disable=SC2086
exits 2 skerry-issuer $new --at 2027-01-15T08:05:00Z
says '731 days before' err
exits 0 skerry-issuer clock confirm --at 2027-01-15T08:05:00Z
# shellcheck disable=SC2086
key=$(skerry-issuer $new --at 2027-01-15T08:06:00Z)
exits 0 skerry-issuer license issue "$key" --unbound --out now.license --json --at 2027-01-15T08:06:00Z
[ "$(jq .edition out)" -lt 1850000000 ] || fail 'an edition of two years ahead'
exits 0 skerry-issuer clock confirm --at 2027-01-15T08:07:00Z
! grep -q 'Everything it signs' out || fail 'a minute is told as a jump'
ok 'a clock two years ahead stops the desk, and a wrong word is taken back'
