#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: the desk's past is evidence. Who did what is listed; every row that somebody edits, removes or adds behind the desk's
# back is named; old rows move into a file that follows on the log and vouches for itself.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-03-01T09:00:00Z
open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --domain book.grand.example --out hotel.license >out
id=$(desk license list --json | jq -r '.licenses[-1].id')
desk license suspend "$id" --reason 'did not pay' >out
DAY_ONE=2027-03-02T09:00:00Z
desk license resume "$id" >out

# sql STATEMENT: what somebody with the file and a shell can do.
sql() {
	sqlite3 "$T/desk/issuer.db" "$1"
}

# tampered FAULT ROW STATEMENT: it is found, named and told; then the desk is as it was.
tampered() {
	rm -rf "$T/before"
	cp -a "$T/desk" "$T/before"
	sql "$3"
	exits 1 desk audit verify
	says audit_chain err
	[ "$2" = - ] || says "row $2 " err
	exits 1 desk audit verify --json
	is "$(jq -r '.ok, .fault.kind, .error.code' out | tr '\n' ' ')" "false $1 audit_chain "
	[ "$2" = - ] || is "$(jq .fault.seq out)" "$2"
	rm -rf "$T/desk"
	mv "$T/before" "$T/desk"
}

# --- who did what
desk audit list --subject "$id" >out
says "owner +license.suspend +license $id" out
says '^ {8}"did not pay"$' out
! grep -q digest= out || fail 'digests for people'
is "$(desk audit list --subject "license $id" --json | jq -r '[.rows[].action] | join(" ")')" \
	'license.new license.issue license.suspend license.resume'
is "$(desk audit list --from 2027-03-02 --json | jq -r '[.rows[].action] | join(" ")')" license.resume
is "$(desk audit list --until 2027-03-01 --action license.r --json | jq '.rows | length')" 0
is "$(desk audit list --reverse --limit 1 --json | jq -r '.rows[0].action')" license.resume
is "$(desk audit list --csv --limit 1 | wc -l)" 2
exits 2 desk audit list --from yesterday
exits 2 desk audit list --json --csv
ok 'the log is listed by subject, action and day, with the reasons'

# --- it verifies, and whatever is changed is named
exits 0 desk audit verify
last=$(desk audit list --reverse --limit 1 --json | jq '.rows[0].seq')
tampered edited 3 "UPDATE audit SET detail = 'x' WHERE seq = 3"
tampered missing 6 'DELETE FROM audit WHERE seq = 5'
tampered missing 2 'DELETE FROM audit WHERE seq = 1'
tampered added $((last + 1)) "INSERT INTO audit SELECT seq + 1, at, operator_id, action, subject, detail, zeroblob(32)
	FROM audit WHERE seq = $last"
tampered cut_off "$last" "DELETE FROM audit WHERE seq = $last"
tampered note - "UPDATE note SET text = 'paid twice'"
tampered document - 'UPDATE document SET bytes = zeroblob(10) WHERE id = 2'
tampered record - "DELETE FROM document WHERE kind = 'license'"
ok 'each kind of change behind the desk is named'

# --- what nobody did through the desk is not as a row says
desk site list --license "$id" --json >out
is "$(jq '.sites | length' out)" 1
other=$(desk license new hotelhub/hms/island --customer owner@grand.example --json | jq -r '.licenses[0].id')
desk license issue "$other" --domain one.grand.example --out one.license >out
desk license issue "$other" --domain two.grand.example --out two.license >out
desk license set "$other" --activations 7 --reason 'more rooms' >out
desk license renew "$other" --out renewed >out
desk site release "$other-1" --force --reason 'sold' >out
desk license revoke "$other" --reason 'never paid' >out
desk license renew "$id" --out renewed.license >out
exits 0 desk audit verify
of="license_id = (SELECT id FROM license WHERE public_id = '$other')"
while read -r change; do
	tampered record - "$change"
done <<END
DELETE FROM revocation WHERE $of AND reason LIKE 'released%'
DELETE FROM revocation WHERE $of AND reason LIKE 'revoked%'
INSERT INTO revocation SELECT 99, brand_id, license_id, activation_id, reason, at, propagated_at, lapses_at, effective_at FROM revocation LIMIT 1
UPDATE activation SET unpaired_at = NULL WHERE $of
UPDATE activation SET unpaired_at = 1 WHERE unpaired_at IS NULL
UPDATE activation SET status_index = 777 WHERE number = 1 AND $of
UPDATE license SET status = 'paired' WHERE public_id = '$other'
UPDATE license SET status = 'suspended' WHERE public_id = '$id'
UPDATE license SET max_activations = 8 WHERE public_id = '$other'
UPDATE license SET valid_until = valid_until + 86400 WHERE public_id = '$id'
UPDATE license SET maintenance_until = 1 WHERE public_id = '$id'
DELETE FROM sale WHERE action = 'renew' AND $of
UPDATE sale SET renewed_until = renewed_until + 1 WHERE action = 'renew'
UPDATE customer SET erased_at = 1
END
tampered note - 'UPDATE note SET salt = NULL, text = NULL WHERE id = 1'
tampered note - 'DELETE FROM note WHERE id = 2'
ok 'records that no row made, and changed ones, are named'

# --- archives
exits 1 desk audit archive old.archive
says 'older|old' err
exits 0 desk audit archive old.archive --before 2027-03-02
exits 2 desk audit archive old.archive --before 2027-03-03
says file_exists err
exits 0 desk audit verify
exits 0 desk audit verify old.archive
says 'archived +[1-9]' out
is "$(desk audit list --in old.archive --action desk.init --json | jq -r '.rows[0].operator')" owner
DAY_ONE=2027-03-05T09:00:00Z
desk license set "$id" --help >/dev/null
desk customer set hotelhub owner@grand.example --language id >out
exits 0 desk audit archive second.archive --before 2027-03-05
exits 0 desk audit verify old.archive second.archive
is "$(desk audit verify old.archive second.archive --json | jq .reasons_in_archives)" 0
is "$(desk audit verify --json | jq '.reasons_in_archives > 0')" true
cp desk/issuer.db kept.db
for change in "UPDATE note SET text = 'paid twice'" 'DELETE FROM note' 'UPDATE note SET text = NULL, salt = NULL'; do
	sql "$change"
	exits 1 desk audit verify old.archive second.archive
	says 'reason that it names' err
	rm -f desk/issuer.db-wal desk/issuer.db-shm
	cp kept.db desk/issuer.db
done
sql "INSERT INTO note (id, brand_id, license_id, at, salt, text) SELECT 77, brand_id, license_id, 1900000000, salt, text FROM note LIMIT 1"
exits 1 desk audit verify
rm -f desk/issuer.db-wal desk/issuer.db-shm
cp kept.db desk/issuer.db
exits 1 desk audit verify second.archive old.archive
exits 1 desk audit verify old.archive
flip old.archive 200
exits 1 desk audit verify old.archive second.archive
says old.archive err
exits 0 desk audit verify
tampered anchor - 'UPDATE audit_anchor SET seq = seq + 1, hash = (SELECT hash FROM audit ORDER BY seq LIMIT 1);
	DELETE FROM audit WHERE seq <= (SELECT seq FROM audit_anchor)'
ok 'archives follow on each other and on the log'

# --- a full disk loses no row
if [ -w /dev/full ]; then
	exits 2 desk audit archive /dev/full --before 2027-03-06
	exits 0 desk audit verify
fi
exits 2 desk audit archive missing/there.archive --before 2028-01-01
exits 0 desk audit verify
ok 'an archive that cannot be written takes nothing away'

# --- nor does a kill at any moment: every row is in the log, or in a file that verifies
DAY_ONE=2027-03-07T09:00:00Z
desk customer set hotelhub owner@grand.example --language en >out
rows=$(desk audit list --reverse --limit 1 --json | jq '.rows[0].seq')
archives=second.archive
for ms in 001 002 003 004 005 006 007 008 010 012 015 020; do
	DAY_ONE=2027-03-08T09:00:00Z
	timeout -s KILL "0.$ms" skerry-issuer --at "$DAY_ONE" audit archive "k$ms.archive" --before 2027-03-08 >/dev/null 2>&1 || :
	exits 0 desk audit verify
	# shellcheck disable=SC2086
	if desk audit verify $archives "k$ms.archive" >.last 2>&1; then
		archives="$archives k$ms.archive"
	fi
done
# shellcheck disable=SC2086
exits 0 desk audit verify $archives --json
is "$(jq '.ok and .last >= '"$rows"' and .archived + .rows == .last - '"$(desk audit list --in second.archive --limit 1 --json | jq '.rows[0].seq - 1')" out)" true
ok 'an archive killed at any moment loses no row'

# --- an archive of what a recovery gave up is no fault, and one that contradicts both lives is
DAY_ONE=2027-03-09T09:00:00Z
desk customer set hotelhub owner@grand.example --language id >out
cp desk/issuer.db kept.db
head=$(desk audit list --reverse --limit 1 --json | jq '.rows[0].seq')
desk customer set hotelhub owner@grand.example --language en >out
desk customer set hotelhub owner@grand.example --language id >out
DAY_ONE=2027-03-10T09:00:00Z
desk audit archive lost.archive --before 2027-03-10 >out
desk customer set hotelhub owner@grand.example --language en >out
DAY_ONE=2027-03-11T09:00:00Z
desk audit archive lost2.archive --before 2027-03-11 >out
rm -f desk/issuer.db-wal desk/issuer.db-shm
cp kept.db desk/issuer.db
exits 1 desk audit verify lost.archive
exits 0 desk recover
exits 0 desk audit verify lost.archive lost2.archive
says "life before a recovery" out
says "after row $head:" out
# shellcheck disable=SC2086
is "$(desk audit verify $archives lost.archive --json | jq '.ok, .archives_parted' | tr '\n' ' ')" 'true 1 '
flip lost.archive 300
exits 1 desk audit verify lost.archive
flip lost.archive 300
exits 0 desk audit verify lost.archive
# The row that both lives share, hashed anew in the archive's life alone.
tampered edited "$head" "UPDATE audit SET detail = 'x' WHERE seq = $head"
ok 'an archive of the life before a recovery is told from a forged one'
