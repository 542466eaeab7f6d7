# SPDX-License-Identifier: ISC
# Sourced by every scenario: a temporary folder as $T and as the current one, the programs on PATH, and words to test with.
# shellcheck shell=sh
set -eu
: "${BUILD:?BUILD must name the build folder}"
# shellcheck disable=SC2034
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
PATH=$BUILD:$PATH
export LC_ALL=C.UTF-8 TZ=UTC
unset SKERRY_STATE SKERRY_SOCKET SKERRY_DESK SKERRY_OPERATOR NO_COLOR 2>/dev/null || :
T=$(mktemp -d)
beside=
trap 'end_beside; rm -rf "$T"' EXIT
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

# beside COMMAND...: runs it beside the scenario, which it does not outlive. $! is its number.
beside() {
	"$@" &
	beside="$beside $!"
}

# over NUMBER: waits for what runs beside, and returns what it does.
over() {
	over_code=0
	wait "$1" || over_code=$?
	still=
	for number in $beside; do
		[ "$number" = "$1" ] || still="$still $number"
	done
	beside=$still
	return "$over_code"
}

end_beside() {
	for number in $beside; do
		kill -9 "$number" 2>/dev/null || :
		over "$number" 2>/dev/null || :
	done
}

# until_true COMMAND...: waits until it succeeds, two minutes at most; time on a machine of machine.sh stands still meanwhile.
until_true() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 6000 ] || fail "never true: $*"
		sleep 0.02
	done
}

# until_says PATTERN FILE
until_says() {
	until_true grep -Eq -- "$1" "$2"
}

# shown INSTANT: a pattern of it as a person is shown it, by the clock on the wall of this machine.
shown() {
	TZ=:/etc/localtime date -d "$1" +%Y-%m-%dT%H:%M:%S%:z | sed 's/+00:00$/Z/; s/[+]/[+]/'
}

# light_passphrases: from here on they cost no time, where that can be preloaded: what was made before cannot be opened any more.
light_passphrases() {
	LC_ALL=C grep -aqE '__(asan|msan|tsan)_init' "$BUILD/skerry" && return
	LD_PRELOAD=$BUILD/light_passphrase.so timeout 10 skerry-issuer --version >/dev/null 2>&1 || return 0
	LD_PRELOAD=$BUILD/light_passphrase.so
	export LD_PRELOAD
}

# sets_clocks: makes ready what shows other clocks to these programs, or ends the scenario. Sanitizers want to be loaded first, and some
# of them wait for ever when they are not. faketime itself stumbles over what one that was killed has left in /dev/shm, and says no
# more here than where its library is.
sets_clocks() {
	command -v faketime >/dev/null || {
		echo 'skipped: faketime is not installed'
		exit 0
	}
	clock_library=$(faketime -f +0d printenv LD_PRELOAD 2>/dev/null || faketime -f +0d printenv LD_PRELOAD)
	if LC_ALL=C grep -aqE '__(asan|msan|tsan)_init' "$BUILD/skerry" || ! timeout 10 env LD_PRELOAD="$clock_library" skerry --version >/dev/null; then
		echo 'skipped: faketime does not go with this build'
		exit 0
	fi
}

# all_clocks SPEC COMMAND...: wall clock and running time are moved as in `faketime -f`; wall_clock: the first alone.
all_clocks() {
	clock_spec=$1
	shift
	env LD_PRELOAD="$clock_library${LD_PRELOAD:+:$LD_PRELOAD}" FAKETIME="$clock_spec" "$@"
}
wall_clock() {
	clock_spec=$1
	shift
	env LD_PRELOAD="$clock_library${LD_PRELOAD:+:$LD_PRELOAD}" FAKETIME="$clock_spec" FAKETIME_DONT_FAKE_MONOTONIC=1 "$@"
}

# gather WANTED: what is in out, in JSON, is to be as that line says. gathered FILTER: and is, as jq shows it; all of it at once,
# since jq takes long to start.
gather() {
	cat out >>gathered-answers
	printf '%s\n' "$1" >>gathered-lines
}
gathered() {
	jq -r "$1" gathered-answers >gathered-shown
	diff gathered-lines gathered-shown >&2 || fail 'these answers are other ones'
	rm gathered-answers gathered-lines
}
