# SPDX-License-Identifier: ISC
# Sourced by the examples: programs from $SKERRY_BIN (else build/), a folder that is removed at the
# end unless KEEP names one, and words to show what happens.
# shellcheck shell=sh
set -eu
: "${SKERRY_BIN:=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)/build}"
PATH=$SKERRY_BIN:$PATH
unset SKERRY_STATE SKERRY_DESK SKERRY_OPERATOR
if [ -n "${KEEP:-}" ]; then
	mkdir -p "$KEEP"
	stage=$(CDPATH='' cd -- "$KEEP" && mktemp -d "$(pwd)/$(basename -- "$0" .sh)-XXXXXX")
else
	stage=$(mktemp -d)
	trap 'rm -rf "$stage"' EXIT
	trap 'exit 130' INT TERM
fi
export XDG_STATE_HOME="$stage/state-home"
cd "$stage"

# scene WHERE TEXT: what the next commands are about.
scene() {
	printf '\n%s: %s\n' "$1" "$2"
}

# A command as somebody would type it.
show() {
	printf '  $'
	for word; do
		case $word in
		*[!A-Za-z0-9_./:=@%+,-]* | '') printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
}

# run COMMAND...: shows it, runs it, shows what it says.
run() {
	show "$@"
	"$@" >.said 2>&1 || {
		sed 's/^/    /' .said
		exit 1
	}
	sed 's/^/    /' .said
	rm -f .said
}

# answers CODE COMMAND...: the same for one that must end with that exit code.
answers() {
	wanted=$1 answer=0
	shift
	show "$@"
	"$@" >.said 2>&1 || answer=$?
	sed 's/^/    /' .said
	rm -f .said
	[ "$answer" = "$wanted" ] || {
		echo "    ... and should have ended with $wanted (exit $answer)"
		exit 1
	}
}

# says_no COMMAND...: one that must answer no.
says_no() {
	answers 1 "$@"
}
