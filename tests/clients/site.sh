#!/bin/sh
# SPDX-License-Identifier: ISC
# The clients and a real skerryd of a paired site: what it proves is believed, another vendor's and another site's is not; seats are
# claimed and given back, however a script ends.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"

needs php
open_desk
skerry init --trust "$VENDOR" >/dev/null 2>&1
mkdir stick
skerry exchange stick --pair "$(sell hotelhub/hms/island)" --custom box-7 >/dev/null
desk exchange stick >/dev/null 2>&1
skerry exchange stick --custom box-7 >/dev/null
echo 'log = calls' >calls.conf
daemon_begins --config calls.conf
told=0

# by CLIENT TRUST SOCKET: what its test's program says of that site.
by() {
	client=$1
	shift
	case $client in
	php) php "$CLIENTS/site.php" "$@" ;;
	Python) /usr/bin/python3 "$CLIENTS/python.py" site "$@" ;;
	Node) node "$CLIENTS/node.mjs" site "$@" ;;
	Java) skerry_java site "$@" ;;
	esac
}
clients=php
/usr/bin/python3 -c 'import nacl' 2>/dev/null && clients="$clients Python"
[ "${SKERRY_CLIENTS:-}" != all ] || {
	clients="$clients Node Java"
	compile_java
}
for client in $clients; do
	exits 0 by "$client" "$VENDOR" "$SOCKET"
	says '^active full ok daemon 1 0 100 [+]62 631 555 0100$' out
	says '^The license for HotelHub HMS|^The license for hotelhub/hms' out
	says '^seat$' out
	says '^hotelhub/hms$' out
	says '^refused seat_unknown$' out
	# What the product knows of its machine goes with a seat as well: without, the license may be on another one.
	before=$told
	told=$(grep -c 'method=PUT target=.*/v1/seats/.*[?&]custom=box-7' daemon.log) && [ "$told" -gt "$before" ] || fail "$client claims a seat without custom"
	ok "$client believes a paired site, and has seats of it"
	exits 0 by "$client" corpus/vendor.manifest "$SOCKET"
	says '^refused trust_' out
	ok 'not one whose vendor it does not pin'
done

. "$ROOT/verifier/clients/shell/skerry.sh"
export SKERRY_PRODUCT=hotelhub/hms SKERRY_SOCKET="$SOCKET"

# called_with PATH ARGUMENT...: the last call below it was about each argument, NAME=VALUE.
called_with() {
	sed -n "s|.* target=\"\{0,1\}\($1[^ \"]*\).*|\1|p" daemon.log | tail -n 1 |
		php -r 'echo implode("\n", array_map("urldecode", preg_split("/[?&]|$/", stream_get_contents(STDIN))));' >arguments
	shift
	for argument; do
		grep -qxF "$argument" arguments || fail "without $argument: $(cat arguments)"
	done
}
for SKERRY_CURL in '' 1; do
	by=$([ -z "$SKERRY_CURL" ] && echo skerry || echo curl)
	export SKERRY_CURL
	if [ "$by" = skerry ] || curl --version >/dev/null 2>&1; then
		is "$(skerry_limit max_rooms)" 100
		exits 1 skerry_limit 'rooms & more'
		exits 1 skerry_check 'spa/sauna'
		[ -s err ] || [ "$by" = skerry ] || fail 'a no without a word'
		(
			skerry_seat 'night audit'
			[ -n "$SKERRY_SEAT_SECRET" ] && [ "$SKERRY_SEAT_EXPIRES_IN" -gt 0 ] || fail 'a seat without a secret'
			secret=$SKERRY_SEAT_SECRET
			skerry_renew && is "$SKERRY_SEAT_SECRET" "$secret"
			skerry seat list | grep -q 'night audit' || fail 'the seat is not held'
		) || fail "no seat by $by"
		skerry seat list | grep -q 'night audit' && fail "the seat was not given back by $by"
		exits 7 skerry_with_seat 'night audit' sh -c 'skerry seat list | grep -q "night audit" && exit 7'
		skerry seat list | grep -q 'night audit' && fail "the seat of a command was not given back by $by"
		# Whoever reads its words goes on when the command is over: nobody who renews holds them.
		exits 0 timeout 20 sh -c '. "$1" && said=$(skerry_with_seat "night audit" echo done) && [ "$said" = done ]' sh "$ROOT/verifier/clients/shell/skerry.sh"
		ok "shell, by $by: limits, a no, a seat that ends with the script"
		(
			export SKERRY_INSTALL_PATH='/opt/hotel hub' SKERRY_BUILD_DATE=2026-04-28 SKERRY_CUSTOM='box-7
disk 8 & more'
			set -- 'install_path=/opt/hotel hub' build_date=2026-04-28 custom=box-7 'custom=disk 8 & more' product=hotelhub/hms
			is "$(skerry_limit max_rooms)" 100
			called_with /v1/limits/ "$@"
			skerry_check channel_manager --read || fail 'it may not be read'
			called_with /v1/check/ read=1 "$@"
			skerry_seat 'night audit'
			called_with /v1/seats/ "$@"
			# No machine and no build is compared by what looks at a file alone.
			skerry_verify "$VENDOR" "$(find "$SKERRY_STATE" -name '*.license' | head -n 1)" || fail 'the license of the site is refused'
		) || fail "what the product knows of its machine, by $by"
		ok "shell, by $by: what the product knows of its machine"
	fi
done
daemon_ends
SKERRY_CURL=1
exits 2 skerry_check channel_manager
for client in $clients; do
	exits 0 by "$client" "$VENDOR" "$SOCKET"
	says '^refused no_daemon$' out
done
ok 'nobody at the socket: it could not be told'
