#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: no genuine license that the desk does not know. Where `license issue` is killed before its commit, the stick holds nothing
# but zeros; killed after it, the license is in the records.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"

export SKERRY_DESK="$T/desk"
skerry-issuer init --no-passphrase >/dev/null
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/island >/dev/null
skerry-issuer customer add hotelhub owner@grand.example >/dev/null
KEY=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example --activations 9)

# kill_at CALL...: makes kill.so, with which a program ends as if killed where it makes one of these calls.
kill_at() {
	printf '#include <signal.h>\n' >kill.c
	for name; do
		printf 'long %s(void);\nlong %s(void) { raise(SIGKILL); return 0; }\n' "$name" "$name" >>kill.c
	done
	"${CC:-cc}" -shared -fPIC -fno-builtin -o kill.so kill.c
}
issue() { # DOMAIN
	skerry-issuer license issue "$KEY" --domain "$1" --out "stick/$1.license"
}
documents() {
	skerry-issuer license show "$KEY" --json | jq '.licenses[0].documents | length'
}
# Bytes on the stick that are not zero.
written() {
	find stick -type f -exec cat '{}' + | tr -d '\0' | wc -c | tr -d ' '
}

recorded=0
# Reserving the room is the last step before the commit, renaming the last one behind it.
count=0
for call in posix_fallocate write fsync fdatasync renameat2; do
	mkdir stick
	count=$((count + 1))
	hotel=hotel$count.example
	kill_at "$call" "${call}64"
	killed=0
	(LD_PRELOAD=$T/kill.so && export LD_PRELOAD && issue "$hotel") >issue.out 2>&1 || killed=$?
	[ "$killed" = 137 ] || { cat issue.out >&2; fail "exit $killed at $call"; }
	now=$(documents)
	if [ "$now" = "$recorded" ]; then
		is "$(written)" 0
	fi
	[ ! -e "stick/$hotel.license" ] || fail "a license of that name after a kill at $call"
	case $call in
	posix_fallocate) is "$now" "$recorded" ;;
	renameat2)
		is "$now" $((recorded + 1))
		[ "$(written)" -gt 100 ] || fail 'nothing was written before the rename'
		;;
	esac
	exits 0 issue "$hotel"
	exits 0 skerry verify "stick/$hotel.license" --trust desk/vendor.manifest --domain "$hotel"
	recorded=$(documents)
	rm -rf stick
done
ok 'killed at any call between staging and rename, no license exists that is not in the records'
