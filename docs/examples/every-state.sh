#!/bin/sh
# SPDX-License-Identifier: ISC
# A site in each state that a product has to cope with: one trial desk whose manifest a test build pins, and
# a state folder for each state, to be opened as config.state, or served: skerryd --state FOLDER --socket PATH.
# KEEP=dir keeps what it makes.
. "$(dirname -- "$0")/stage.sh"
printf '\n=== Every state: a desk, and sites for a product to be tried on\n'
now=$(date +%s)
# What tells this machine where the system does not: the product names the same as config.custom.
set -- --custom trial-box

# ago DAYS: the desk works as it would have so many days ago; it never goes back.
ago() {
	at=$(date -u -d "@$((now - $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ)
}

desk() {
	skerry-issuer --desk desk --at "$at" "$@"
}

# key: a license key for one more hotel.
key() {
	desk license new trial/hms/all --customer owner@grand.example
}

scene 'At the vendor' 'a trial desk; a term to be renewed each 30 days, 30 days of grace, 30 read only'
ago 100
desk init --no-passphrase >/dev/null 2>&1
desk brand add trial --name Trial --key-format 'T-#####-#####-#####-#####' --contact-email help@trial.example >/dev/null
desk product add trial/hms --name 'A product on trial' >/dev/null
desk plan add trial/hms/all --term 3y --renew-every 30d --warn 7d --alert 2d --grace 30d --degraded 30d \
	--rebind-grace 0s --feature channel_manager --limit max_rooms=100 --seats 3 >/dev/null
desk customer add trial owner@grand.example --name 'Grand Hotel' >/dev/null
printf '  desk/vendor.manifest is what a test build pins.\n'

# site STATE: its folder, and a stick for the way to the desk.
site() {
	mkdir -p sticks
	skerry init --state "$1" --trust desk/vendor.manifest >/dev/null
}

# pair STATE [OPTION...]: over the stick, there and back.
pair() {
	state=$1
	shift
	site "$state"
	mkdir "sticks/$state"
	skerry exchange "sticks/$state" --state "$state" --pair "$(key)" "$@" >/dev/null
	visit "$state"
}
visit() {
	desk exchange "sticks/$1" >/dev/null
	skerry exchange "sticks/$1" --state "$1" --no-request >/dev/null
}

scene 'At the hotels' 'each pairs, some long ago'
for pairing in 'locked 100' 'degraded 70' 'grace 40' 'overdue 29' 'suspended 1' 'revoked 1' 'active 0'; do
	ago "${pairing#* }"
	pair "${pairing% *}" "$@"
	# Its clock would be believed a day from now; somebody who is there says so at once.
	[ "${pairing#* }" -le 1 ] || skerry clock confirm "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --state "${pairing% *}" >/dev/null
	printf '  %s\n' "${pairing% *}"
done
for state in suspended revoked; do
	verb=suspend
	[ "$state" = suspended ] || verb=revoke
	id=$(skerry status --state "$state" --json "$@" | jq -r .license.id)
	desk license "$verb" "$id" --reason 'a trial' >/dev/null
	visit "$state"
done

# A license that was made for a machine with nothing of this one.
site wrong-machine
mkdir another
skerry fingerprint --state wrong-machine --sysroot another --custom another-box --out another.fingerprint >/dev/null
desk license issue "$(key)" --fingerprint another.fingerprint --out wrong-machine.license >/dev/null
skerry import --state wrong-machine wrong-machine.license >/dev/null
printf '  wrong-machine\n'
site unlicensed
printf '  unlicensed\n'
rm -rf sticks another another.fingerprint wrong-machine.license

scene 'In the product' 'what it is told of each'
for state in active overdue grace degraded locked suspended revoked wrong-machine unlicensed; do
	told=$(skerry status --state "$state" --json "$@" | jq -r '[.state, .access, .reason, .notice] | join("  ")')
	printf '  %-14s %s\n' "$state" "$told"
	case $state:$told in
	active:active* | overdue:overdue* | grace:grace* | degraded:degraded* | locked:locked*renewal_missed* | \
		suspended:locked*suspended* | revoked:locked*revoked* | wrong-machine:locked*wrong_machine* | unlicensed:unlicensed*) ;;
	*)
		printf '    ... and should be %s\n' "$state"
		exit 1
		;;
	esac
done
