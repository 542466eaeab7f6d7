#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: 16 programs that sell and issue at one desk at the same time never hand out an edition, an
# activation number or a status-list index twice, and none of them fails; 16 that enter brands leave
# one vendor.manifest with all of them.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
N=16

skerry-issuer init --no-passphrase >/dev/null
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/island --activations 64 >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
SHARED=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)

# One clerk: sells a license, issues it, and issues one more activation of the license that all share.
clerk() {
	key=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example) &&
		skerry-issuer license issue "$key" --unbound --out "own$1.license" --json >"own$1.json" &&
		skerry-issuer license issue "$SHARED" --domain "shop$1.example" --out "shared$1.license" --json >"shared$1.json" &&
		: >"done$1"
}
i=0
while [ "$i" -lt "$N" ]; do
	clerk "$i" 2>"err$i" &
	i=$((i + 1))
done
wait
[ "$(find . -name 'done*' | wc -l)" -eq "$N" ] || fail "$(cat err*)"
exits 0 skerry-issuer recover
says 'Nothing is missing' out
ok "$N clerks at once sold and issued, and the mark has followed them"

twice() {
	sort | uniq -d | wc -l | tr -d ' '
}
is "$(jq .status_index own*.json shared*.json | twice)" 0
is "$(jq .status_index own*.json shared*.json | sort -n | tail -1)" $((2 * N - 1))
is "$(jq .edition shared*.json | twice)" 0
is "$(jq .activation shared*.json | twice)" 0
is "$(jq .activation shared*.json | sort -n | tail -1)" "$N"
is "$(jq -r .id own*.json | twice)" 0
for file in own*.license shared*.license; do
	exits 0 skerry verify "$file" --trust desk/vendor.manifest --domain "shop${file##*[dn]}"
done 2>/dev/null || fail 'a license of theirs does not verify'
ok 'no edition, activation number or index is given out twice, and all verify'

i=0
while [ "$i" -lt "$N" ]; do
	skerry-issuer license new hotelhub/hms/island --customer owner@grand.example --payment PAYPAL-1 >"key$i" &
	i=$((i + 1))
done
wait
is "$(cat key* | sort -u | wc -l | tr -d ' ')" 1
ok 'one payment announced 16 times at once buys once'

export SKERRY_DESK="$T/second"
skerry-issuer init --no-passphrase >/dev/null
i=0
while [ "$i" -lt "$N" ]; do
	skerry-issuer brand add "brand$i" --contact-phone "$i" >"said$i" 2>&1 &
	i=$((i + 1))
done
wait
is "$(cat said* | grep -c '^vendor.manifest now carries the contact')" "$N"
exits 0 skerry-keys show second/vendor.manifest --json
is "$(jq '.contacts | length' out)" "$N"
cmp second/vendor.manifest second/manifests/1.manifest || fail 'two versions 1'
is "$(ls second/manifests)" 1.manifest
ok "$N brands entered at once all stand in vendor.manifest"
