#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: the desk signs nothing that its key may not sign, says what to do instead, and leaves its
# trial root for a ceremony's roots without any site that trusts version 1 noticing more than a new
# manifest.
# shellcheck disable=SC2086
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
export SKERRY_DESK="$T/desk"
AT='--at 2027-01-15T08:00:00Z'

# shellcheck disable=SC2086
desk() {
	skerry-issuer "$@" $AT
}

# A desk, a brand and a product in "desk".
make_desk() {
	rm -rf desk
	desk init --no-passphrase "$@" >/dev/null
	desk brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
	desk product add hotelhub/hms >/dev/null
	desk customer add hotelhub owner@grand.example >/dev/null
}

# sell PLAN FLAGS...: enters the plan and prints a key for it.
sell() {
	plan=hotelhub/hms/$1
	shift
	desk plan add "$plan" "$@" >/dev/null
	desk license new "$plan" --customer owner@grand.example
}

make_desk --latest 2028-12-31
key=$(sell long --term 3y --renew-every 1y --grace 365d)
exits 1 desk license issue "$key" --unbound --out x.license
says 'trust_latest' err
says '2028-12-31' err
key=$(sell ever --perpetual --renew-every never)
exits 1 desk license issue "$key" --unbound --out x.license
says 'trust_perpetual' err
says '--renew-every' err
key=$(sell grace --term 1y --grace 401d)
exits 1 desk license issue "$key" --unbound --out x.license
says 'trust_(grace|latest)' err
key=$(sell short --term 1y)
exits 0 desk license issue "$key" --unbound --out ok.license
[ ! -e x.license ] || fail 'signed beyond the key'
ok 'too long, never ending, too long a grace: refused with what to do'

make_desk
key=$(sell ever --perpetual --renew-every never --maintenance 1y)
exits 0 desk license issue "$key" --unbound --out ever.license --json
is "$(jq -c '[.renew_by, .valid_until, .expires_at]' out)" '[null,null,null]'
exits 0 skerry verify ever.license --trust desk/vendor.manifest --at 2090-01-01
ok 'a key that may sign it signs a license that never ends'

# Another desk's license, and this one's under another desk's manifest.
cp -r desk first
make_desk
exits 1 skerry verify ever.license --trust desk/vendor.manifest --at 2027-02-01
says 'trust_key_unknown' err
exits 1 desk manifest set first/vendor.manifest
head -c 100 first/vendor.manifest >cut.manifest
exits 1 desk manifest set cut.manifest
says 'at byte [0-9]+\) \[cbor_' err
ok 'another desk is another vendor'

# A ceremony on another machine: two roots, a new issuing key.
make_desk
old=$(sell pro --term 1y)
exits 0 desk license issue "$old" --unbound --out before.license
for name in alice bob; do skerry-keys new root --out $name --no-passphrase >/dev/null 2>&1; done
skerry-keys new issuing --out desk2027 --no-passphrase >/dev/null 2>&1
skerry-keys new exchange --out requests --no-passphrase >/dev/null 2>&1
trial=$(desk key list --json | jq -r '.keys[] | select(.purpose == "root") | .kid')
first=$(desk key list --json | jq -r '.keys[] | select(.in_use) | .kid')
# shellcheck disable=SC2086
exits 0 skerry-keys manifest next desk/vendor.manifest --add-root alice.pub --add-root bob.pub --remove-root "$trial" \
	--threshold 2 --add-issuing desk2027.pub --latest 2035-12-31 --add-exchange requests.pub --out next.manifest $AT
exits 0 skerry-keys manifest sign next.manifest --key alice.key --trust desk/vendor.manifest
exits 1 desk manifest set next.manifest
exits 1 desk manifest set next.manifest --cosign
exits 0 skerry-keys manifest sign next.manifest --key bob.key --trust desk/vendor.manifest
exits 1 desk manifest set next.manifest
says 'trust_threshold' err
says '--cosign' err
exits 1 desk key use "$first"x
exits 1 desk key add alice.key
says 'trust_purpose' err
exits 0 desk key add desk2027.key
second=$(desk key list --json | jq -r '.keys[] | select(.purpose == "issuing" and (.in_use | not)) | .kid')
exits 1 desk key use "$second"
says 'trust_key_unknown' err
exits 0 desk key add requests.key
exits 1 desk key use "$(skerry-keys show requests.pub --json | jq -r .kid)"
says 'trust_purpose' err
exits 0 desk manifest set next.manifest --cosign --json
is "$(jq -c .version out)" 2
exits 0 desk key use "$second"
exits 0 desk manifest show --json
is "$(jq -c '[.version, .threshold, .roots, .trial]' out)" '[2,2,2,false]'
ok 'the trial root hands the desk over to two roots'

exits 0 desk license issue "$old" --unbound --out after.license
exits 1 skerry verify after.license --trust desk/vendor.manifest --at 2027-02-01
# What the ceremony signed, without the trial root's signature, is the anchor of new products.
exits 0 skerry verify after.license --trust next.manifest --at 2027-02-01
exits 0 skerry verify before.license --trust next.manifest --at 2027-02-01
SKERRY_STATE=$T/site
export SKERRY_STATE
exits 0 skerry init --trust desk/vendor.manifest
exits 0 skerry import before.license
exits 0 skerry import desk/manifests/2.manifest after.license
exits 0 skerry verify before.license --at 2027-02-01
exits 0 skerry verify after.license --at 2027-02-01
ok 'a site that pinned version 1 takes both'

exits 0 desk brand set hotelhub --contact-phone '+62 361 555 0100'
says 'skerry-keys manifest next .*2.manifest --contact hotelhub:FILE' out
says '^  telephone: \+62 361 555 0100$' out
[ ! -e desk/manifests/3.manifest ] || fail 'signed what only the key holders may sign'
exits 1 desk manifest set desk/manifests/2.manifest --cosign
says '--cosign' err
ok 'from then on contacts go through the key holders'

# The key in use is stolen: one ceremony revokes it and lists a new one.
sign_both() {
	for name in alice bob; do
		skerry-keys manifest sign "$1" --key $name.key --trust "$2" >/dev/null
	done
}
skerry-keys new issuing --out desk2028 --no-passphrase >/dev/null 2>&1
exits 0 skerry-keys manifest next desk/manifests/2.manifest --revoke "$second" --revoke "$first" \
	--add-issuing desk2028.pub --out third.manifest $AT
sign_both third.manifest desk/manifests/2.manifest
exits 1 desk manifest set third.manifest
says 'trust_key_revoked' err
says 'key add FILE' err
exits 0 desk license issue "$old" --unbound --out with-old.license
exits 0 desk key add desk2028.key
third=$(skerry-keys show desk2028.pub --json | jq -r .kid)
exits 0 desk manifest set third.manifest
says "signs with key $third" out
exits 0 desk license issue "$old" --unbound --out with-new.license
exits 0 skerry import desk/manifests/3.manifest
exits 0 skerry verify with-new.license --at 2027-02-01
exits 1 skerry verify with-old.license --at 2027-02-01
exits 1 desk key use "$second"
says 'trust_key_revoked' err
exits 0 desk manifest set third.manifest
exits 1 desk manifest set next.manifest
ok 'a stolen key is replaced in one step; an old manifest is not taken again'

# Retired, not stolen: the same, and what it signed stays good.
skerry-keys new issuing --out desk2029 --no-passphrase >/dev/null 2>&1
exits 0 desk key add desk2029.key
exits 0 skerry-keys manifest next desk/manifests/3.manifest --retire "$third" \
	--add-issuing desk2029.pub --out fourth.manifest $AT
sign_both fourth.manifest desk/manifests/3.manifest
AT='--at 2027-01-15T08:00:01Z'
exits 0 desk manifest set fourth.manifest
exits 0 desk license issue "$old" --unbound --out with-next.license
exits 0 skerry import desk/manifests/4.manifest
exits 0 skerry verify with-next.license --at 2027-02-01
exits 0 skerry verify with-new.license --at 2027-02-01
ok 'a retired key hands over to the next'

chmod 644 desk2027.key
exits 2 desk key add desk2027.key
says 'file_exposed' err
head -c 100 /dev/urandom >noise.key && chmod 600 noise.key
exits 1 desk key add noise.key
mkdir folder
exits 2 desk key add folder
ok 'key files that others may read, damaged ones and folders are refused'
