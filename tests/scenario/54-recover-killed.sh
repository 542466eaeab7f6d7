#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: backup, recover and the closing of a desk, killed before every single step that
# reaches the disk, leave a desk that can be recovered and notices the next restore, whole backups or
# none, and a key that somebody can unlock.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
export SKERRY_DESK="$T/desk"
(umask 077 && echo 'horse of owner' >owner)

# Ends the program before its KILL_AT-th step.
cat >kill.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void
step(void)
{
	static int count;
	const char *at = getenv("KILL_AT");

	if (at != NULL && ++count == atoi(at))
		kill(getpid(), SIGKILL);
}

#define STEP(name, parameters, arguments) \
	int name parameters \
	{ \
		int (*real) parameters = (int (*) parameters)dlsym(RTLD_NEXT, #name); \
		step(); \
		return real arguments; \
	}

STEP(fsync, (int fd), (fd))
STEP(fdatasync, (int fd), (fd))
STEP(unlink, (const char *path), (path))
STEP(rename, (const char *from, const char *to), (from, to))
STEP(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
C
if ! "${CC:-cc}" -shared -fPIC -o kill.so kill.c -ldl 2>said ||
	! LD_PRELOAD="$T/kill.so${LD_PRELOAD:+:$LD_PRELOAD}" skerry-issuer --version >/dev/null 2>&1; then
	cat said >&2
	echo 'skipped: no program can be ended at a chosen step here'
	exit 0
fi

# killed N COMMAND...: whether it was ended at step N; else it has done its work.
killed() {
	at=$1
	shift
	got=0
	KILL_AT=$at LD_PRELOAD="$T/kill.so${LD_PRELOAD:+:$LD_PRELOAD}" "$@" >said 2>&1 || got=$?
	[ "$got" != 137 ] || return 0
	[ "$got" = 0 ] || {
		cat said >&2
		fail "exit $got at step $at: $*"
	}
	return 1
}
# steps N: so many were there, each was tried, and a test that ended none would not show anything.
steps() {
	[ "$1" -gt 5 ] || fail "only $1 steps"
}

skerry-issuer init --no-passphrase >/dev/null
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/island --activations 64 >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)
exits 0 skerry-issuer backup early.backup
for name in one two three; do
	skerry-issuer license issue "$KEY" --domain "$name.example" --out day.license --force --json >day.json
done
cp -R desk evening
cp -R "$XDG_STATE_HOME" evening-state
back() {
	rm -rf desk "$XDG_STATE_HOME"
	cp -R evening desk
	cp -R evening-state "$XDG_STATE_HOME"
}

# later FILE: the numbers in `out` are none of those that FILE tells.
later() {
	[ "$(jq .status_index out)" -gt "$(jq .status_index "$1")" ] || fail "an index twice, step $n"
	[ "$(jq .activation out)" -gt "$(jq .activation "$1")" ] || fail "an activation twice, step $n"
	[ "$(jq .edition out)" -gt "$(jq .edition "$1")" ] || fail "an edition twice, step $n"
}
issue() {
	exits "$1" skerry-issuer license issue "$KEY" --domain "$2.example" --out new.license --force --json
}
# goes_on: the next numbers are none of the day's.
goes_on() {
	issue 0 four
	later day.json
}
# notices_again: put back once more, the desk notices that too.
notices_again() {
	cp out new.json
	cp desk/issuer.db second.db
	issue 0 five
	cp out new.json
	cp second.db desk/issuer.db
	issue 2 six
	says store_behind out
	exits 0 skerry-issuer recover
	says 'is missing, 1 change' out
	issue 0 seven
	later new.json
}

# The two long ones take every third step, each others; with SKERRY_SOAK all of them.
each=3
[ -z "${SKERRY_SOAK:-}" ] || each=1

n=1
whole=0
while killed $n skerry-issuer backup "$n.backup"; do
	if [ -e "$n.backup" ]; then
		whole=$((whole + 1))
		exits 0 skerry-issuer recover "$n.backup" --desk "from-$n"
		exits 0 skerry-issuer license show "$KEY" --desk "from-$n"
	fi
	rm -rf "$n.backup" "from-$n"
	n=$((n + 1))
done
steps $n
ok "backup killed at each of $((n - 1)) steps is whole ($whole times) or not there"

n=1
gone_on=0
while back && cp early.backup desk/issuer.db && killed $n skerry-issuer recover; do
	# After its commit it goes on by itself, though the old mark may still stand.
	if skerry-issuer brand set hotelhub --name HotelHub >/dev/null 2>&1; then
		gone_on=$((gone_on + 1))
	else
		exits 0 skerry-issuer recover
		says 'is missing' out
	fi
	goes_on
	notices_again
	n=$((n + 1))
done
steps $n
[ "$gone_on" -gt 0 ] || fail 'never killed between the commit and the mark'
ok "recover killed at each of $((n - 1)) steps, $gone_on of them after its commit: it goes on, and notices the next restore"

n=1
while back && rm desk/issuer.db && killed $n skerry-issuer recover early.backup; do
	[ -e desk/issuer.db ] || exits 0 skerry-issuer recover early.backup
	exits 0 skerry-issuer recover
	goes_on
	n=$((n + each))
done
steps $n
ok "recover FILE killed at every $each. of $((n - 1)) steps: again, it goes on"

n=$each
while back && killed $n skerry-issuer recover early.backup --force; do
	[ -e desk/issuer.db ] || exits 0 skerry-issuer recover early.backup
	exits 0 skerry-issuer recover
	cp evening/issuer.db here
	# Before the old one was set aside it is whole, with all that it committed.
	if [ -e desk/issuer.db.before-recover ]; then
		is "$(sqlite3 desk/issuer.db.before-recover 'SELECT max(seq) FROM audit')" "$(sqlite3 here 'SELECT max(seq) FROM audit')"
	fi
	is "$(sqlite3 desk/issuer.db 'PRAGMA journal_mode')" wal
	goes_on
	n=$((n + each))
done
steps $n
ok "recover FILE --force killed at every $each. of $((n - 1)) steps: the old database stays whole"

n=1
while back && killed $n skerry-issuer operator set owner --new-passphrase-file owner; do
	skerry-issuer brand set hotelhub --name open >/dev/null 2>&1 ||
		exits 0 skerry-issuer brand set hotelhub --name closed --passphrase-file owner
	n=$((n + 1))
done
steps $n
[ ! -e desk/desk.key ] || fail 'the key lies open'
ok "closing a desk, killed at each of $((n - 1)) steps: open or closed, never lost"
