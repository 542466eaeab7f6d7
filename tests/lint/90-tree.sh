#!/bin/sh
# What the house does not have: files without a license line, rooms without a name, huge files, things left for later, paths of
# somebody's machine, secrets.
set -eu
bad=0
# Captured machines are links and devices' words, not files of ours.
files=$(git ls-files --cached --others --exclude-standard | grep -v -e '^tests/lint/90-tree.sh$' -e '^tests/corpus/machines/')

report() {
	[ -z "$2" ] || {
		printf '%s:\n%s\n' "$1" "$2"
		bad=1
	}
}

code=$(printf '%s\n' "$files" | grep -E '\.[ch]$')
product=$(printf '%s\n' "$code" | grep -v '^tests/')
# shellcheck disable=SC2086
{
	report 'no SPDX line' "$(grep -L 'SPDX-License-Identifier: ISC' $code || :)"
	report 'over 600 lines' "$(wc -l $code | awk '$2 != "total" && $1 > 600')"
	report 'left for later' "$(grep -nE '\b(TODO|FIXME|HACK)\b' $files || :)"
	report "a machine's path" "$(grep -nIE '(^|[^A-Za-z0-9_.])/(work|home|root)/' $files || :)"
	report 'a package registry' "$(grep -nIE 'registry\.[a-z]+js|deb\.debian\.org|pypi\.org' $files || :)"
	report 'a banned call' "$(grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|atoi|atol|system|tmpnam|mktemp|rand)\(' $product || :)"
}
report 'a room without a name' "$(printf '%s\n' "$files" | grep -E '(^|/)(util|utils|common|misc|helpers?|types)\.[ch]$' || :)"
report 'a secret key' "$(printf '%s\n' "$files" | grep -E '\.key$' || :)"
report 'stands at the top and should not' "$(printf '%s\n' "$files" | grep -v / | grep -vE '^(\..*|Makefile|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$' || :)"
[ "$bad" = 0 ] && echo 'ok tree'
