#!/bin/sh
# Goal: import keeps what is newer and meant for this site, and says exactly what it did with the rest.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
exits 0 skerry init --trust "$VENDOR"
desk license issue "$key" --unbound --out first.license >/dev/null
desk license issue "$key" --unbound --out second.license >/dev/null

exits 0 skerry import second.license
before=$(digest state)
exits 0 skerry import first.license
says '^Nothing changed: license .* is older' out
is "$(digest state)" "$before"
exits 0 skerry import --json first.license
is "$(jq -r '.documents[0] | [.result, (.error | tostring), .product] | join(" ")' out)" 'older null hotelhub/hms'
is "$(find state/licenses -type f | wc -l)" 1
ok 'an older edition changes nothing and says so'

# Bound to a site key: at another site it is refused.
exits 0 skerry --state other init --trust "$VENDOR"
exits 0 skerry --state other fingerprint --custom rack-7 --out other.fingerprint
desk license issue "$key" --fingerprint other.fingerprint --out other.license >/dev/null
if skerry show other.license | grep -q 'site key'; then
	exits 1 skerry import other.license
	says 'another site' err
	exits 1 skerry import --json other.license
	is "$(jq -r '.documents[0].error.code' out)" other_site
	is "$(digest state)" "$before"
fi
exits 0 skerry --state other import other.license
exits 0 skerry --state other status --custom rack-7
ok 'a license bound to another site is refused here and works there'

# Refused documents of all kinds leave the folder as it is.
cp second.license forged.license
flip forged.license 100
exits 1 skerry import forged.license
says 'forged.license: .*\[(signature|cbor_[a-z0-9_]+|claim_[a-z]+|cose_[a-z_]+)\]' err
exits 1 skerry import state/site.key
says 'document_kind' err
exits 0 skerry fingerprint --custom x --out fp
exits 1 skerry import fp
is "$(digest state)" "$before"
ok 'refusals write nothing'

# A held file that somebody changes grants nothing: it comes back, and is told. So is one that never came.
file=$(find state/licenses -type f)
cp "$file" held
flip "$file" 60
exits 0 skerry status
says 'put back' err
cmp -s "$file" held || fail 'another document came back'
mv held state/licenses/held.license
flip state/licenses/held.license 60
exits 0 skerry status
says 'held.license was not used' err
exits 0 skerry check channel_manager
rm state/licenses/held.license
mkfifo state/licenses/pipe.license
mkdir state/licenses/folder.license
ln -s /etc/passwd state/licenses/link.license
exits 0 timeout 20 skerry status
says 'pipe.license was not used' err
rm -r state/licenses/pipe.license state/licenses/folder.license state/licenses/link.license
flip state/trust.manifest 60
exits 0 skerry status
says 'put back' err
exits 0 skerry journal list
says 'document.healed .*trust.manifest' out
ok 'a changed file grants nothing'

cp "$VENDOR" damaged.manifest
flip damaged.manifest "$(($(wc -c <"$VENDOR") - 1))"
exits 1 skerry import damaged.manifest
says '\[signature\]' err
ok 'a damaged copy of the manifest that is held is refused'

# A file of the site itself is named, with the way out.
for file in site.key opening.key install-id; do
	mv "state/$file" kept
	exits 2 skerry status
	says "state/$file: " err
	says 'backup' err
	: >"state/$file"
	exits 2 skerry status
	says "state/$file: " err
	mv kept "state/$file"
done
exits 0 skerry status
ok 'a lost or empty file of the site is named'

# Another vendor takes over only when told so, and then the old licenses grant nothing.
SKERRY_DESK=$T/rival skerry-issuer init --no-passphrase >/dev/null 2>&1
site_key=$(sha256sum <state/site.key)
exits 2 skerry init --trust rival/vendor.manifest
exits 0 skerry status
exits 0 skerry init --trust rival/vendor.manifest --force
is "$(sha256sum <state/site.key)" "$site_key"
exits 1 skerry status
exits 0 skerry init --trust "$VENDOR" --force
exits 0 skerry status
# A whole chain may be pinned at once: the lowest version is the anchor.
{ echo '-----BEGIN SKERRY MANIFEST-----' && base64 -w 64 "$VENDOR" && echo '-----END SKERRY MANIFEST-----'; } >anchor.asc
chain chain.asc
cat chain.asc anchor.asc >whole.asc
exits 0 skerry --state chained init --trust whole.asc
is "$(find chained/manifests -type f -name '*.manifest' | wc -l)" 1
exits 0 skerry --state chained import chain.asc
says '^Nothing new: manifest version 2' out
cp chained/manifests/2.manifest kept
flip chained/manifests/2.manifest 80
exits 1 skerry --state chained status
says 'put back' err
cmp -s chained/manifests/2.manifest kept || fail 'another manifest came back'
: >chained/install-id
exits 2 skerry --state chained status --json
is "$(jq -r .ok out)" false
ok 'another anchor takes force, and keeps the site'\''s keys'

# One writer, and everything stays its owner's. Root writes as the owner of the folder.
exits 0 flock state/lock sh -c 'skerry status && skerry check channel_manager'
exits 2 flock state/lock skerry import second.license
says 'store_busy' err
says 'Wait until' err
exits 2 flock state/lock skerry init --trust "$VENDOR" --force
says 'store_busy' err
exits 0 skerry import second.license
if [ "$(id -u)" = 0 ]; then
	mkdir owned
	chown 65534:65534 owned
	(umask 077 && cp second.license "$T/only-root.license")
	chmod 600 only-root.license
	exits 0 skerry --state owned init --trust "$VENDOR"
	exits 0 skerry --state owned import chain.asc only-root.license first.license only-root.license
	says '^Nothing new: license' out
	exits 0 skerry --state owned init --trust "$VENDOR" --force
	exits 0 skerry --state owned check channel_manager
	is "$(find owned ! -user 65534 -o ! -group 65534)" ''
	is "$(find owned -type f | wc -l)" "$(find owned -type f -perm 600 | wc -l)"
	ok "what root imports belongs to the folder's owner, and root's files are read all the same"
else
	echo 'skipped: only root can show that it becomes the owner'
fi
ok 'a folder has one writer'

# Nobody's home is closed to others because of a slip of the keyboard.
mkdir home && chmod 755 home && : >home/.profile
exits 2 skerry --state home init --trust "$VENDOR"
says "home/.profile: This is none of Skerry's" err
is "$(stat -c %a home) $(ls -A home)" '755 .profile'
ok 'init leaves other folders alone'

# A manifest that lies behind a missing one is told, and what comes beside the missing one as well.
exits 0 skerry --state gapped init --trust "$VENDOR"
cp chained/manifests/2.manifest gapped/manifests/3.manifest
exits 1 skerry --state gapped status
says 'manifests/3.manifest was not used: .*\[trust_sequence\]' err
exits 1 skerry --state gapped check channel_manager
rm gapped/manifests/3.manifest
exits 0 skerry --state gapped import chain.asc
! grep -q 'was not used' err || fail 'a healed chain is told'
ok 'a gap in the manifests is told'

# What somebody takes out of the folder comes back: without a manifest, a revocation would be forgotten.
exits 0 skerry --state gapped import second.license
rm gapped/manifests/2.manifest gapped/licenses/*
exits 0 skerry --state gapped status
says 'Documents were missing in the folder and have been put back' err
[ -e gapped/manifests/2.manifest ] || fail 'the manifest is still missing'
exits 0 skerry --state gapped status
! grep -q 'put back' err || fail 'it is told twice'
ok 'a document that is taken away comes back'
