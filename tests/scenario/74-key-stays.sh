#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: where a sale fails at its very end, nobody is told to throw a good key away. Only a key that was made in that sale is void.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk product add hotelhub/pos >/dev/null
desk plan add hotelhub/pos/island >/dev/null
key=$(sell hotelhub/hms/island --payment PAY-1)

# A disk that cannot sync: the commit fails.
printf '#include <errno.h>\nint fdatasync(int);\nint fdatasync(int file) { (void)file; errno = EIO; return -1; }\n' >eio.c
"${CC:-cc}" -shared -fPIC -o eio.so eio.c

# fails ARGUMENTS: a sale whose commit fails.
fails() {
	got=0
	(LD_PRELOAD=$T/eio.so && export LD_PRELOAD && sell "$@") >out 2>err || got=$?
	[ "$got" = 2 ] || {
		cat out err >&2
		fail "exit $got instead of 2: $*"
	}
}
fails hotelhub/hms/island
says '^HMS-' out
says 'the key that was just printed is void' err
fails hotelhub/pos/island --key "$key"
is "$(cat out)" "$key"
says 'good for what it was good for before' err
! grep -q void err || fail 'a good key is called void'
fails hotelhub/hms/island --payment PAY-1
is "$(cat out)" "$key"
! grep -q void err || fail 'a good key is called void'
is "$(desk license show "$key" --json | jq '.licenses | length')" 1
exits 0 sell hotelhub/pos/island --key "$key"
ok 'only a key that was made in the failed sale is void'
