#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: every command of docs/guide/key-ceremony.md works as it stands there, in that order. Words
# as CAROL-KID stand for what a person reads from paper; passphrases come from a file.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
umask 077
echo 'six words or more, I hope' >"$T/passphrase"
mkdir wrapped
# What a terminal would have asked for.
cat >wrapped/skerry-keys <<EOF
#!/bin/sh
case "\$1 \$2" in
'new '* | 'manifest sign') set -- "\$@" --passphrase-file '$T/passphrase' ;;
esac
exec '$BUILD/skerry-keys' "\$@"
EOF
chmod 700 wrapped/skerry-keys
exits 0 skerry-issuer --desk trial init --no-passphrase

awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
	"$ROOT/docs/guide/key-ceremony.md" >commands
[ "$(grep -c '^skerry-' commands)" -ge 40 ] || fail 'the guide has lost its commands'

cat >guide.sh <<'EOF'
set -eu
kid() { skerry-keys show "$1.pub" --json | jq -r .kid; }
trial_kid() { skerry-keys show trial.manifest --json | jq -r '.roots[0].kid'; }
EOF
# shellcheck disable=SC2016
sed -e 's/TRIAL-KID/"$(trial_kid)"/g' \
	-e 's/ALICE-KID/"$(kid alice)"/g; s/BOB-KID/"$(kid bob)"/g; s/CAROL-KID/"$(kid carol)"/g' \
	-e 's/DAVE-KID/"$(kid dave)"/g; s/DESK2-KID/"$(kid desk2)"/g; s/DESK-KID/"$(kid desk)"/g' \
	commands >>guide.sh
PATH=$T/wrapped:$PATH sh guide.sh >guide.out 2>guide.err || {
	tail -n 20 guide.out guide.err >&2
	fail 'a command of the guide failed'
}
ok 'the guide runs from top to bottom'

exits 0 skerry-keys show vendor-5.manifest --json
is "$(jq -c '[.version, .threshold, (.roots | length), (.issuing | length)]' out)" '[5,2,3,3]'
is "$(jq -c '[.issuing[] | .revoked_at != null]' out)" '[false,true,false]'
is "$(jq -c '[.issuing[] | .not_after != null]' out)" '[true,false,false]'
exits 0 skerry-keys show complete.manifest --json
is "$(jq -c '[.trial, .threshold, (.roots | length)]' out)" '[false,2,3]'
exits 0 skerry-keys manifest verify anchor.manifest
exits 0 skerry-keys manifest verify complete.manifest --trust anchor.manifest
ok 'and leaves what it promises'

# Its table of messages quotes the program.
for text in 'root signatures it needs.' 'This key is no root of the manifest.' \
	"this machine's clock says"; do
	grep -qF -- "$text" "$ROOT/docs/guide/key-ceremony.md" || fail "the guide misses '$text'"
	grep -rqF -- "$text" "$ROOT/keys/cli" || fail "the program no longer says '$text'"
done
ok 'its messages are those of the program'
