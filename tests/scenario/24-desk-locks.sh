#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a desk with a passphrase signs for nobody else, and a desk whose clock contradicts its own
# log signs nothing until somebody vouches for the clock.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
export SKERRY_DESK="$T/desk"

(umask 077 && printf 'correct horse\n' >pass && printf 'wrong horse\n' >wrong && printf 'key horse\n' >keypass && : >empty)
exits 2 skerry-issuer init --passphrase-file nowhere
exits 1 skerry-issuer init --passphrase-file empty
cp pass exposed && chmod 644 exposed
exits 2 skerry-issuer init --passphrase-file exposed
says 'file_exposed' err
exits 2 skerry-issuer init --passphrase-file pass --no-passphrase
[ ! -e desk ] || fail 'a desk without a passphrase'
is "$(find . -name '*new-*' | wc -l | tr -d ' ')" 0
exits 0 skerry-issuer init --passphrase-file pass
[ ! -e desk/desk.key ] || fail 'the key lies open'
ok 'init takes a passphrase from a file that nobody else reads'

exits 2 setsid skerry-issuer brand add hotelhub
says 'no_terminal' err
exits 1 skerry-issuer brand add hotelhub --passphrase-file wrong
exits 0 skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' --passphrase-file pass
for change in 'product add hotelhub/hms' 'plan add hotelhub/hms/island' \
	'customer add hotelhub owner@grand.example'; do
	# shellcheck disable=SC2086
	exits 0 skerry-issuer $change --passphrase-file pass
done
exits 1 skerry-issuer product set hotelhub/hms --name HMS --passphrase-file wrong
new='license new hotelhub/hms/island --customer owner@grand.example'
# shellcheck disable=SC2086
{
	exits 1 skerry-issuer $new --passphrase-file wrong
	says '\[passphrase\]' err
	is "$(cat out)" ''
	exits 2 setsid skerry-issuer $new
	says 'no_terminal' err
	exits 0 skerry-issuer $new --passphrase-file pass
}
KEY=$(cat out)
exits 2 setsid skerry-issuer license show -
says 'no_terminal' err
if command -v script >/dev/null; then
	printf '%s\n' "$KEY" | script -qec 'skerry-issuer license show - --json --passphrase-file pass' /dev/null >out
	grep -q '"licenses":\[{"id"' out || fail 'a key that is typed on the terminal is not found'
fi
exits 1 skerry-issuer license issue "$KEY" --unbound --out x.license --passphrase-file wrong
[ ! -e x.license ] || fail 'signed with a wrong passphrase'
exits 0 skerry-issuer license issue "$KEY" --unbound --out x.license --passphrase-file pass
exits 0 skerry-issuer license list
exits 1 skerry-issuer brand set hotelhub --contact-phone 1 --passphrase-file wrong
exits 0 skerry-issuer brand set hotelhub --contact-phone 1 --passphrase-file pass
exits 0 skerry-keys new issuing --out 2027 --passphrase-file keypass
exits 1 skerry-issuer key add 2027.key --key-passphrase-file wrong --passphrase-file pass
exits 0 skerry-issuer key add 2027.key --key-passphrase-file keypass --passphrase-file pass
ok 'reading needs no passphrase, every change does'

export SKERRY_DESK="$T/second"
at() {
	skerry-issuer "$@" --at "$when"
}
when=2027-01-15T08:00:00Z
at init --no-passphrase >/dev/null
at brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
at product add hotelhub/hms >/dev/null
at plan add hotelhub/hms/island >/dev/null
at customer add hotelhub owner@grand.example >/dev/null
KEY=$(at license new hotelhub/hms/island --customer owner@grand.example)
for when in 2099-01-01 2027-03-17T08:00:00Z 2027-01-15T07:00:00Z 1970-01-01; do
	exits 2 at license issue "$KEY" --unbound --out y.license
	says 'desk_clock' err
	says 'clock confirm' err
	exits 2 at plan add hotelhub/hms/other
	exits 0 at license list
done
[ ! -e y.license ] || fail 'signed under a clock that cannot be right'
ok 'a clock before the last entry or 60 days after it stops the desk'

when=2027-01-15T07:59:00Z
exits 0 at license issue "$KEY" --unbound --out step.license --json
is "$(jq -r .renew_by out)" 2027-02-14T08:00:00Z
when=2027-03-16T08:00:00Z
exits 0 at license issue "$KEY" --unbound --out y.license
when=2027-09-01
exits 2 at license issue "$KEY" --unbound --out z.license
exits 0 at clock confirm
exits 0 at license issue "$KEY" --unbound --out z.license
when=2027-03-16T08:00:01Z
exits 2 at license issue "$KEY" --unbound --out w.license
exits 0 at clock confirm
exits 0 at license issue "$KEY" --unbound --out w.license --json
a=$(jq .edition out)
ok 'clock confirm lets it go on; a second of time synchronization needs none'

exits 0 at license show "$KEY" --json
is "$(jq '[.licenses[0].documents[].edition] | max' out)" "$a"
is "$(jq '.licenses[0].documents | length' out)" 4
ok 'editions grow whatever the clock did'
