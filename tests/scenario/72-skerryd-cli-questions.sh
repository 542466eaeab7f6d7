#!/bin/sh
# Goal: whoever may use skerryd's socket asks with `skerry` as the folder's owner does, and is told the same: every verb that asks,
# in words and in JSON, its yes, its no and its errors. Where no daemon answers, the folder does.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
umask 022
chmod 755 "$T"
# Seconds go by between two calls, each list of components has a salt of its own, and who has a seat the daemon alone knows.
steady() {
	sed -E 's/T[0-9]{2}:[0-9]{2}:[0-9]{2}/T/g; s/"(salt|hash)":"[0-9a-f]+"/"\1"/g; s/"used":(0|null)/"used"/'
}

# ask WHERE ARGUMENT...: WHERE is the socket, or nothing for the folder.
ask() {
	where=$1
	shift
	got=0
	$as skerry --socket "$where" "$@" >raw 2>err.raw || got=$?
	printf 'exit %s\n' "$got" | cat raw - | steady >out
	steady <err.raw >err
}

# same ARGUMENT...: by the folder and by the socket; twice, for midnight may be in between.
same() {
	for time in 1 2; do
		as='' && ask '' "$@"
		mv out folder.out && mv err folder.err
		as=$who && ask "$SOCKET" "$@"
		if cmp -s out folder.out && cmp -s err folder.err; then return; fi
		[ "$time" = 1 ] || {
			diff folder.out out >&2 || :
			diff folder.err err >&2 || :
			fail "the socket says something else: $*"
		}
	done
}

every_question() {
	for language in en id; do
		same status --language "$language"
		same why --product hms --language "$language"
		same check till --product hms --language "$language"
		same clock --language "$language"
	done
	for json in '' --json; do
		# shellcheck disable=SC2086
		{
			same status $json --product hms
			same status $json --product none --tenant 'a&b=c %41'
			same status $json --custom one --custom 'two & three' --install-path /opt/hms --build-date 2026-02-03 --product pos
			same why $json --product hms
			same why $json --product pos --at 2031-01-01
			same why $json --product pos --at 2019-01-01
			same what-if $json --product hms --at 2029-01-01
			same what-if $json --product hms --without mac --without disk_serial
			same check $json channel_manager --product hotelhub/hms
			same check $json till --product hms
			same check $json till --product pos --read
			same check $json till --product none
			same check $json 'a/b?c#d' --product pos
			same limit $json max_rooms --product hms
			same limit $json channel_manager --product hms
			same limit $json max_rooms --product none
			same fingerprint $json --custom one
			same clock $json
			same journal list $json --after 1 --limit 3
			same check $json till
		}
	done
	same status --json
}

open_desk
desk product add hotelhub/pos --name 'HotelHub POS' >/dev/null
desk plan add hotelhub/pos/basic --renew-every never --feature till >/dev/null
chain chain.asc
key=$(sell hotelhub/hms/island hotelhub/pos/basic)
desk license issue "$key" --product hms --unbound --out hms.license >/dev/null 2>&1
desk license issue "$key" --product pos --unbound --out pos.license >/dev/null 2>&1
exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc hms.license pos.license

exits 2 skerry --socket "$SOCKET" status
says 'no_daemon' err
exits 2 skerry --socket "$SOCKET" status --json
is "$(jq -r .error.code out)" no_daemon
exits 0 env SKERRY_SOCKET="$SOCKET" skerry check till --product pos
ok 'a socket that was named with --socket is asked or told to be silent; without one the folder answers'

daemon_begins
who=
every_question
exits 0 skerry --socket "$SOCKET" status --product hms --json
is "$(jq .seats.used out)" 0
ok 'every question is answered alike by the folder and by the socket'

# What no folder could tell: the state folder is nobody's business any more.
is "$(cat state/skerryd.socket)" "$SOCKET"
as='' && ask "$SOCKET" --state "$T/nowhere" check till --product pos
says '^yes$' out
exits 0 env SKERRY_SOCKET="$SOCKET" skerry --state "$T/nowhere" limit max_rooms --product hms
is "$(cat out)" 100
ok 'the folder says where its daemon is'

before=$(sqlite3 state/site.db "SELECT count(*) FROM journal WHERE kind = 'verdict'")
for time in 1 2 3; do
	exits 0 skerry --socket "$SOCKET" check till --product pos
	exits 0 skerry --socket '' check till --product pos
	exits 0 skerry --socket "$SOCKET" status --product pos
	exits 0 skerry --socket '' status --product pos
done
is "$(sqlite3 state/site.db "SELECT count(*) FROM journal WHERE kind = 'verdict'")" "$before"
is "$(sqlite3 state/site.db "SELECT count(*) FROM journal WHERE kind = 'verdict' AND subject LIKE '%domain=%'")" 0
ok 'one answer is one row of the journal, whoever asks'

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chgrp nogroup "$SOCKET" && chmod 660 "$SOCKET"
	who='setpriv --reuid=nobody --regid=nogroup --clear-groups'
	if $who skerry --version >/dev/null 2>&1; then
		exits 2 $who skerry --socket '' status
		who="$who env SKERRY_STATE=$T/state"
		same status
		same status --json --product hms
		same why --product hms
		same what-if --product hms --at 2029-01-01
		same check till --product hms
		same limit max_rooms --product hms
		same clock
		same journal list
		chgrp root "$SOCKET"
		exits 2 $who skerry --socket "$SOCKET" status
		says 'group' err
		ok 'a user who may not read the folder asks through the socket, where his group lets him'
	else
		echo 'skipped: another user cannot run these programs'
	fi
else
	echo 'skipped: only root can ask as somebody else'
fi

daemon_ends
exits 0 skerry check till --product pos
[ ! -e state/skerryd.socket ] || fail 'the pointer stays behind a daemon that has ended'
ok 'when the daemon has ended the folder answers'

# Whatever else listens there is told apart from a daemon, and the folder's own words are none of its.
printf '%s\n' "$T/nobody" >state/skerryd.socket
exits 0 skerry check till --product pos
printf 'relative\n' >state/skerryd.socket
exits 0 skerry check till --product pos
head -c 5000 /dev/zero | tr '\0' / >state/skerryd.socket
exits 0 skerry check till --product pos
ok 'a pointer that leads nowhere is no hindrance'
