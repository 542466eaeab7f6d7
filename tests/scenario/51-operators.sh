#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every operator has a passphrase of their own for one desk, the audit log names who did what
# (also when two work at once), and a desk that was made without a passphrase can be closed.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
export SKERRY_DESK="$T/desk"

(umask 077 && for who in owner ani budi other; do echo "horse of $who" >"$who"; done && : >empty)
as() {
	who=$1
	shift
	skerry-issuer "$@" --passphrase-file "$who" --operator "$who"
}
# log: who did what, as the audit log has it.
log() {
	sqlite3 desk/issuer.db 'SELECT operator_id, action, subject FROM audit WHERE seq > 2 ORDER BY seq'
}

skerry-issuer init --no-passphrase >/dev/null
exits 0 skerry-issuer operator list --json
is "$(jq -c '[.operators[] | [.number, .name, .passphrase]]' out)" '[[1,"owner",false]]'
exits 1 skerry-issuer operator add ani --new-passphrase-file ani
says 'operator set owner --new-passphrase' err
exits 2 skerry-issuer operator set owner
exits 2 setsid skerry-issuer operator set owner --new-passphrase
says 'new-passphrase-file' err
exits 1 skerry-issuer operator set owner --new-passphrase-file empty
exits 1 skerry-issuer operator set nobody --new-passphrase-file owner
[ -e desk/desk.key ] || fail 'the key is gone without a passphrase in its place'
cp desk/desk.key open.key
exits 0 skerry-issuer operator set owner --new-passphrase-file owner
says 'destroy them' err
[ ! -e desk/desk.key ] || fail 'the key still lies open'
exits 2 setsid skerry-issuer brand add hotelhub
says 'no_terminal' err
exits 0 as owner brand add hotelhub --key-format 'HMS-#####-#####-#####-#####'
ok 'a desk without passphrase is closed by giving its owner one'

# Killed between the commit and the removal: the next one who unlocks removes it.
cp -p open.key desk/desk.key
exits 2 setsid skerry-issuer product add hotelhub/hms
exits 0 as owner product add hotelhub/hms
[ ! -e desk/desk.key ] || fail 'the key that a killed program left lies open'
ok 'a desk.key that was left behind opens nothing'

exits 0 as owner operator add ani --new-passphrase-file ani
exits 0 as ani operator add budi --new-passphrase-file budi --json
is "$(jq .number out)" 3
exits 1 as owner operator add ani --new-passphrase-file other
says '\[exists\]' err
exits 1 as owner operator add other --new-passphrase-file ani
says 'Another operator has this passphrase' err
exits 1 as owner operator set budi --new-passphrase-file owner
says '\[exists\]' err
exits 0 as owner operator set owner --new-passphrase-file owner
long=$(printf '%065d' 0)
for bad in '' "$long" "$(printf 'a\nb')"; do
	exits 2 as owner operator add "$bad" --new-passphrase-file other
done
exits 0 skerry-issuer operator list --json
is "$(jq -c '[.operators[] | .name]' out)" '["owner","ani","budi"]'
exits 0 as ani plan add hotelhub/hms/island --activations 64
exits 0 as budi customer add hotelhub owner@grand.example
is "$(log | tail -2)" "$(printf '2|plan.add|plan hotelhub/hms/island\n3|customer.add|customer 1')"
ok 'what each of them does is in the log under their number'

exits 1 skerry-issuer plan set hotelhub/hms/island --grace 31d --passphrase-file ani --operator budi
says '\[passphrase\]' err
exits 0 skerry-issuer plan set hotelhub/hms/island --grace 31d --passphrase-file budi
is "$(log | tail -1 | cut -d'|' -f1)" 3
exits 1 skerry-issuer plan set hotelhub/hms/island --grace 31d --passphrase-file budi --operator bdui
says 'Did you mean budi' err
SKERRY_OPERATOR=ani exits 1 skerry-issuer plan set hotelhub/hms/island --grace 31d --passphrase-file budi
ok '--operator tries one passphrase, without it each is tried'

new='license new hotelhub/hms/island --customer owner@grand.example'
before=$(log | wc -l)
i=0
while [ "$i" -lt 2 ]; do
	# shellcheck disable=SC2086
	for who in ani budi; do as $who $new >"key$i.$who" & done
	wait
	i=$((i + 1))
done
is "$(cat key*.* | sort -u | wc -l | tr -d ' ')" 4
is "$(log | tail -n +$((before + 1)) | grep license.new | cut -d'|' -f1,2 | sort | uniq -c | tr -s ' ')" "$(printf ' 2 2|license.new\n 2 3|license.new')"
ok 'two operators at once are both recorded under their names'

exits 0 as ani operator set budi --name 'Budi "B" Santoso'
exits 0 skerry-issuer operator show 'Budi "B" Santoso' --json
is "$(jq .number out)" 3
exits 0 as ani operator set 'Budi "B" Santoso' --new-passphrase-file other
exits 1 skerry-issuer plan set hotelhub/hms/island --grace 32d --passphrase-file budi
exits 0 skerry-issuer plan set hotelhub/hms/island --grace 32d --passphrase-file other
exits 1 as owner operator remove nobody
exits 0 as owner operator remove 'Budi "B" Santoso'
says 'could have copied' out
exits 1 skerry-issuer plan set hotelhub/hms/island --grace 33d --passphrase-file other
exits 1 as owner operator add 'Budi "B" Santoso' --new-passphrase-file other
exits 1 as owner operator remove 'Budi "B" Santoso'
exits 0 as ani operator remove owner
exits 1 as ani operator remove ani
says 'last operator' err
exits 0 skerry-issuer operator list --json
is "$(jq -c '[.operators[] | .removed != null]' out)" '[true,false,true]'
is "$(log | grep -c 'operator')" 8
log | grep -qi 'budi\|santoso' && fail 'a name in the audit log'
ok 'a removed one opens nothing, the last one stays, and the log holds no names'
