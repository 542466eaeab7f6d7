#!/bin/sh
# Other implementations read what Skerry writes, and Skerry reads what they write: npm's cose-kit and cbor2, OpenSSL, Debian's cbor2;
# algorithms -8 (EdDSA) and -19 (Ed25519).
set -eu
: "${BUILD:?}"
PATH=$BUILD:$PATH
here=$PWD/tests/interop
work=$BUILD/interop
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

command -v node >/dev/null && command -v npm >/dev/null || {
	echo 'skipped: interop needs Node.js 20 or later and npm'
	exit 0
}
mkdir -p "$work"
cp "$here"/package.json "$here"/*.mjs "$work"
[ -d "$work/node_modules/cose-kit" ] || (cd "$work" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --silent) || {
	echo 'skipped: the npm packages cose-kit and cbor2 cannot be installed here'
	exit 0
}

# desk ALG-NAME: a desk whose issuing key has that algorithm sells one island license.
desk() {
	export SKERRY_DESK="$T/$1"
	skerry-issuer init --no-passphrase --alg "$1" >/dev/null
	skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
	skerry-issuer product add hotelhub/hms >/dev/null
	skerry-issuer plan add hotelhub/hms/island --term 3y --feature channel_manager --limit max_rooms=100 --seats 30 >/dev/null
	skerry-issuer customer add hotelhub owner@grand.example --name 'Grand Hotel' >/dev/null
	key=$(skerry-issuer license new hotelhub/hms/island --customer owner@grand.example --json | jq -r .key)
	skerry-issuer license issue "$key" --unbound --out "$T/$1.license" >/dev/null
}

# ours ALG-NAME ALG: the license of that desk, read by the others.
ours() {
	desk "$1"
	trust=$T/$1/vendor.manifest
	node "$work/read.mjs" "$T/$1.license" "$trust" "$2"
	mkdir "$T/$1.raw"
	/usr/bin/python3 "$here/read.py" "$T/$1.license" "$trust" "$T/$1.raw"
	openssl pkey -pubin -inform DER -in "$T/$1.raw/der" -out "$T/$1.raw/pem"
	openssl pkeyutl -verify -rawin -pubin -inkey "$T/$1.raw/pem" -sigfile "$T/$1.raw/sig" -in "$T/$1.raw/tbs" >/dev/null
	echo "ok $2: OpenSSL verifies the signature over the reconstructed bytes"
}

# theirs ALG-NAME ALG: a license made by cose-kit and cbor2 under a key that our manifest lists.
theirs() {
	mkdir "$T/$1.theirs"
	(
		cd "$T/$1.theirs"
		node "$work/write.mjs" key "$2" .
		skerry-keys new root --no-passphrase --out root >/dev/null
		skerry-keys new exchange --no-passphrase --out exchange >/dev/null
		skerry-keys manifest new --root root.pub --threshold 1 --issuing node.pub --exchange exchange.pub --out vendor.manifest >/dev/null
		skerry-keys manifest sign vendor.manifest --key root.key >/dev/null
		node "$work/write.mjs" license "$2" .
		skerry verify node.license --trust vendor.manifest --json >verdict
		[ "$(jq -r '.ok, .state, .limits.max_rooms' verdict | tr '\n' ' ')" = 'true active 100 ' ]
	) || {
		echo "FAIL $2: Skerry refuses a license made by cose-kit and cbor2"
		cat "$T/$1.theirs/verdict"
		exit 1
	}
	echo "ok $2: Skerry verifies a license made by cose-kit and cbor2"
}

ours eddsa -8
ours ed25519 -19
theirs eddsa -8
theirs ed25519 -19
