#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every verb of every program has help, with an example, that a terminal of 80 columns can show.
# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname -- "$0")/lib.sh"

fits() {
	awk 'length($0) > 80 { print FILENAME ": " $0; wide = 1 } END { exit wide }' "$@" >&2 || fail 'wider than 80 columns'
}

for program in skerry skerry-keys skerry-issuer; do
	exits 0 "$program" --help
	fits out
	sed -n 's/^  \([a-z][a-z-]*\( [a-z][a-z]*\)\{0,1\}\)  .*/\1/p' out >verbs
	[ "$(wc -l <verbs)" -gt 9 ] || fail "$program has more verbs than these: $(cat verbs)"
	while read -r verb; do
		# shellcheck disable=SC2086
		exits 0 "$program" $verb --help
		fits out
		says "^usage: $program $verb( |\$)" out
		says '^[Ee]xample:' out
		# Its callers know 2 as CRITICAL.
		[ "$verb" = monitor ] && misuse=3 || misuse=2
		# shellcheck disable=SC2086
		exits "$misuse" "$program" $verb --no-such-option
		says "there is no option '--no-such-option'" err
		says "'$program $verb --help' tells more" err
		fits err
	done <verbs
	ok "$program: every verb"
done
exits 0 skerryd --help
fits out
says '^Example:' out
ok skerryd
