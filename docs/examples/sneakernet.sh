#!/bin/sh
# SPDX-License-Identifier: ISC
# A vendor and three hotels that never meet, and a folder for the stick that a courier carries: paired, a year of heartbeats and
# renewals, one license revoked and confirmed back, a dead machine's moved to a new one, a copied machine found, a signing key
# stolen and replaced, a clock set right again. The programs run as they are, on a little machine whose calendar this script
# turns (tests/machine): at each stop it stands for another one. KEEP=dir keeps what it makes.
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$examples/stage.sh"
. "$examples/../../tests/machine/machine.sh"
machine_goes "$SKERRY_BIN" || exit 2
printf '\n=== One stick, three hotels, a vendor: nobody has a network\n'

# part TEXT: a scene, under its date.
part() {
	scene "$(LC_ALL=C date -u -d "@$machine_now" '+%e %B %Y' | sed 's/^ //')" "$1"
}

# at HOTEL: where the courier is.
at() {
	export SKERRY_STATE="$stage/$1"
	parts="--custom board:${1%-copy}"
}

# tells CODE PATTERN COMMAND...: has to end with that code and to have such lines, which are shown.
tells() {
	wanted=$1 pattern=$2 answer=0
	shift 2
	show "$@"
	"$@" >.said 2>&1 || answer=$?
	grep -E -- "$pattern" .said | sed 's/^/    /'
	[ "$answer" = "$wanted" ] && grep -Eq -- "$pattern" .said || {
		echo "    ... and should have ended with $wanted (exit $answer) and said '$pattern', not this:"
		sed 's/^/    /' .said
		exit 1
	}
}

# holds STATE ACCESS REASON: what scripts see at the hotel.
holds() {
	# shellcheck disable=SC2086
	skerry status --json $parts >.json || :
	words=
	for name in state access reason; do
		words="$words$(sed -n "s/.*\"$name\":\"\([a-z_]*\)\".*/\1/p" .json) "
	done
	[ "$words" = "$* " ] || {
		echo "    ... and should be: $* (it is: $words)"
		exit 1
	}
}

# courier STOP...: the stick goes to the vendor and to hotels, in this order; nobody is asked anything.
courier() {
	for stop; do
		set -- skerry-issuer exchange stick --due 60d
		if [ "$stop" != vendor ]; then
			at "$stop"
			# shellcheck disable=SC2086
			set -- skerry exchange stick $parts
		fi
		[ -n "$quietly" ] || show "$@"
		"$@" >.said 2>&1 || {
			cat .said
			exit 1
		}
		[ "$(tail -1 .said)" = 'You can pull the stick now.' ]
	done
}
quietly=

export SKERRY_DESK=desk
machine_on "$SKERRY_BIN" '2027-01-11 09:00'

part 'the vendor'
skerry-issuer init --no-passphrase --name HotelHub >/dev/null 2>&1
skerry-issuer brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' \
	--contact-phone '+62 361 555 0100' --contact-language id --contact-language en >/dev/null
skerry-issuer product add hotelhub/hms --name 'HotelHub HMS' >/dev/null
run skerry-issuer plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d --warn 30d --alert 7d --degraded 30d \
	--overlap 14d --migrations 3 --feature channel_manager --limit max_rooms=100
for hotel in atoll bay cape; do
	skerry-issuer customer add hotelhub "owner@$hotel.example" --name "Hotel $hotel" >/dev/null
	skerry-issuer license new hotelhub/hms/island --customer "owner@$hotel.example" >"$hotel.key"
	SKERRY_STATE=$stage/$hotel skerry init --trust desk/vendor.manifest >/dev/null
done
mkdir stick


part 'each hotel asks to be paired, with the key from its letter. Who finds the stick learns nothing of them'
for hotel in atoll bay cape; do
	at $hotel
	# shellcheck disable=SC2086
	run skerry exchange stick --pair "$(cat $hotel.key)" $parts
done
part 'the stick comes to the vendor, who answers'
run skerry-issuer exchange stick
part 'and back'
for hotel in atoll bay; do
	courier $hotel
	holds active full ok
done
at cape
# shellcheck disable=SC2086
run skerry exchange stick $parts
holds active full ok
run cat stick/skerry/RECEIPT.txt

# --- a year -------------------------------------------------------------------------------------
machine_runs 49d
part 'every seven weeks the stick goes round. Each stop is one command, and leaves a sign of life'
courier vendor atoll bay cape
quietly=1
for _ in 2 3 4 5 6 7; do
	machine_runs 49d
	courier vendor atoll bay cape
done
quietly=
part 'after a year every license was renewed on the way'
tells 0 '^SITE|(atoll|bay|cape).* 2028' skerry-issuer site list
for hotel in atoll bay cape; do
	at $hotel
	holds active full ok
done

# --- a revocation -------------------------------------------------------------------------------
part 'the bay hotel is sold, and its license charged back: revoked'
run skerry-issuer license revoke "$(cat bay.key)" --reason 'charged back'
courier vendor bay
# shellcheck disable=SC2086
tells 1 'revoked|Call' skerry why $parts
holds locked none revoked
part 'the next time the stick comes by, the vendor knows that it has arrived'
courier vendor
tells 0 'CUSTOMER|bay.* 2027-12-20 ' skerry-issuer report revoked

# --- a dead machine -----------------------------------------------------------------------------
part 'lightning takes the machine of the atoll. A new one asks with the key from the letter'
SKERRY_STATE=$stage/atoll-2 skerry init --trust desk/vendor.manifest >/dev/null
at atoll-2
# shellcheck disable=SC2086
run skerry exchange stick --migrate "$(cat atoll.key)" --reason 'lightning' $parts
run skerry-issuer exchange stick
courier atoll-2
holds active full ok
tells 0 '^SITE|atoll.* released ' skerry-issuer site list --released

# --- a clone ------------------------------------------------------------------------------------
part 'somebody copies the machine of the cape, state folder and all, and lets both run'
run cp -R cape cape-copy
quietly=1
for _ in 1 2 3; do
	for hotel in cape cape-copy; do
		machine_runs 7d
		courier $hotel vendor
	done
done
quietly=
part 'nobody is locked out for it, and the vendor knows'
tells 0 'SITE|clone.*cape' skerry-issuer report forks
at cape
holds active full ok

# --- a signing key stolen -----------------------------------------------------------------------
part 'a laptop with a copy of the signing key is stolen. A new key, and a manifest that revokes the old one'
stolen=$(skerry-issuer key list --json | sed -n 's/.*"kid":"\([0-9a-f]*\)","purpose":"issuing".*/\1/p')
run skerry-keys new issuing --out fresh --no-passphrase
run skerry-keys manifest next desk/vendor.manifest --revoke "$stolen" \
	--add-issuing fresh.pub --latest 2036-12-31 --out next.manifest
run skerry-issuer key add fresh.key
run skerry-issuer manifest set next.manifest --cosign
courier vendor
part 'one visit brings the new manifest, the end of the old key, and a license that the new one signed'
at atoll-2
# shellcheck disable=SC2086
run skerry exchange stick $parts
holds active full ok

# --- a clock ------------------------------------------------------------------------------------
part 'the battery of the clock at the atoll is empty: it wakes up ten months ahead, and nobody sets it'
machine_off 10m +300d
at atoll-2
for _ in 1 2 3 4 5 6 7 8; do
	machine_runs 12h
	# shellcheck disable=SC2086
	skerry check channel_manager $parts >/dev/null || :
done
# shellcheck disable=SC2086
tells 0 '^grace|renewed by|works until' skerry status $parts
machine_corrected
part 'the clock is set. The site still goes by the time that it believed; its next request says so, and the answer resets it'
courier atoll-2 vendor atoll-2
tells 0 "site's time|condition *in order" skerry clock
holds active full ok

part 'and whatever happened stands in two journals that nobody can edit unnoticed'
run skerry journal verify
tells 0 '^(ok *yes|rows|licenses|documents)' skerry-issuer audit verify
