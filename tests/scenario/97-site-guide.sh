#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: what the guide for technicians quotes by symptom is what the programs say, so that somebody who searches it for the words on the screen finds them.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
guide=$ROOT/docs/guide/site.md
sed -n '/^## By symptom$/,/^## Why, and what if$/p' "$guide" >section
[ "$(grep -c '^| \*' section)" -ge 15 ] || fail 'the guide has lost its symptoms'

# The words of programs stand in italics. Sources break a sentence over lines.
find "$ROOT/verifier" "$ROOT/formats" -name '*.c' -exec cat {} + | tr -d '\n\t' | sed 's/" *"//g' >said
grep -o '\*[^*|]*\*' section | tr -d '*' | sed 's/4711/%ld/' | while read -r quoted; do
	# A value between two pieces.
	echo "$quoted" | sed 's/ \.\.\.,\{0,1\} /\n/g'
done | sort -u >pieces
[ "$(wc -l <pieces)" -ge 20 ] || fail 'no words are left to look for'
while read -r piece; do
	case $piece in
	Call | 'clock behind') continue ;; # a heading of names; made of two words
	esac
	grep -qF -- "$piece" said || fail "no program says '$piece'"
done <pieces
ok 'each symptom is in the words of the programs'

grep -o '](#[a-z-]*)' section | tr -d '](#)' | sort -u | while read -r anchor; do
	sed -n 's/^## //p' "$guide" | tr 'A-Z ' 'a-z-' | tr -d ',' | grep -qx "$anchor" || fail "no section '$anchor'"
done
ok 'each link leads to a section of the guide'

# The fingerprint that is shown there weighs what the program says.
skerry fingerprint --sysroot "$ROOT/tests/corpus/machines/laptop" | awk '$3 == "present" { print $1, $4 }' | sort -u >weights
[ "$(wc -l <weights)" -ge 5 ] || fail 'no weights to compare with'
sed -n '/^component /,/^```/p' "$guide" | awk '$3 == "present" { print $1, $4 }' | sort -u >quoted-weights
[ "$(wc -l <quoted-weights)" -ge 5 ] || fail 'the guide shows no fingerprint'
while read -r row; do
	grep -qx "$row" weights || fail "the guide says '$row'"
done <quoted-weights
# And so do the tables of the man page.
while read -r component weight; do
	grep -q "^\.It $component Ta $weight Ta " "$ROOT/docs/man/skerry.1" || fail "skerry.1 does not say $component $weight"
done <weights
ok 'the weights of the guide and of the man page are those of the program'
