#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: the years after the ceremony: a root lost and replaced, the threshold raised, an issuing key
# retired and one stolen, all roots replaced; and every shortcut on the way refused.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
umask 077
for who in alice bob carol dave erin frank mallory; do
	skerry-keys new root --out $who --no-passphrase >/dev/null 2>&1
done
for what in desk desk2 stranger; do
	skerry-keys new issuing --out $what --no-passphrase >/dev/null 2>&1
done
skerry-keys new exchange --out requests --no-passphrase >/dev/null 2>&1
kid() { skerry-keys show "$1.pub" --json | jq -r .kid; }
sign() { # FILE OLD WHO...
	file=$1 old=$2
	shift 2
	for who; do
		exits 0 skerry-keys manifest sign "$file" --key "$who.key" ${old:+--trust "$old"}
	done
}

exits 0 skerry-keys manifest new --root alice.pub --root bob.pub --root carol.pub --threshold 2 \
	--issuing desk.pub --latest 2031-12-31 --exchange requests.pub --at 2027-01-01 --out v1
exits 1 skerry-keys manifest next v1 --out v2
says 'v1: It has 0 of the 2 signatures' err
sign v1 '' alice bob
ok 'nothing follows a version that is not signed'

# Carol's key is lost: Dave takes her place.
exits 0 skerry-keys manifest next v1 --remove-root "$(kid carol)" --add-root dave.pub \
	--at 2027-06-01 --out v2
says 'version 2 needs 2 root signatures, has 0; of version 1.s roots it needs 2, has 0' out
says '^next: skerry-keys manifest sign v2 --key ROOT.key --trust v1$' out
exits 1 skerry-keys manifest sign v2 --key mallory.key --trust v1
says 'mallory.key: .*\[trust_root_unknown\]' err
exits 1 skerry-keys manifest sign v2 --key carol.key
says 'name that with --trust' err
sign v2 v1 alice dave
says 'version 2 needs 2 root signatures, has 2; of version 1.s roots it needs 2, has 1' out
exits 1 skerry-keys manifest verify v2 --trust v1
says '2 of 2 signatures of its own roots, and 1 of 2 of version 1.s roots\. \[trust_threshold\]' err
sign v2 v1 bob
exits 0 skerry-keys manifest verify v2 --trust v1
exits 1 skerry-keys manifest verify v1 --trust v2
says '\[trust_sequence\]' err
ok 'a lost root is replaced'

# The threshold rises to 3: three must sign the rise.
exits 0 skerry-keys manifest next v2 --threshold 3 --at 2028-01-01 --out v3
sign v3 v2 alice bob
exits 1 skerry-keys manifest verify v3 --trust v2
sign v3 v2 dave
exits 0 skerry-keys manifest verify v2 v3 --trust v1
exits 0 skerry-keys manifest verify v1 v2 v3
exits 1 skerry-keys manifest verify v3 --trust v1
says 'It is version 3; after version 1 comes 2\.' err
exits 1 skerry-keys manifest next v3 --threshold 4 --at 2028-02-01 --out x
says 'threshold of 4 cannot be reached with 3 roots' err
[ ! -e x ] || fail 'a manifest that cannot be was written'
ok 'the threshold is raised, and a chain verified'

# The desk's key is retired, a second one takes over.
desk=$(kid desk)
exits 0 skerry-keys manifest next v3 --retire "$(echo "$desk" | cut -c1-8)" --add-issuing desk2.pub \
	--latest 2033-12-31 --at 2029-01-01T00:00:00Z --out v4
sign v4 v3 alice bob dave
exits 0 skerry-keys manifest verify v4 --trust v3 --json
is "$(jq -r ".issuing[] | select(.kid == \"$desk\") | .not_after" out)" 2029-01-01T00:00:00Z
is "$(jq -r ".issuing[] | select(.kid == \"$desk\") | .revoked_at" out)" null
exits 1 skerry-keys manifest next v4 --retire "$desk" --at 2029-02-01 --out x
says 'not in its window' err
ok 'an issuing key is retired'

# The second one is stolen.
exits 0 skerry-keys manifest next v4 --revoke "$(kid desk2)" --at 2029-03-01T12:00:00Z --out v5
says 'no issuing key is good' err
sign v5 v4 alice bob dave
exits 0 skerry-keys manifest verify v5 --trust v4 --json
is "$(jq -r ".issuing[] | select(.kid == \"$(kid desk2)\") | .revoked_at" out)" 2029-03-01T12:00:00Z
exits 1 skerry-keys manifest next v5 --revoke "$(kid desk2)" --at 2029-04-01 --out x
says 'revoked already' err
exits 0 skerry-keys manifest next v5 --revoke "$(kid requests)" --at 2029-04-01 --out x
ok 'a stolen key is revoked, once and for good'

# All roots are replaced: whoever begins here pins a copy with the new roots' signatures alone.
exits 0 skerry-keys manifest next v5 --add-root carol.pub --add-root erin.pub --add-root frank.pub \
	--remove-root "$(kid alice)" --remove-root "$(kid bob)" --remove-root "$(kid dave)" \
	--threshold 2 --at 2030-01-01 --out v6
sign v6 v5 alice bob dave carol erin
exits 0 skerry-keys manifest verify v6 --trust v5
exits 1 skerry-keys manifest verify v6
says 'manifest anchor' err
exits 0 skerry-keys manifest anchor v6 --out pinned
says 'skerry init --trust pinned' out
sh -c "$(sed -n 's/.*: skerry init/skerry init/p' out) --state site" >site.out
exits 0 skerry-keys manifest verify pinned --json
is "$(jq -c '[.ok, .error]' out)" '[true,null]'
exits 0 skerry-keys manifest verify pinned
exits 0 skerry-keys manifest verify v6 --trust pinned
exits 0 skerry-keys manifest verify v1 v2 v3 v4 v5 v6
exits 0 skerry-keys manifest next v6 --at 2031-01-01 --out v7
exits 1 skerry-keys manifest sign v7 --key alice.key --trust v6
sign v7 v6 carol frank
exits 0 skerry-keys manifest verify v7 --trust pinned
exits 0 skerry-keys manifest verify v7 --trust v6
exits 1 skerry-keys manifest anchor x --out y
says 'x: .*\[trust_threshold\]' err
ok 'all roots are replaced'

exits 2 skerry-keys manifest next v6 --at 2029-12-31 --out x --force
says "It was made at 2030-01-01T23:59:59Z; this machine's clock says 2029-12-31T23:59:59Z" err
exits 1 skerry-keys manifest sign v7 --key frank.key --trust v5
says 'v5: This is not the version before' err
ok 'clocks and versions in the wrong order are told'

# Drafts change as long as nobody has signed: keys that differ in one version.
skerry-keys manifest new --root alice.pub --root bob.pub --threshold 1 --issuing desk.pub \
	--brand hotelhub --latest 2031-12-31 --exchange requests.pub --at 2027-01-01 --out draft \
	>/dev/null 2>err
says 'no issuing key may sign bundles' err
exits 0 skerry-keys manifest next draft --draft --add-issuing desk2.pub --role bundle,status \
	--latest 2030-12-31 --at 2027-01-01
says '^draft: version 1 needs 1 root signature, has 0$' out
exits 0 skerry-keys show draft --json
is "$(jq -c '[.version, (.issuing[] | [.roles, .brands, .latest])]' out)" \
	'[1,[["license","status","reply"],["hotelhub"],"2031-12-31T23:59:59Z"],[["status","bundle"],[],"2030-12-31T23:59:59Z"]]'
sign draft '' bob
exits 1 skerry-keys manifest next draft --draft --threshold 2
says 'Somebody has signed it already' err
ok 'a draft changes until it is signed'
