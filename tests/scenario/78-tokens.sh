#!/bin/sh
# Client tokens: goal, each is shown once, and kept as what nobody can show again.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
exits 0 skerry init --trust "$VENDOR"

exits 0 skerry token list
says '^There is no client token\.$' out
exits 0 skerry token add reception-2
TOKEN=$(cat out)
says '^skt_[0-9A-Z]{26}$' out
says 'reload skerryd' err
exits 0 skerry token add --json bar
says '^\{"ok":true,"name":"bar","token":"skt_[0-9A-Z]{26}"\}$' out
ok 'a token is shown'

exits 0 skerry token list
says '^bar +20' out
says '^reception-2 +20' out
[ "$(skerry token list --json | jq -r '.tokens | map(.name) | join(" ")')" = 'bar reception-2' ] || fail 'list --json'
! grep -rqF "$TOKEN" state || fail 'the token lies in the folder'
grep -q "$(printf %s "$TOKEN" | sha256sum | cut -c1-64)" state/tokens || fail 'the hash is not kept'
[ "$(stat -c %a state/tokens)" = 600 ] || fail 'others may read it'
ok 'and kept as its hash, by its owner'

exits 1 skerry token add bar
says 'There is a token of that name' err
exits 2 skerry token add 'Bar 2'
exits 1 skerry token remove --json nobody
says '"code":"not_found"' out
exits 0 skerry token remove bar
[ "$(skerry token list --json | jq -r '.tokens | map(.name) | join(" ")')" = reception-2 ] || fail 'bar is still there'
echo 'by hand' >>state/tokens
cp state/tokens damaged
exits 2 skerry token add bar
says 'changed by something else' err
cmp -s state/tokens damaged || fail 'a damaged file was written over'
ok 'names are there once, and a damaged file stays'
