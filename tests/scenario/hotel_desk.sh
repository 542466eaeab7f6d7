# SPDX-License-Identifier: ISC
# Sourced after lib.sh: a desk that sells HotelHub HMS, in ./desk. DAY_ONE is its present where the test is about dates.
# shellcheck shell=sh
export SKERRY_DESK=$T/desk SKERRY_STATE=$T/state
# shellcheck disable=SC2034
VENDOR=$T/desk/vendor.manifest

desk() {
	skerry-issuer ${DAY_ONE:+--at "$DAY_ONE"} "$@"
}

# open_desk: brand, product, the island plan and a customer. A first license has left the desk already, so that the contact,
# given after it, stands in manifest 2: the sites of these tests have to carry on from the anchor.
open_desk() {
	desk init --no-passphrase >/dev/null 2>&1
	desk brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
	desk product add hotelhub/hms --name 'HotelHub HMS' >/dev/null
	desk plan add hotelhub/hms/island --term 3y --renew-every 180d --grace 365d --warn 30d --alert 7d \
		--degraded 30d --expiry-grace 7d --rebind-grace 14d --activations 20 \
		--feature channel_manager --limit max_rooms=100 --limit tier=gold --seats 30 --burst 3 >/dev/null
	desk customer add hotelhub owner@grand.example --name 'Grand Hotel' >/dev/null
	desk license issue "$(sell hotelhub/hms/island)" --unbound --out "$T/first-sold.license" >/dev/null 2>&1
	rm "$T/first-sold.license"
	desk brand set hotelhub --contact-phone '+62 631 555 0100' --contact-email help@hotelhub.example >/dev/null
}

# sell PLAN [ARGUMENTS]: prints the license key.
sell() {
	desk license new "$@" --customer owner@grand.example
}

# chain FILE: the desk's manifests behind the anchor, as one armored text.
chain() {
	: >"$1"
	for manifest in "$T"/desk/manifests/*.manifest; do
		{
			echo '-----BEGIN SKERRY MANIFEST-----'
			base64 -w 64 "$manifest"
			echo '-----END SKERRY MANIFEST-----'
		} >>"$1"
	done
}

# flip FILE OFFSET: changes one bit of the byte there.
flip() {
	byte=$(od -An -tu1 -j "$2" -N1 "$1" | tr -d ' ')
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# digest FOLDER: changes when anything in it does but what a site remembers of being asked.
digest() {
	(cd "$1" && find . -type f ! -name 'site.db*' ! -name site.clock ! -name state.mark -exec sha256sum {} + | sort | sha256sum)
}
