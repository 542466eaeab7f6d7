#!/bin/sh
# Goal: a fingerprint file binds a license to a machine, tells nothing but hashes, and a license key is checked before it is used.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
key=$(sell hotelhub/hms/island)
chain chain.asc

mkdir -p tree/etc
echo 0123456789abcdef0123456789abcdef >tree/etc/machine-id
echo frontdesk >tree/etc/hostname
printf 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >tree/etc/os-release
exits 0 skerry fingerprint --sysroot tree
says 'machine_id +present' out
says 'custom +unreadable: not given' out
exits 0 skerry fingerprint --sysroot tree --json
is "$(jq -c '[.hostname, .os, .install_id, (.components | map([.type, .value]))]' out)" \
	'["frontdesk","Debian GNU/Linux 12 (bookworm)",null,[["machine_id","present"],["custom","unreadable"]]]'
grep -q 0123456789abcdef out && fail 'the machine id itself is told'
echo uninitialized >tree/etc/machine-id
exits 0 skerry fingerprint --sysroot tree
says 'machine_id +junk' out
exits 1 skerry fingerprint --sysroot tree --out none
[ ! -e none ] || fail 'a fingerprint of nothing was written'
exits 2 skerry fingerprint --sysroot nowhere
ok 'a captured tree is read, junk does not count, values stay here'

echo 0123456789abcdef0123456789abcdef >tree/etc/machine-id
exits 0 skerry fingerprint --sysroot tree --out a
exits 0 skerry fingerprint --sysroot tree --out b
cmp -s a b && fail 'two random salts are the same'
exits 2 skerry fingerprint --sysroot tree --out a
says file_exists err
exits 0 skerry fingerprint --sysroot tree --out a --force
exits 0 skerry fingerprint --sysroot tree --key "$key" --out c
exits 0 skerry fingerprint --sysroot tree --key "$(printf %s "$key" | tr A-Z a-z)" --out d
cmp c d
exits 0 skerry fingerprint --sysroot tree --key "$key" --armor --out e
says 'BEGIN SKERRY FINGERPRINT' e
exits 0 skerry show e
says 'component +machine_id' out
ok 'the salt is random, or follows from the license key'

exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import chain.asc
last=$(printf %s "$key" | tail -c 1)
[ "$last" = 7 ] && other=8 || other=7
exits 1 skerry fingerprint --key "${key%?}$other" --out typo
says license_key_typo err
exits 1 skerry fingerprint --key "${key%?}" --out typo
says license_key_length err
exits 1 skerry fingerprint --key RT123-45678 --out typo
says license_key_prefix err
exits 1 skerry fingerprint --key "${key%?}$other" --json
is "$(jq -r .error.code out)" license_key_typo
[ ! -e typo ] || fail 'a file was written for a mistyped key'
exits 0 skerry fingerprint --key " $(printf %s "$key" | tr A-Z a-z | tr - ' ') " --sysroot tree --out f --json
is "$(jq -r '.install_id | length' out)" 36
exits 0 skerry fingerprint --key "$key" --sysroot tree --json
salt=$(jq -r .salt out)
exits 0 skerry fingerprint --key "$(printf %s "$key" | tr -d -)" --sysroot tree --json
is "$(jq -r .salt out)" "$salt"
ok 'a typing error in the key is told before anything is written'

# A license bound to what the product supplies: with it full access, without it the rebind grace, counted.
# Nothing else binds it, so that the test says the same on a machine without a machine-id.
rm tree/etc/machine-id
exits 0 skerry fingerprint --key "$key" --sysroot tree --custom rack-7 --out bound.fingerprint
exits 0 desk license issue "$key" --fingerprint bound.fingerprint --threshold 1 --out bound.license
exits 0 skerry import bound.license
exits 0 skerry status --custom rack-7 --json
is "$(jq -r '[.state, .reason] | join(" ")' out)" 'active ok'
is "$(jq -r '.fingerprint | [.matched >= .threshold, .components] | map(tostring) | join(" ")' out)" 'true 1'
skerry status --custom rack-8 --json >out || :
is "$(jq -r .reason out)" wrong_machine
exits 2 skerry status --custom ''
ok 'a bound license knows its machine'
