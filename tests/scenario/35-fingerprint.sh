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
says 'machine_id +- +present +2' out
says 'custom +- +unreadable +- +not given' out
exits 0 skerry fingerprint --sysroot tree --json
is "$(jq -c '[.hostname, .os, .install_id, (.components | map(select(.value == "present") | [.type, .weight]))]' out)" \
	'["frontdesk","Debian GNU/Linux 12 (bookworm)",null,[["machine_id",2],["os",1]]]'
is "$(jq -r '[.components[].type] | join(" ")' out)" 'machine_id product_uuid board_serial disk_serial mac cpu_model os install_path custom'
is "$(jq -r '.components[] | select(.type == "mac") | [.value, .from, .weight, .hash] | map(tostring) | join(" ")' out)" 'unreadable null 0 null'
grep -q 0123456789abcdef out && fail 'the machine id itself is told'
echo uninitialized >tree/etc/machine-id
exits 0 skerry fingerprint --sysroot tree
says 'machine_id +- +junk +- +not initialized yet' out
says 'Nothing tells this machine from others of its kind' out
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
exits 0 skerry fingerprint --key " $(printf %s "$key" | tr A-Z a-z | tr - ' ') " --out f --custom rack-7 --json
is "$(jq -r '.install_id | length' out)" 36
exits 0 skerry show f --json
is "$(jq -r '[.. | strings | select(. == $id)] | length' --arg id "$(cat state/install-id)" out)" 1
# A captured tree is another machine, and not this site.
exits 0 skerry fingerprint --key "$key" --sysroot tree --out captured --json
is "$(jq -c .install_id out)" null
exits 0 skerry show captured --json
is "$(jq -r '[.. | strings | select(. == $id)] | length' --arg id "$(cat state/install-id)" out)" 0
exits 0 skerry show f
says 'site key' out
exits 0 skerry show captured
grep -q 'site key' out && fail 'the key of this site stands in the fingerprint of another machine'
exits 0 skerry fingerprint --key "$key" --sysroot tree --json
salt=$(jq -r .salt out)
exits 0 skerry fingerprint --key "$(printf %s "$key" | tr -d -)" --sysroot tree --json
is "$(jq -r .salt out)" "$salt"
ok 'a typing error in the key is told before anything is written'

# A license bound to what the product supplies: with it full access, without it the rebind grace, counted.
# Nothing else binds it, so that the test says the same on a machine without a machine-id.
rm tree/etc/machine-id tree/etc/os-release
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
exits 2 skerry status --install-path opt/hms
says install-path err

# Captured machines.
machines=$ROOT/tests/corpus/machines
for machine in "$machines"/*/; do
	exits 0 skerry fingerprint --sysroot "$machine" --json
	[ "$(jq '[.components[].type] | unique | length' out)" = 9 ] || fail "a component is missing in $machine"
done
exits 0 skerry fingerprint --sysroot "$machines/laptop"
says '^mac +wlp0s20f3 +present +2$' out
says '^mac +enp0s20f0u1u4 +junk +- +comes and goes: a dock or an$' out
says '^ +adapter$' out
[ "$(wc -L <out)" -le 80 ] || fail 'lines of over 80 columns'
says '^Together 15\.' out
grep -qi -e f4:7b:09 -e S6XANS -e L1HF0A out && fail 'a value is told'
exits 1 skerry fingerprint --sysroot "$machines/container" --out nothing
says 'others of its kind' err
exits 0 skerry fingerprint --sysroot "$machines/container" --custom volume-9 --install-path /opt/hms// --out something --json
is "$(jq -r '[.components[] | select(.value == "present") | .type] | join(" ")' out)" 'cpu_model os install_path custom'
exits 0 skerry fingerprint --json
[ "$(jq '[.components[].type] | unique | length' out)" = 9 ] || fail 'a component is missing on this machine'
ok 'captured machines are listed with what does not count, and why'

# What root alone may read, kept for one boot.
exits 0 skerry fingerprint --sysroot "$machines/laptop" --collect components
says '^/sys/class/dmi/id/board_serial=L1HF0A200B1$' components
is "$(stat -c %a components)" 640
exits 2 skerry fingerprint --sysroot "$machines/laptop" --collect components
says file_exists err
exits 0 skerry fingerprint --sysroot "$machines/laptop" --collect components --force
exits 2 skerry fingerprint --sysroot "$machines/laptop" --collect components --force --json
exits 2 skerry fingerprint --sysroot "$machines/laptop" --collect no/such/folder
exits 2 skerry fingerprint --sysroot tree --collect of-no-boot
[ ! -e of-no-boot ] || fail 'values of an unknown boot were kept'
exits 0 skerry fingerprint --sysroot "$machines/container" --collect empty
is "$(grep -c = empty)" 1
ok 'what only root may read is kept for the site, readable for its group alone'

# Trees that are none, and files that are not what they should be.
exits 2 skerry fingerprint --sysroot nowhere
says file_missing err
echo text >file
exits 2 skerry fingerprint --sysroot file
says file_not_regular err
exits 2 skerry fingerprint --sysroot ''
mkdir -p odd/etc odd/proc odd/sys/class/net odd/sys/class/dmi/id
mkfifo odd/etc/machine-id odd/proc/cpuinfo
truncate -s 1G odd/etc/os-release odd/sys/class/dmi/id/product_uuid
head -c 4096 /dev/urandom >odd/sys/class/dmi/id/board_serial
ln -s loop odd/sys/class/net/loop
mkdir -p odd/proc/self
ln -s mountinfo odd/proc/self/mountinfo
exits 0 timeout 10 skerry fingerprint --sysroot odd
says '^machine_id +- +unreadable +- +not a file$' out
says '^product_uuid +- +unreadable +- +too long$' out
says '^board_serial +- +unreadable +- +too long$' out
says '^disk_serial +- +unreadable +- +not a file$' out
says '^mac +- +unreadable +- +no network card is seen$' out
says '^cpu_model +- +unreadable +- +not a file$' out
says '^os +- +junk +- +no system is told$' out
ok 'nothing waits on odd files'
