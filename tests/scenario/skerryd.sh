# SPDX-License-Identifier: ISC
# Sourced after hotel_desk.sh: a skerryd for $SKERRY_STATE, ended with the scenario. $SOCKET is its socket: a short path, whatever TMPDIR is.
# shellcheck shell=sh
SOCKET=$T/s
[ ${#SOCKET} -lt 100 ] || fail "TMPDIR is too long for a socket: $T"
daemon=

# daemon_begins ARGUMENTS: starts it, its log in daemon.log, and waits until it is ready.
daemon_begins() {
	: >daemon.log
	beside skerryd --state "$SKERRY_STATE" --socket "$SOCKET" "$@" 2>>daemon.log
	daemon=$!
	until_true daemon_is_ready
	[ -n "$daemon" ] || {
		cat daemon.log >&2
		fail 'skerryd does not start'
	}
}
daemon_is_ready() {
	grep -q 'event=ready ' daemon.log && return
	kill -0 "$daemon" || daemon=
	[ -z "$daemon" ]
}

# daemon_ends: by SIGTERM, and wants exit 0.
daemon_ends() {
	kill "$daemon"
	over "$daemon" || fail "skerryd ended with $?"
}

# daemon_killed: without a word.
daemon_killed() {
	kill -9 "$daemon"
	over "$daemon" 2>/dev/null || :
}

# call PATH [CURL ARGUMENTS]: body to out, its status to standard output. curl goes by the true clocks: it waits.
call() {
	call_path=$1
	shift
	LD_PRELOAD='' curl -s -o out -w '%{http_code}\n' --max-time 10 --unix-socket "$SOCKET" "$@" "http://localhost$call_path"
}
