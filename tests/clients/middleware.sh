#!/bin/sh
# SPDX-License-Identifier: ISC
# A web application lives through its license's dates: everything passes, then only what reads, then nothing
# but a page that says whom to call; and what is one's own can be taken out in every state.
. "$(dirname "$0")/lib.sh"

needs php
needs curl
DAY=86400
issued=$(case_at ladder-begin-at at)
export TRUST="$T/corpus/vendor.manifest" LICENSE="$T/hms.license" NOW="$T/now" LOG="$T/log"
cp corpus/ladder-begin-at.license hms.license
echo "$issued" >now
: >log

# A free port is one that the kernel names; php names it in its first line.
beside php -S 127.0.0.1:0 "$CLIENTS/middleware_site.php" >/dev/null 2>server.log
until_says 'http://127.0.0.1:[0-9]' server.log
url=$(sed -n 's/.*(\(http:[^)]*\)).*/\1/p' server.log | head -n 1)
until_true curl -fsS "$url/rooms"

# day N: the application's clock.
day() {
	echo $((issued + $1 * DAY)) >now
}
# gets STATUS METHOD PATH [CURL OPTION...]: head in `head.lines`, body in `body`.
gets() {
	want=$1 method=$2 path=$3
	shift 3
	is "$(curl -sS --path-as-is -X "$method" -D heads -o body -w '%{http_code}' "$@" "$url$path") $method $path" "$want $method $path"
	tr -d '\r' <heads >head.lines
}

day 3
gets 200 GET /rooms
says '^rooms: GET$' body
gets 200 POST /rooms
exits 1 grep -i '^Skerry-' head.lines
ok 'a license in order lets everything pass, without a word'
gets 200 GET /channels
gets 403 GET /spa
gets 403 GET /spa -H 'Accept: application/json'
is "$(jq -r .error.code body)" no_feature
ok 'what the license does not grant is not opened'

day 8
gets 200 POST /rooms
says '^Skerry-Notice: warn$' head.lines
says '^Skerry-Days-Left: 22$' head.lines
day 40
gets 200 POST /rooms
says '^Skerry-Notice: alert$' head.lines
says '^Skerry-Days-Left: 20$' head.lines
ok 'a header tells what is due, and in how many days'

day 62
gets 200 GET /rooms
gets 200 OPTIONS /rooms
gets 423 POST /rooms
says 'Data can be read but not changed, until 2026-07-27 04:00' body
says 'Nothing was changed' body
says '<title>HotelHub &lt;License&gt;</title>' body
says '^Content-Type: text/html; charset=utf-8$' head.lines
says '^Cache-Control: no-store$' head.lines
gets 423 DELETE /rooms/7 -H 'Accept: application/json'
is "$(jq -r '[.error.code, .license.state, .license.access] | join(" ")' body)" 'read_only degraded read_only'
gets 423 PATCH /api/rooms
is "$(jq -r .license.reason body)" renewal_missed
gets 200 POST /login
ok 'after the grace what reads passes, and what changes is answered'

day 95
gets 402 GET /rooms
says 'The product is locked; its data is kept.' body
gets 402 GET /api/rooms
is "$(jq -r '[.error.code, .license.state] | join(" ")' body)" 'no_access locked'
gets 200 POST /login
gets 200 GET /export/guests.csv
for path in /rooms/../login /export/../rooms /export/%2e%2e/rooms //login /login/x /Login /exports '/export/..%5crooms' /login%00; do
	gets 402 GET "$path"
done
says '^skerry: 402 GET /rooms: locked, renewal_missed$' log
ok 'when it is locked only what is named as open passes, however the path is dressed up'

printf 'altered' | dd of=hms.license bs=1 seek=300 conv=notrunc 2>/dev/null
day 3
gets 402 GET /rooms
says 'altered' body
gets 402 GET /api/rooms
is "$(jq -r .error.code body)" signature
cp corpus/vendor-other-license.license hms.license
gets 402 GET /api/rooms
is "$(jq -r .error.code body)" trust_key_unknown
rm hms.license
gets 402 GET /api/rooms
is "$(jq -r .error.code body)" file_missing
gets 200 GET /login
ok 'a license that is altered, a stranger'\''s, or gone, opens nothing'
cp corpus/ladder-begin-at.license hms.license
gets 200 POST /rooms
exits 1 grep -Ei 'warning|notice|deprecated|fatal' server.log
ok 'the next license file counts at once, and PHP had nothing to say'

php -d error_reporting=-1 -d display_errors=stderr "$CLIENTS/middleware.php" "$T/corpus" 2>err || {
	cat err >&2
	fail 'the middleware differs under a framework'
}
[ ! -s err ] || fail "$(cat err)"
