#!/bin/sh
# Man pages are well-formed, and name every verb that their program's --help names; skerryd's also every option, key, event and call.
set -eu
for page in docs/man/*.[1-8]; do
	mandoc -T lint -W warning "$page"
	# A quote within a quote, and an ampersand that is swallowed: well-formed, and not what is meant.
	if grep -nE 'Ql .* Ql |[[:alnum:]]\\&[[:alnum:]]' "$page"; then exit 1; fi
	echo "ok $page"
done
for program in skerry skerry-issuer skerry-keys; do
	mandoc -T utf8 "docs/man/$program.1" | col -b >"$B/man.txt"
	"$B/$program" --help | sed -n 's/^  \([a-z][a-z-]*\( [a-z][a-z]*\)\{0,1\}\)  .*/\1/p' | while read -r verb; do
		grep -qE "(^|[ (])$verb([ ,.)]|$)" "$B/man.txt" || {
			echo "docs/man/$program.1 does not document '$verb'"
			exit 1
		}
	done
	echo "ok $program.1 names every verb"
done

mandoc -T utf8 docs/man/skerryd.8 | col -b >"$B/man.txt"
{
	"$B/skerryd" --help | grep -oE '^  (--[a-z-]+|-n)' | sed 's/^  //'
	sed -n '/ KEYS\[\]/,/^};/s/^[[:space:]]*{ "\([a-z_]*\)".*/\1/p' verifier/daemon/config.c
	cat verifier/daemon/*.c verifier/daemon/*/*.c | tr -d '\n' | grep -oE 'log_event\([^;"]*"[a-z_]+"' | sed 's/.*"\(.*\)"/\1/'
	sed -n 's/^[[:space:]]*{ HTTP_\([A-Z]*\), ROUTE_[A-Z]*, "\([^":]*\).*/\1 \2/p' verifier/daemon/calls/routes.c
} >"$B/man.words"
[ "$(wc -l <"$B/man.words")" -gt 60 ] || {
	echo 'tests/lint/70-man.sh finds no options, keys, events and calls of skerryd'
	exit 1
}
while read -r word; do
	grep -qE -e "(^|[ ,(])$word([ ,:.*]|\$|[A-Z])" "$B/man.txt" || {
		echo "docs/man/skerryd.8 does not document '$word'"
		exit 1
	}
done <"$B/man.words"
echo 'ok skerryd.8 names every option, key, event and call'
