#!/bin/sh
# SPDX-License-Identifier: ISC
# `skerry verify` and the shell client say of the whole corpus what the C library says; seats are given back.
. "$(dirname "$0")/lib.sh"
. "$CLIENTS/../../verifier/clients/shell/skerry.sh"

# Proofs are not for people, a place of its own cannot be given to a program, and a build date is the library's.
awk -F '\t' 'NR > 1 && $10 == "-" && $8 == "-" { print $1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 "|" $9 "|" $NF }' corpus/cases.tsv >asked
while IFS='|' read -r name trust license product tenant domain at want; do
	set -- "corpus/$license" --trust "corpus/$trust" --product "$product" --at "$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%SZ)"
	[ "$tenant" = - ] || set -- "$@" --tenant "$tenant"
	[ "$domain" = - ] || set -- "$@" --domain "$domain"
	code=0
	skerry verify --json "$@" >>told 2>>err || code=$?
	echo "$name $want $([ "$want" = ok ] && echo 0 || echo 1) $code" >>wanted
done <asked
jq -r '.error.code // "ok"' told >codes
[ ! -s err ] || fail "$(cat err)"
paste -d ' ' wanted codes | awk '$2 != $5 || $3 != $4 { print "differs:", $0; bad = 1 } END { exit bad }' || fail 'skerry verify differs'
is "$(wc -l <codes)" "$(wc -l <asked)"
ok "skerry verify tells $(wc -l <codes) cases as the library does, and exits so"

export SKERRY_PRODUCT=hotelhub/hms
skerry_verify corpus/vendor.manifest corpus/ladder-begin-at.license 2026-05-01T00:00:00Z || fail 'a good license is refused'
exits 1 skerry_verify corpus/vendor.manifest corpus/ladder-begin-at.license 2026-09-01T00:00:00Z
exits 1 skerry_verify corpus/other-vendor.manifest corpus/ladder-begin-at.license 2026-05-01T00:00:00Z
exits 2 skerry_verify corpus/vendor.manifest corpus/no-such-file 2026-05-01T00:00:00Z
export SKERRY_PRODUCT=hotelhub/pos
exits 1 skerry_verify corpus/vendor.manifest corpus/ladder-begin-at.license 2026-05-01T00:00:00Z
ok 'skerry_verify: yes, no, could not tell'
