#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a crowd claims, renews and releases seats while the daemon is killed and started again; the crowd counts for itself, and no seat
# is lost or given twice. For ten minutes with 1,000 clients: make soak.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
sh "$ROOT/tests/load/churn.sh" "$BUILD" "$T" 200 3 2 >told || {
	cat told
	fail 'seats were lost or doubled'
}
[ "$(sed -n 's/^claimed \([0-9]*\) renewed \([0-9]*\) .*/\1/p' told)" -gt 100 ] || fail 'hardly anything was claimed'
says ' lost 0 doubled 0 ' told
ok 'no seat is lost or doubled in a crowd, also when the daemon is killed'
