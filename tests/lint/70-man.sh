#!/bin/sh
# Man pages are well-formed, and name every verb that their program's --help names.
set -eu
for page in docs/man/*.[1-8]; do
	mandoc -T lint -W warning "$page"
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
