# SPDX-License-Identifier: ISC
# Sourced by every scenario: a temporary folder as $T and as the current one, the programs on PATH, and words to test with.
# shellcheck shell=sh
set -eu
: "${BUILD:?BUILD must name the build folder}"
# shellcheck disable=SC2034
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
PATH=$BUILD:$PATH
export LC_ALL=C.UTF-8 TZ=UTC
unset SKERRY_STATE SKERRY_DESK SKERRY_OPERATOR NO_COLOR 2>/dev/null || :
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export XDG_STATE_HOME="$T/state-home"
cd "$T"

# ok NAME: what has just been shown holds.
ok() {
	printf 'ok %s\n' "$*"
}

# fail TEXT: ends the scenario.
fail() {
	printf 'FAIL %s\n' "$*" >&2
	exit 1
}

# exits CODE COMMAND...: runs it with output in out and err, and wants that exit code.
exits() {
	want=$1
	shift
	got=0
	"$@" >out 2>err || got=$?
	[ "$got" = "$want" ] || {
		cat out err >&2
		fail "exit $got instead of $want: $*"
	}
}

# says PATTERN FILE: the file has a line with that extended regular expression.
says() {
	grep -Eq -- "$1" "$2" || {
		cat "$2" >&2
		fail "no line says '$1' in $2"
	}
}

# is ACTUAL EXPECTED
is() {
	[ "$1" = "$2" ] || fail "'$1' instead of '$2'"
}
