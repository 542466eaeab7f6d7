#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every command of docs/guide/vendor.md works as it stands there, in that order.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases

trap 'skerry-issuer lock --desk desk >/dev/null 2>&1 || :; rm -rf "$T"' EXIT
awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
	"$ROOT/docs/guide/vendor.md" >commands
[ "$(grep -c '^\([A-Z]*=\$(\)\{0,1\}skerry' commands)" -ge 45 ] || fail 'the guide has lost its commands'
exits 0 sh -eu commands
ok 'the guide runs from top to bottom'
exits 0 skerry-issuer license list --desk desk --json
is "$(jq -r '[.licenses[].status] | join(" ")' out)" \
	'paired_pending_revoke unpaired unpaired unpaired unpaired unpaired'
for file in starter.license letter.html may/keys.csv monday.backup rescued/issuer.db; do
	[ -s "$file" ] || fail "no $file"
done
exits 0 skerry-issuer audit list --desk desk --json
is "$(jq -r '[.rows[].operator] | unique | join(" ")' out)" 'ayu budi'
exits 0 skerry-keys manifest verify desk/manifests/2.manifest --trust desk/vendor.manifest
ok 'and leaves what it promises'
