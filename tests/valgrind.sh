#!/bin/sh
# The readers' tests and the main job under valgrind: no invalid access, no uninitialized byte, no leak.
set -eu
: "${BUILD:?}"
# Beside the tests of another build it looks at the plain one.
BUILD=${PLAIN_BUILD:-$BUILD}
memcheck() {
	valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect "$@" >"$BUILD/valgrind.log" 2>&1 || {
		cat "$BUILD/valgrind.log"
		echo "FAIL valgrind $*"
		exit 1
	}
	echo "ok valgrind $(basename "$1")"
}
for test in cose cose_key ladder base45 json table checked key_file sign trust license_key skerry; do
	[ ! -x "$BUILD/unit/test_$test" ] || memcheck "$BUILD/unit/test_$test"
done
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
SKERRY_BIN=$BUILD sh tests/fuzz/seeds.sh "$T" >/dev/null
memcheck "$BUILD/skerry" verify "$T/unbound.license" --trust "$T/vendor.manifest" --json
memcheck "$BUILD/skerry" show "$T/vendor.manifest" --diag
memcheck "$BUILD/skerry-keys" manifest verify "$T/two.manifest"
SKERRY_DESK=$T/desk
export SKERRY_DESK
memcheck "$BUILD/skerry-issuer" init --no-passphrase
memcheck "$BUILD/skerry-issuer" brand add hotelhub --key-format 'HMS-#####-#####-#####-#####'
