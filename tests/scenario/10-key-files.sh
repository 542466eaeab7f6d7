#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: `skerry-keys new` makes both files or neither, never over an old key, with a secret for its
# owner alone; and every unusable key file is refused with a sentence and the right exit code.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
umask 022
printf 'correct horse\n' >pass && chmod 600 pass
printf 'wrong horse\n' >wrong && chmod 600 wrong

exits 0 skerry-keys new root --out alice --passphrase-file pass
says '^root key [0-9a-f]{16}: alice.key \(secret\), alice.pub$' out
is "$(stat -c %a alice.key)" 600
is "$(stat -c %a alice.pub)" 644
is "$(find . -name '.skerry*' | wc -l)" 0
exits 0 skerry-keys show alice.key
says '^secret root key [0-9a-f]{16}, protected by a passphrase$' out
exits 0 skerry-keys show alice.pub
says '^public key [0-9a-f]{16}, Ed25519, COSE algorithm -8$' out
ok 'a root key is two files'

cp alice.key before.key
exits 2 skerry-keys new root --out alice --passphrase-file pass
says 'alice.key: .*\[file_exists\]' err
cmp alice.key before.key || fail 'the old key was touched'
exits 0 skerry-keys new root --out alice --passphrase-file pass --force --json
says '^\{"kid":"[0-9a-f]{16}","purpose":"root","key":"alice.key","pub":"alice.pub"\}$' out
cmp -s alice.key before.key && fail '--force changed nothing'
ok 'an old key is overwritten by --force alone'

cp alice.pub before.pub
touch only.pub && exits 2 skerry-keys new root --out only --passphrase-file pass
[ ! -e only.key ] || fail 'one of the two was written'
mkdir half.key
exits 2 skerry-keys new root --out half --passphrase-file pass --force
says 'half.key: .*\[file_not_regular\]' err
[ ! -e half.pub ] || fail 'the public half stayed alone'
cp before.pub half.pub
exits 2 skerry-keys new root --out half --passphrase-file pass --force
cmp half.pub before.pub || fail 'the old public half was not put back'
exits 2 skerry-keys new root --out nowhere/alice --passphrase-file pass
says 'nowhere/alice.pub: The folder for it does not exist. \[file_missing\]' err
exits 2 skerry-keys new root --out x --passphrase-file nowhere/pass
says 'nowhere/pass: There is no such file. \[file_missing\]' err
ok 'both files or neither'

exits 0 skerry-keys new issuing --out desk --no-passphrase --alg ed25519
says 'warning: desk.key: without a passphrase' err
exits 0 skerry-keys show desk.pub --json
is "$(jq -r '.curve + " " + (.alg | tostring)' out)" 'Ed25519 -19'
exits 0 skerry-keys new exchange --out requests --no-passphrase
exits 0 skerry-keys show requests.key --json
is "$(jq -r '.purpose + " " + .wrap + " " + .curve + " " + (.alg | tostring)' out)" \
	'exchange none X25519 null'
ok 'each purpose has its curve and algorithm'

mkdir open && chmod 777 open
exits 0 skerry-keys new root --out open/key --passphrase-file pass
says 'warning: open: others may write here' err
is "$(find open -type f | wc -l)" 2
exits 0 skerry-keys new root --out quiet --passphrase-file pass
[ ! -s err ] || fail 'a warning without a reason'
ok 'a place where others may write is warned of'

for bad in '--out x --alg rsa' '' '--out' '--out x --no-passphrase --passphrase-file pass' 'x' \
	'--out x --passphrase hunter2'; do
	# shellcheck disable=SC2086
	exits 2 skerry-keys new root $bad
	[ -s err ] || fail "nothing said about: $bad"
done
exits 2 skerry-keys new exchange --out x --alg eddsa --no-passphrase
[ ! -e x.key ] || fail 'misuse wrote a key'
exits 2 skerry-keys new root --out x --passphrase-file missing
says 'missing: .*\[file_missing\]' err
chmod 644 wrong && exits 2 skerry-keys new root --out x --passphrase-file wrong
says 'wrong: .*\[file_exposed\]' err
chmod 600 wrong
: >nothing && chmod 600 nothing
exits 1 skerry-keys new root --out x --passphrase-file nothing
says 'nothing: A passphrase must not be empty.*\[passphrase_empty\]' err
exits 2 setsid -w skerry-keys new root --out x
says 'x.key: .*\[no_terminal\]' err
[ -z "$(find . -name 'x.*')" ] || fail 'a failure wrote a key'
ok 'misuse writes nothing'

# What `manifest sign` says to each unusable key file.
exits 0 skerry-keys manifest new --root alice.pub --threshold 1 --issuing desk.pub \
	--exchange requests.pub --out v.manifest
cp v.manifest unsigned
refuses() { # EXIT CODE FILE
	exits "$1" skerry-keys manifest sign v.manifest --key "$3" --passphrase-file "${4:-pass}"
	says "$3: .*\\[$2\\]|${4:-pass}: .*\\[$2\\]" err
	cmp v.manifest unsigned || fail "$3 changed the manifest"
}
refuses 1 passphrase alice.key wrong
refuses 1 trust_purpose desk.key
refuses 1 trust_purpose requests.key
refuses 1 trust_root_unknown quiet.key
refuses 2 file_missing nobody.key
refuses 2 file_missing alice.key nobody.pass
cp alice.key exposed.key && chmod 640 exposed.key
refuses 2 file_exposed exposed.key
: >empty.key && chmod 600 empty.key
refuses 1 document_empty empty.key
mkdir folder.key
refuses 2 file_not_regular folder.key
mkfifo fifo.key && chmod 600 fifo.key
refuses 2 file_not_regular fifo.key
truncate -s 4G sparse.key && chmod 600 sparse.key
refuses 1 document_too_large sparse.key
head -c 100 alice.key >short.key && chmod 600 short.key
refuses 1 file_damaged short.key
head -c 300 /dev/zero >zero.key && chmod 600 zero.key
refuses 1 document_unknown zero.key
cp alice.pub public.key
refuses 1 document_kind public.key
says 'This is a public key. Name the secret one' err
refuses 1 document_kind unsigned
refuses 1 document_unknown /etc/passwd
says 'skerry-keys new' err
ln -s alice.key link.key
exits 0 skerry-keys manifest sign v.manifest --key link.key --passphrase-file pass
ok 'every unusable key file has its sentence'
