#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a desk in a folder that cannot be written is looked at and backed up from there, and changed by
# nobody; where changes wait beside its database, which only writing would take in, it is not read at all.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/theirs/the desk?50%#"

as_owner() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$T/theirs" XDG_STATE_HOME= "$@"
	else
		HOME="$T/theirs" XDG_STATE_HOME='' "$@"
	fi
}
chmod 755 "$T"
mkdir theirs
[ "$(id -u)" != 0 ] || chown 65534 theirs
if ! as_owner skerry --version >/dev/null 2>&1; then
	ok 'skipped: this build cannot be run by another user'
	exit 0
fi

as_owner skerry-issuer init --no-passphrase >/dev/null
as_owner skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
as_owner skerry-issuer product add hotelhub/hms >/dev/null
as_owner skerry-issuer plan add hotelhub/hms/island >/dev/null
as_owner skerry-issuer customer add hotelhub owner@grand.example >/dev/null
KEY=$(as_owner skerry-issuer license new hotelhub/hms/island --customer owner@grand.example)
digest() {
	(cd "$SKERRY_DESK" && find . -type f -exec sha256sum {} + | sort | sha256sum)
}
before=$(digest)
chmod 500 "$SKERRY_DESK"

exits 0 as_owner skerry-issuer license list --json
is "$(jq '.licenses | length' out)" 1
exits 0 as_owner skerry-issuer license show "$KEY"
exits 0 as_owner skerry-issuer find owner
exits 0 as_owner skerry-issuer report usage
exits 0 as_owner skerry-issuer backup "$T/theirs/x.backup"
is "$(digest)" "$before"
ok 'it is listed, shown, found, counted and backed up, and nothing is written'

exits 2 as_owner skerry-issuer license new hotelhub/hms/island --customer owner@grand.example
says '\[file_permission\]' err
[ ! -s out ] || fail 'a key is printed that was not sold'
is "$(digest)" "$before"
ok 'it is not changed'

chmod 700 "$SKERRY_DESK"
echo waiting >"$SKERRY_DESK/issuer.db-wal"
chmod 500 "$SKERRY_DESK"
exits 2 as_owner skerry-issuer license list
says "may not open the desk, or not write in its folder" err
[ ! -s out ] || fail 'a state is shown that may not be the last one'
chmod 700 "$SKERRY_DESK"
rm "$SKERRY_DESK/issuer.db-wal"
exits 0 as_owner skerry-issuer license list
ok 'where changes may wait it is not read without them'
