#!/bin/sh
# Goal: after the vendor revokes a stolen signing key, a site's license goes into its own grace, whatever else that key signed is
# refused, and the license signed anew sets everything right.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out held.license >/dev/null
exits 0 skerry init --trust "$VENDOR"
chain chain.asc
exits 0 skerry import chain.asc held.license
desk license issue "$key" --unbound --out stolen.license >/dev/null

latest=$(find desk/manifests -name '*.manifest' | sort -V | tail -1)
kid=$(desk key list --json | jq -r '.keys[] | select(.in_use) | .kid')
skerry-keys new issuing --out fresh --no-passphrase >/dev/null 2>&1
exits 0 skerry-keys manifest next "$latest" --revoke "$kid" --add-issuing fresh.pub --perpetual --out next.manifest
exits 0 desk key add fresh.key
exits 0 desk manifest set next.manifest --cosign
exits 0 desk license issue "$key" --unbound --armor --with-manifest --out anew.asc

chain chain.asc
exits 0 skerry import chain.asc
says 'Taken: manifest version' out
exits 0 skerry status --json
is "$(jq -r '[.state, .access, .reason, .notice] | join(" ")' out)" 'grace full signing_key_revoked alert'
is "$(jq -r '.days_left >= 364' out)" true
exits 0 skerry check channel_manager
before=$(digest state)
exits 1 skerry import stolen.license
says trust_key_revoked err
is "$(digest state)" "$before"
exits 1 skerry verify held.license
says trust_key_revoked err
ok 'the held license runs into its grace, another one of that key is refused'

exits 0 skerry import anew.asc
says 'Taken: license' out
exits 0 skerry status --json
is "$(jq -r '[.state, .reason] | join(" ")' out)" 'active ok'
is "$(find state/licenses -type f | wc -l)" 1
ok 'the license signed anew replaces it'
