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

"$BUILD/corpus" "$T/corpus" >/dev/null

# case_at NAME COLUMN: what the table has there.
case_at() {
	awk -F '\t' -v name="$1" -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		$1 == name { print $at[column] }' corpus/cases.tsv
}

# until_answers COMMAND...: tries it until it succeeds, for 10 s at most.
until_answers() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || fail "no answer: $*"
		sleep 0.05
	done
}
