# SPDX-License-Identifier: ISC
# Sourced by the tests of clients: the words of the scenarios, and the corpus in $T/corpus.
# shellcheck shell=sh disable=SC2034
CLIENTS=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$CLIENTS/../scenario/lib.sh"

# needs PROGRAM: or it cannot run here.
needs() {
	command -v "$1" >/dev/null || {
		echo "skipped: $1 is not installed"
		exit 0
	}
}

"$BUILD/corpus" "$T/corpus" "$CLIENTS/../corpus/armor" >/dev/null

# case_at NAME COLUMN: what the table has there.
case_at() {
	awk -F '\t' -v name="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		$1 == name { print $at[column] }' corpus/cases.tsv
}

# differs_nowhere COMMAND...: it tells each case of the corpus as the C library does, without a word beside it.
differs_nowhere() {
	"$@" >out 2>err || {
		grep -v '^ok' out >&2 || :
		cat err >&2
		fail "differs: $*"
	}
	[ ! -s err ] || fail "$(cat err)"
	is "$(grep -c '^ok' out)" "$(($(wc -l <corpus/cases.tsv) - 1))"
	ok "$* tells $(wc -l <out) cases as the C library does"
}

# with_daemon COMMAND...: calls it with a socket, the corpus and the file that says what answers there.
with_daemon() {
	echo good >mode
	beside php "$CLIENTS/fake_daemon.php" "$T/s" corpus "$T/mode" 2>server.log
	until_true test -S s
	"$@" "$T/s" corpus "$T/mode" 2>err || {
		cat err server.log >&2
		fail "a daemon that is not always one: $*"
	}
	[ ! -s err ] || fail "$(cat err)"
}

# compile_java: into $T/classes; skerry_java then is the test's own program.
compile_java() {
	javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -Xlint:all -Werror -d classes "$CLIENTS/../../verifier/clients/java/Skerry.java" "$CLIENTS/JavaClient.java" || fail 'javac'
}
skerry_java() {
	java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp classes JavaClient "$@"
}
