#!/bin/sh
# Whatever the desk writes into its audit log stands in the tables of test_issuer_brand_guard.c: who may do it is tested.
set -eu

# lacking BEFORE AFTER: each word on standard input that does not stand there between the two.
lacking() {
	while read -r word; do
		grep -qF "$1$word$2" tests/unit/test_issuer_brand_guard.c || echo "$word"
	done
}

# Names of files, and what a statement selects, are spelled alike.
actions=$(grep -rhoE '"[a-z]+\.[a-z_%]+"' issuer --include='*.c' | sort -u | tr -d '"' |
	grep -vE '^[a-z]\.|\.(h|db|csv)$' |
	grep -vx 'desk\.key\|desk\.mark\|vendor\.manifest\|starter\.license\|request\.written\|site\.%s' |
	lacking '{ "' '", ')
subjects=$(grep -rhE 'snprintf\((ret_)?subject,' -A1 issuer --include='*.c' | grep -oE '"[a-z ]+ %' | sort -u |
	tr -d '"%' | grep -vx 'row ' | sed 's/ $//' | lacking '"' ' "')
[ -z "$actions$subjects" ] || {
	printf 'not in test_issuer_brand_guard.c:\n%s\n%s\n' "$actions" "$subjects"
	exit 1
}
echo 'ok audit actions'
