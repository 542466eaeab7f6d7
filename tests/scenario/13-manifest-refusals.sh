#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: whatever is wrong with a command, a contact or a manifest file is told in a sentence that
# names it, with the right exit code, and writes nothing.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
umask 077
for who in alice bob; do skerry-keys new root --out $who --no-passphrase >/dev/null 2>&1; done
skerry-keys new issuing --out desk --no-passphrase >/dev/null 2>&1
skerry-keys new exchange --out requests --no-passphrase >/dev/null 2>&1
new() {
	skerry-keys manifest new --root alice.pub --threshold 1 --issuing desk.pub \
		--latest 2031-12-31 --exchange requests.pub --at 2027-01-01 --out v "$@"
}

misused() { # PATTERN COMMAND...
	pattern=$1
	shift
	exits 2 "$@"
	says "$pattern" err
	[ ! -e v ] || fail 'misuse wrote a file'
}
misused '--threshold wants a number from 1 to 16' skerry-keys manifest new --root alice.pub \
	--threshold 0 --out v
misused '--threshold says how many' skerry-keys manifest new --root alice.pub --out v
misused '--root names at least one' skerry-keys manifest new --threshold 1 --out v
misused '--out says where' skerry-keys manifest new --threshold 1 --root alice.pub
misused "--role wants .*, not 'king'" new --role king
misused "'Hotel Hub' is no brand" new --brand 'Hotel Hub'
misused '--brand wants a name' new --brand ''
misused "--not-after wants a date .*, not '2027-02-30'" new --not-after 2027-02-30
misused '--not-after lies before' new --not-after 2026-01-01
misused '--latest is given twice' new --latest 2030-01-01
misused '--contact wants BRAND:FILE' new --contact hotelhub
misused 'go with an issuing key' skerry-keys manifest new --root alice.pub --threshold 1 \
	--perpetual --out v
misused "there is no option '--isuing'" new --isuing x
misused 'usage: skerry-keys manifest new ' new operand
misused 'manifest what' skerry-keys manifest
misused "Did you mean 'manifest verify'" skerry-keys manifest verfy x
misused 'an operand is missing' skerry-keys manifest verify
ok 'misuse is told and writes nothing'

refused() { # PATTERN COMMAND...
	pattern=$1
	shift
	exits 1 "$@"
	says "$pattern" err
	[ ! -e v ] || fail 'a refusal wrote a file'
}
refused 'This root is listed already' new --root alice.pub
refused 'This issuing key is listed already' new --issuing desk.pub
refused 'A root key must not issue licenses' new --issuing alice.pub
refused 'requests.pub: .*\[trust_purpose\]' new --issuing requests.pub
refused 'desk.pub: .*\[trust_purpose\]' new --exchange desk.pub
refused 'desk.key: This is no public key file' new --issuing desk.key
exits 2 new --root missing.pub
says 'missing.pub: .*\[file_missing\]' err
ok 'keys in the wrong place are refused'

contact() { # PATTERN LINES
	# shellcheck disable=SC2059
	printf "$2" >contact
	refused "contact: $1" new --contact 'hotelhub:contact'
}
contact 'Line 1, colour: there is no such field' 'colour: red\n'
contact 'Line 2, name: the field is there twice' 'name: A\nname: B\n'
contact 'Line 3, telephone: nothing stands behind the colon' '# x\n\ntelephone:\n'
contact 'Line 1, no field: a line is a field, a colon and a text' 'HotelHub\n'
contact 'Line 1, key-format: this is no template' 'key-format: HMS-###\n'
contact 'Line 1, no text: it is not UTF-8' 'name: \377\n'
contact 'Line 1, no text: it is not UTF-8, or holds a control' 'name: \033[31mred\n'
contact 'Line 1, languages: a language is a short code' \
	'languages: aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd\n'
contact 'Line 1, languages: there are too many' 'languages: a b c d e f g h i\n'
contact 'Line 1, name: the text is too long' "name: $(printf '%0300d' 0)\n"
: >contact
refused 'contact: .*\[document_empty\]' new --contact hotelhub:contact
exits 2 new --contact hotelhub:missing
exits 2 new --contact hotelhub:.
printf 'name:\tA\r\nurl: https://x.example/a:b\r\n' >contact
exits 0 new --contact '*:contact'
is "$(skerry-keys show v --json | jq -c '.contacts["*"] | [.name, .url, .email]')" \
	'["A","https://x.example/a:b",null]'
ok 'each line of a contact is told'

exits 2 new
says 'v: .*\[file_exists\]' err
exits 0 new --force --expires 2027-06-30
says 'a threshold of 1' err
exits 0 skerry-keys manifest sign v --key alice.key
exits 0 skerry-keys manifest verify v --at 2027-07-01
says 'It has expired: sites warn, and go on' out
exits 0 skerry-keys manifest verify v --at 2027-07-01 --json
is "$(jq -c '[.ok, .expired]' out)" '[true,true]'
exits 0 skerry-keys manifest verify v --at 2027-06-30 --json
is "$(jq -c '[.ok, .expired]' out)" '[true,false]'
ok 'an expired manifest warns and stays good'

cp v good
bad() { # EXIT CODE FILE
	exits "$1" skerry-keys manifest verify "$3" --json
	is "$(jq -r '[.ok, .error.code] | @csv' out)" "false,\"$2\""
	exits "$1" skerry-keys manifest verify "$3"
	says "\\[$2\\]" err
	exits "$1" skerry-keys manifest sign "$3" --key alice.key
	exits "$1" skerry-keys manifest next "$3" --out next
	[ ! -e next ] || fail 'something follows a bad manifest'
}
bad 2 file_missing missing
mkdir folder
bad 2 file_not_regular folder
mkfifo fifo
bad 2 file_not_regular fifo
: >empty
bad 1 document_empty empty
truncate -s 4G sparse
bad 1 document_too_large sparse
echo hello >text
bad 1 document_unknown text
bad 1 document_kind alice.pub
head -c 200 good >short
bad 1 cbor_length short
{ cat good && printf x; } >long
bad 1 cbor_trailing long
exits 1 skerry-keys manifest verify long
says "at byte $(stat -c %s good)\\)" err
{ head -c -1 good && printf '\377'; } >flipped
exits 1 skerry-keys manifest verify flipped
says '\[signature\]' err
exits 1 skerry-keys manifest next flipped --at 2027-02-01 --out next
exits 1 skerry-keys manifest merge good flipped --out next
says 'flipped: .*\[signature\]' err
[ ! -e next ] || fail 'a damaged signature was merged'
exits 0 skerry-keys manifest sign flipped --key alice.key
cmp flipped good || fail 'signing again does not repair'
ok 'bad files are told by exit code, name and byte'

next_of_good() { skerry-keys manifest next good --at 2027-02-01 "$@"; }
new --root bob.pub --force >/dev/null 2>&1
exits 1 skerry-keys manifest merge good v
says 'v: This is no copy' err
exits 1 next_of_good --retire 00 --out next
says '00: The manifest lists no such key' err
exits 1 next_of_good --retire '' --out next
exits 1 next_of_good --remove-root zz --out next
kid=$(skerry-keys show alice.pub --json | jq -r .kid)
exits 1 next_of_good --revoke "$kid" --out next
says 'taken away with --remove-root' err
exits 1 next_of_good --remove-root "$kid" --out next
says 'cannot be reached with 0 roots' err
[ ! -e next ] || fail 'a refusal wrote a file'
exits 0 next_of_good --remove-root "$(echo "$kid" | tr a-f A-F)" \
	--add-root bob.pub --out next
ok 'kids that name no key are told'

# A disk that takes nothing more: the old file stands, and nothing is left behind.
cp good full
exits 2 sh -c 'ulimit -f 0; exec skerry-keys manifest sign full --key alice.key >/dev/null 2>&1'
exits 2 sh -c 'ulimit -f 0; exec skerry-keys new root --out none --no-passphrase >/dev/null 2>&1'
cmp full good || fail 'a write that failed changed the file'
is "$(find . -name '.skerry*' -o -name 'none*')" ''
ok 'a full disk leaves everything as it was'

exits 2 sh -c 'skerry-keys show good >/dev/full'
exits 0 skerry-keys --help
exits 0 skerry-keys --version
for verb in 'new root' 'new issuing' 'new exchange' 'manifest new' 'manifest next' \
	'manifest sign' 'manifest merge' 'manifest anchor' 'manifest verify' show; do
	# shellcheck disable=SC2086
	exits 0 skerry-keys $verb --help
	says "^usage: skerry-keys $verb " out
	says '^Example:$' out
done
ok 'every verb has help with an example'
