#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every command of docs/guide/vendor.md works as it stands there, in that order.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"

awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
	"$ROOT/docs/guide/vendor.md" >commands
[ "$(grep -c '^\(KEY=\$(\)\{0,1\}skerry' commands)" -ge 18 ] || fail 'the guide has lost its commands'
exits 0 sh -eu commands
ok 'the guide runs from top to bottom'
exits 0 skerry-issuer license list --desk desk --json
is "$(jq -r '[.licenses[].status] | join(" ")' out)" 'paired unpaired unpaired'
[ -s starter.license ] || fail 'no starter'
ok 'and leaves what it promises'
