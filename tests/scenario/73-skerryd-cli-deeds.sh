#!/bin/sh
# Goal: whoever changes something with `skerry` through skerryd's socket is told the same as with the folder, byte for byte, and the same is done:
# two copies of one site, one that a daemon serves and one that none does, live through the same day, and their journals say the same.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
umask 022

# Seconds go by between the two; what is sealed is another text each time, and so is a secret.
steady() {
	sed -E 's,[^ ]*/(here|there)/state,STATE,g; s/T[0-9]{2}:[0-9]{2}:[0-9]{2}/T/g; s/ [0-9]{2}:[0-9]{2}:[0-9]{2}//g; /^[A-Za-z0-9+\/=]{30,}$/d; s/SKERRY1?:[0-9A-Z $%*+.\/:-]{40,}/CODE/g; s/[A-Za-z0-9+\/=]{60,}//g; s/\\n[A-Za-z0-9+\/=]+\\n/\\n/g; s/(Its secret: |"secret":")[0-9A-Z]+/\1/; s/"bytes":[0-9]+/"bytes"/; /^[ ▀▄█]+$/d; s/(for|ends in) [0-9]+ (minutes?|seconds?|hours?)/\1/; s/"expires_in":[0-9]+/"expires_in"/'
}

# one WHERE SOCKET ARGUMENT...
one() {
	place=$1
	by=$2
	shift 2
	got=0
	(cd "$place" && SKERRY_STATE=$T/$place/state skerry --socket "$by" "$@" <"$T/input" >"$T/raw" 2>"$T/raw.err") || got=$?
	{
		printf 'exit %s\n' "$got"
		cat raw
	} | steady >"$place.out"
	steady <raw.err >"$place.err"
}

# both CODE ARGUMENT...: here with the folder, there by the socket.
both() {
	expected=$1
	shift
	one here '' "$@"
	one there "$SOCKET" "$@"
	diff here.out there.out >&2 && diff here.err there.err >&2 || {
		cat there.err >&2
		fail "the socket says something else: skerry $*"
	}
	[ "$(head -n 1 here.out)" = "exit $expected" ] || {
		cat here.out here.err >&2
		fail "not exit $expected: skerry $*"
	}
}

# same_file NAME: is there on both sides, written by the user who ran it.
same_file() {
	[ -s "here/$1" ] && [ -s "there/$1" ] || fail "no $1"
	[ -O "there/$1" ] || fail "$1 is somebody else's"
}

: >input
open_desk
desk plan set hotelhub/hms/island --renew-every 60d --telephone 3x14d >/dev/null
desk license issue "$(sell hotelhub/hms/island)" --unbound --out hotel.license >/dev/null 2>&1
desk license issue "$(sell hotelhub/hms/island)" --unbound --out first.license >/dev/null 2>&1
id=$(skerry show hotel.license --json | jq -r .license.id)
key=$(sell hotelhub/hms/island)
chain chain.asc
desk bundle --out vendor.bundle >/dev/null 2>&1
mkdir here there
exits 0 skerry init --trust "$VENDOR"
cp -a state here/state
mv state there/state
SKERRY_STATE=$T/there/state
daemon_begins
unset SKERRY_STATE

echo junk >junk
: >empty
both 0 import ../first.license
both 2 import ../missing ../junk ../empty
both 1 import ../junk ../hotel.license --json
both 0 import ../chain.asc ../hotel.license
both 0 import ../chain.asc ../hotel.license --json
both 0 import ../vendor.bundle
cp hotel.license input
both 0 import -
: >input
both 1 import -
both 2 import ../hotel.license ../missing --json
ok 'imports'

both 0 extend
both 0 extend --json
both 1 extend 00000-00000-00000-00000
both 1 extend 'what is this'
both 0 extend --product hms
code=$(skerry-issuer extend "$id" --json | jq -r .code)
both 0 extend "$code"
both 0 extend "$code" --json
both 0 extend --language id
ok 'renewals by telephone'

both 1 clock confirm 2027-01-01
both 2 clock confirm tomorrow
both 1 clock confirm 2027-01-01 --json
both 2 clock confirm 2027-01-01 --install-path opt/hms
says 'takes an absolute path' there.err
both 1 clock confirm 2027-01-01 --custom box-17 --custom rack-2 --install-path /opt/hms --domain pms.example
ok 'no to a date'

both 0 telemetry list
both 0 telemetry allow rooms backup.failed
both 0 telemetry set rooms=118 app.version=4.2
both 0 telemetry set rooms=119 --json
both 0 event add backup.failed 'disk "full"'
both 0 event add other
both 0 telemetry deny other
both 1 event add other
both 1 event add other --json
both 1 telemetry set other=1 rooms=120
both 0 telemetry forget other
both 1 telemetry forget other
both 1 telemetry forget other --json
both 2 telemetry allow Bad
both 0 telemetry list
both 0 telemetry list --json
ok 'telemetry and events'

both 1 unpair
both 2 pair
both 1 pair HMS-00000-00000-00000-00001
both 1 pair HMS-00000-00000-00000-00001 --json
both 0 pair "$key"
file=$(basename here/*.request)
same_file "$file"
both 0 pair "$key" --json
both 0 pair "$key" --mail
both 0 pair "$key" --mail --json
both 0 pair "$key" --qr
both 0 pair "$key" --out paper --armor
same_file paper
both 1 migrate "$key" --reason 'disk died'
both 0 request --out paper
cp hotel.license here/other && cp hotel.license there/other
both 2 request --out other
cmp -s hotel.license there/other || fail 'a foreign file was overwritten'
both 0 request --out other --force
both 2 request --out nowhere/at/all
(cd there && skerry --state state --socket "$SOCKET" request --out -) >raw 2>/dev/null
cmp -s raw there/other || fail 'standard output has another request'
exits 0 desk import "there/$file"
ok 'requests, and their files'

both 0 seat claim reception-1
both 0 seat claim reception-1
both 0 seat claim reception-2 --json
both 0 seat renew reception-2 --json
both 0 seat list
both 0 seat list reception-2 --json
both 0 seat release reception-2 --json
both 1 seat release reception-2
both 0 seat release reception-1
both 1 seat list reception-1
both 2 seat claim ''
both 2 seat claim reception-1 --product other/thing --secret-file missing
both 1 seat claim reception-1 --product other/thing
ok 'seats'

daemon_ends
# The daemon looks by itself, so that verdicts come at other places; and clocks of a busy machine are a second apart.
for place in here there; do
	(cd "$place" && skerry --state state --socket '' journal list --limit 1000) | steady |
		sed -E '/  (verdict|clock.moved)  /d; s/^ *[0-9]+//; s/digest=[0-9a-f]+//' >"$place.journal"
done
diff here.journal there.journal >&2 || fail 'the journals differ'
exits 0 skerry --state there/state journal verify
ok 'and the same was done'
