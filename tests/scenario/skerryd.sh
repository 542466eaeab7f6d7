# SPDX-License-Identifier: ISC
# Sourced after hotel_desk.sh: a skerryd for $SKERRY_STATE, ended with the scenario. $SOCKET is its socket: a short path, whatever TMPDIR is.
# shellcheck shell=sh
SOCKET=$T/s
[ ${#SOCKET} -lt 100 ] || fail "TMPDIR is too long for a socket: $T"
daemon=
trap 'daemon_killed; rm -rf "$T"' EXIT

# daemon_begins ARGUMENTS: starts it, its log in daemon.log, and waits until it is ready.
daemon_begins() {
	: >daemon.log
	skerryd --state "$SKERRY_STATE" --socket "$SOCKET" "$@" 2>daemon.log &
	daemon=$!
	until_says 'event=ready ' daemon.log
}

# daemon_ends: by SIGTERM, and wants exit 0.
daemon_ends() {
	kill "$daemon"
	wait "$daemon" || fail "skerryd ended with $?"
	daemon=
}

# daemon_killed: without a word.
daemon_killed() {
	[ -z "$daemon" ] || {
		kill -9 "$daemon" 2>/dev/null || :
		wait "$daemon" 2>/dev/null || :
	}
	daemon=
}

# until_true COMMAND...: waits until it succeeds, ten seconds at most; time on a machine of machine.sh stands still meanwhile.
until_true() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 500 ] || fail "never true: $*"
		sleep 0.02
	done
}

# until_says PATTERN FILE
until_says() {
	until_true grep -Eq -- "$1" "$2" || :
}

# call PATH [CURL ARGUMENTS]: body to out, its status to standard output. curl goes by the true clocks: it waits.
call() {
	call_path=$1
	shift
	LD_PRELOAD='' curl -s -o out -w '%{http_code}\n' --max-time 10 --unix-socket "$SOCKET" "$@" "http://localhost$call_path"
}
