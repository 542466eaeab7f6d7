#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: backup, recover and the closing of a desk, killed at any moment, leave a desk that can be
# recovered, whole backups or none, and a key that somebody can unlock.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
MOMENTS='001 003 005 008 010 013 016 020 025 030 035 040 050 060 080 100'
(umask 077 && echo 'horse of owner' >owner)

skerry-issuer init --no-passphrase >/dev/null
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/island --activations 64 >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)
exits 0 skerry-issuer backup early.backup
skerry-issuer license issue "$KEY" --unbound --out day.license --json >day.json 2>/dev/null
cp -R desk evening

whole=0
for ms in $MOMENTS; do
	timeout -s KILL "0.$ms" skerry-issuer backup "$ms.backup" >/dev/null 2>&1 || :
	[ -e "$ms.backup" ] || continue
	whole=$((whole + 1))
	exits 0 skerry-issuer recover "$ms.backup" --desk "from-$ms"
	exits 0 skerry-issuer license show "$KEY" --desk "from-$ms"
done
ok "backup killed 16 times left $whole whole files"

# fresh: the next numbers are none of the day's.
fresh() {
	exits 0 skerry-issuer license issue "$KEY" --domain new.example --out new.license --json
	[ "$(jq .status_index out)" -gt "$(jq .status_index day.json)" ] || fail 'an index twice'
	[ "$(jq .activation out)" -gt "$(jq .activation day.json)" ] || fail 'an activation twice'
	[ "$(jq .edition out)" -gt "$(jq .edition day.json)" ] || fail 'an edition twice'
	rm new.license
}
done=0
for ms in $MOMENTS; do
	rm -rf desk
	cp -R evening desk
	cp early.backup desk/issuer.db
	timeout -s KILL "0.$ms" skerry-issuer recover >said 2>/dev/null || :
	! grep -q 'is missing' said || done=$((done + 1))
	exits 0 skerry-issuer recover
	fresh
done
ok "recover killed 16 times, $done of them after its end; again, it goes on"

done=0
for ms in $MOMENTS; do
	rm -rf desk
	cp -R evening desk
	rm desk/issuer.db
	timeout -s KILL "0.$ms" skerry-issuer recover early.backup >said 2>/dev/null || :
	if grep -q '^Made ' said; then
		done=$((done + 1))
	else
		exits 0 skerry-issuer recover early.backup --force
	fi
	exits 0 skerry-issuer recover
	is "$(find desk -name 'recover-*' | wc -l | tr -d ' ')" 0
	fresh
done
ok "recover FILE killed 16 times, $done of them after its end; again, it goes on"

# Argon2id takes its time: killed in the middle of it, and around the end.
for ms in 1 3 5 6 7 8 9; do
	rm -rf desk "$XDG_STATE_HOME"
	cp -R evening desk
	timeout -s KILL "0.$ms" skerry-issuer operator set owner --new-passphrase-file owner >/dev/null 2>&1 || :
	skerry-issuer brand set hotelhub --name open >/dev/null 2>&1 ||
		exits 0 skerry-issuer brand set hotelhub --name closed --passphrase-file owner
done
ok 'a desk that is being closed is open or closed, never lost'
