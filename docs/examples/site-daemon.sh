#!/bin/sh
# SPDX-License-Identifier: ISC
# A hotel whose machine runs skerryd: seats for the reception's PCs to the last one and one beyond, a renewal that comes through a
# folder while everything works, a product in PHP that passes, is read only and is locked, another vendor's daemon that nobody
# believes, a PC with a token. In the end nothing of it runs. KEEP=dir keeps what it makes.
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$examples/stage.sh"
printf '\n=== A hotel with skerryd: one license for everything that asks\n'
for program in php curl jq; do
	command -v "$program" >/dev/null || {
		echo "$program is not installed, and this shows it at work: make deps, or apt-get install php-cli curl jq"
		exit 1
	}
done

running=
stop_all() {
	# shellcheck disable=SC2086
	[ -z "$running" ] || kill -9 $running 2>/dev/null || :
	wait 2>/dev/null || :
	running=
}
trap 'stop_all; [ -n "${KEEP:-}" ] || rm -rf "$stage"' EXIT

wrong() {
	printf '    ... and that is wrong: %s\n' "$1"
	exit 1
}

# until COMMAND...: again and again until it succeeds; ten seconds are for a machine that is very busy.
until_it() {
	tries=0
	until "$@" >.tried 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 500 ] || {
			tail -n 20 .tried ./*.log
			wrong "$* never happened"
		}
		sleep 0.02
	done
}

# tells PATTERN COMMAND...: shows it, and of what it says the lines that have the pattern; there must be one.
tells() {
	pattern=$1
	shift
	show "$@"
	"$@" >.said 2>&1 || :
	grep -E -- "$pattern" .said | sed 's/^/    /' || {
		cat .said
		wrong "nothing says $pattern"
	}
}

# serve FOLDER [OPTION...]: skerryd for that site, at FOLDER.sock, and waits until it answers.
serve() {
	site=$1
	shift
	show skerryd --state "$site" --socket "$site.sock" "$@" '&'
	skerryd --state "$site" --socket "$site.sock" "$@" 2>"$site.log" &
	last=$!
	running="$running $last"
	until_it grep -q 'event=ready' "$site.log"
}

# call METHOD PATH [CURL OPTION...]: on the hotel's socket; the answer in .said, its status in $status.
call() {
	method=$1 path=$2
	shift 2
	status=$(curl -s -o .said -w '%{http_code}' --unix-socket hotel.sock -X "$method" "$@" "http://localhost$path")
}

# ago DAYS: the desk works as it did so many days ago, and the hotel got its license then.
now=$(date +%s)
ago() {
	at=$(date -u -d "@$((now - $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ)
}
desk() {
	skerry-issuer --desk "$desk" --at "$at" "$@"
}

# pair FOLDER: a site, paired with $desk over a stick; KEY is its license key.
pair() {
	KEY=$(desk license new hotelhub/hms/island --customer owner@grand.example)
	mkdir "stick-$1"
	skerry init --state "$1" --trust "$desk/vendor.manifest"
	skerry exchange --state "$1" "stick-$1" --pair "$KEY" --custom "$MACHINE"
	desk exchange "stick-$1"
	skerry exchange --state "$1" "stick-$1" --no-request
	# The desk's reply is half a year old, and so the site's time: somebody who is there says that today is today.
	skerry clock confirm --state "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}
open_desk() {
	desk=$1
	desk init --no-passphrase --name HotelHub
	desk brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' --contact-phone '+62 361 555 0100'
	desk product add hotelhub/hms --name 'HotelHub HMS'
	desk plan add hotelhub/hms/island --term 3y --renew-every 180d --warn 30d --alert 7d --grace 365d --degraded 30d \
		--expiry-grace 0s --rebind-grace 0s --seats 3 --feature channel_manager --limit max_rooms=100
	desk customer add hotelhub owner@grand.example --name 'Grand Hotel'
}

MACHINE=pms-server-1
ago 170
scene 'Half a year ago' 'a desk sold a license with three seats; the hotel paired it over a stick. So did another hotel, with another desk'
{
	open_desk other
	pair elsewhere
	open_desk desk
	pair hotel
} >.said 2>&1 || {
	cat .said
	exit 1
}
HOTEL_KEY=$KEY
export SKERRY_STATE=hotel
mkdir drop

# --- it begins ----------------------------------------------------------------------------------
scene 'At the hotel' 'skerryd is configured, checked and started. In real life: systemctl enable --now skerryd'
# A PC that is another machine comes with TLS and a token. Its certificate would be that of the hotel; this one is made here.
port=$(php -r 'echo parse_url("tcp://" . stream_socket_get_name(stream_socket_server("tcp://127.0.0.1:0"), false), PHP_URL_PORT);')
php -r '$key = openssl_pkey_new(["private_key_type" => OPENSSL_KEYTYPE_EC, "curve_name" => "prime256v1"]);
	$cert = openssl_csr_sign(openssl_csr_new(["commonName" => "pms.grand.example"], $key), null, $key, 2);
	umask(0077); openssl_pkey_export_to_file($key, "pms.key"); openssl_x509_export_to_file($cert, "pms.pem");'
cat >skerryd.conf <<END
drop      = $stage/drop
http      = 0.0.0.0:$port
http_name = pms.grand.example
tls_cert  = $stage/pms.pem
tls_key   = $stage/pms.key
END
run cat skerryd.conf
show skerry token add reception-pc
TOKEN=$(skerry token add reception-pc 2>/dev/null)
printf '    %s\n' "$TOKEN"
run skerryd -n --state hotel --socket hotel.sock --config skerryd.conf
serve hotel --config skerryd.conf
hotel=$last
sed 's/^/    /' hotel.log

scene 'At the hotel' 'who is in group skerry asks the socket: in words by skerry, or by anything that speaks HTTP'
tells '^overdue|^The license|^  (plan|days left|limits|seats|machine)  ' skerry status --custom "$MACHINE"
run curl -s --unix-socket hotel.sock -H 'Accept: text/plain' "http://localhost/v1/why?custom=$MACHINE"
tells '"ok":true' curl -s --unix-socket hotel.sock "http://localhost/v1/check/channel_manager?custom=$MACHINE"

# --- seats --------------------------------------------------------------------------------------
scene 'At the reception' 'four PCs open the product in the same moment; the license has three seats'
for pc in 1 2 3 4; do
	curl -s -o "pc-$pc.said" -w '%{http_code}\n' --unix-socket hotel.sock -X PUT "http://localhost/v1/seats/pc-$pc?custom=$MACHINE" >"pc-$pc.status" &
	pcs="${pcs:-} $!"
done
# shellcheck disable=SC2086
wait $pcs
for pc in 1 2 3 4; do
	status=$(cat "pc-$pc.status")
	show curl --unix-socket hotel.sock -X PUT "http://localhost/v1/seats/pc-$pc?custom=$MACHINE"
	case $status in
	201)
		seated=pc-$pc
		secret=$(jq -r .secret "pc-$pc.said")
		jq -r '"    201 \(.holder) has a seat until \(.expires_at)"' "pc-$pc.said"
		;;
	*)
		standing=pc-$pc
		jq -r --arg status "$status" '"    \($status) \(.error.code): \(.error.message) The next one ends at \(.error.retry_at)"' "pc-$pc.said"
		[ "$status" = 410 ] || wrong 'a PC got neither a seat nor the time when there will be one'
		;;
	esac
done
[ "$(cat pc-?.status | sort | tr '\n' ' ')" = '201 201 201 410 ' ] || wrong 'there are three seats'
tells 'seats in use|pc-' skerry seat list

scene 'At the reception' "nobody sits down on somebody else's seat"
show curl --unix-socket hotel.sock -X PUT -H 'Skerry-Seat-Secret: 00000000000000000000000000' "http://localhost/v1/seats/$seated"
call PUT "/v1/seats/$seated?custom=$MACHINE" -H 'Skerry-Seat-Secret: 00000000000000000000000000'
printf '    %s %s\n' "$status" "$(jq -r '.error | "\(.code): \(.message)"' .said)"
[ "$status" = 409 ] || wrong 'a wrong secret was good enough'
call PUT "/v1/seats/$seated?custom=$MACHINE" -H "Skerry-Seat-Secret: $secret"
[ "$status" = 202 ] || wrong 'its own secret was not'

scene 'On another PC of the house' 'over TLS, with the token of reception-pc; without one there is no answer'
remote() {
	curl -s --cacert pms.pem --resolve "pms.grand.example:$port:127.0.0.1" "$@"
}
away=https://pms.grand.example:$port
show curl --cacert pms.pem "$away/v1/status"
status=$(remote -o .said -w '%{http_code}' "$away/v1/status")
printf '    %s %s\n' "$status" "$(jq -r '.error | "\(.code): \(.message)"' .said)"
[ "$status" = 401 ] || wrong 'it was let in without a token'
show curl --cacert pms.pem -H 'Authorization: Bearer skt_...' "$away/v1/limits/max_rooms?custom=$MACHINE"
remote -H "Authorization: Bearer $TOKEN" "$away/v1/limits/max_rooms?custom=$MACHINE" >.said
printf '    max_rooms: %s\n' "$(jq -r .number .said)"
[ "$(jq -r .number .said)" = 100 ] || wrong 'there are 100 rooms'
show curl --cacert pms.pem -H 'Authorization: Bearer skt_...' -X PUT "$away/v1/seats/$seated"
status=$(remote -o .said -w '%{http_code}' -H "Authorization: Bearer $TOKEN" -X PUT "$away/v1/seats/$seated?custom=$MACHINE")
printf '    %s %s\n' "$status" "$(jq -r '.error | "\(.code): \(.message)"' .said)"
[ "$status" = 409 ] || wrong 'it took a seat from a PC that sits'
call DELETE "/v1/seats/$seated"
[ "$status" = 204 ] || wrong "$seated cannot stand up"
status=$(remote -o .said -w '%{http_code}' -H "Authorization: Bearer $TOKEN" -X PUT "$away/v1/seats/$standing?custom=$MACHINE")
[ "$status" = 201 ] || wrong 'a seat is free, and it does not get it'
printf '    %s stands up, and %s sits down.\n' "$seated" "$standing"

# --- the product --------------------------------------------------------------------------------
export TRUST="$stage/desk/vendor.manifest" SOCKET="$stage/hotel.sock" PHP_CLIENT="$examples/../../verifier/clients/php/Skerry.php" MACHINE
show php -S 127.0.0.1:8080 hms.php '&'
php -S 127.0.0.1:0 "$examples/hms.php" >/dev/null 2>php.log &
running="$running $!"
until_it grep -q 'http://127.0.0.1:[0-9]' php.log
hms=$(sed -n 's/.*(\(http:[^)]*\)).*/\1/p' php.log | head -n 1)

# hms METHOD PATH: what the product answers: its status, the notice in its head, and its first words.
hms() {
	method=$1 path=$2
	said=$(curl -s -X "$method" -D .head -o .body -w '%{http_code}' -H 'Accept: application/json' "$hms$path")
	said="$said$(tr -d '\r' <.head | sed -n 's/^Skerry-Notice: \(.*\)/ (notice: \1)/p')"
}
# is_answered WANTED: to somebody who changes something.
is_answered() {
	hms POST /rooms && [ "$said" = "$1" ]
}
# product METHOD PATH WANTED
product() {
	hms "$1" "$2"
	printf '  %-5s %-18s %-22s %s\n' "$1" "$2" "$said" \
		"$(jq -r '.error.message' .body 2>/dev/null || cat .body)"
	[ "$said" = "$3" ] || wrong "it should be $3"
}
scene 'The product' 'in PHP, behind EnsureLicenseValid: it verifies a proof of what skerryd says, under the root that it pins'
product GET /rooms '200 (notice: warn)'
product POST /rooms '200 (notice: warn)'

scene 'The product' "another desk's daemon takes the socket's place: a genuine one, of another vendor"
serve elsewhere
show skerry status --state elsewhere --custom "$MACHINE"
skerry status --state elsewhere --custom "$MACHINE" >.said || wrong 'that daemon does not answer'
head -n 2 .said | sed 's/^/    /'
believed=$(SOCKET="$stage/elsewhere.sock" php -r '
	require getenv("PHP_CLIENT");
	$skerry = new Skerry\Skerry(["trust" => file_get_contents(getenv("TRUST")), "product" => "hotelhub/hms", "socket" => getenv("SOCKET"),
		"custom" => [getenv("MACHINE")]]);
	try {
		$yes = $skerry->check("channel_manager");
		echo "full access: ", $yes ? "yes" : "no";
	} catch (Skerry\SkerryException $e) {
		echo $e->name(), ": ", $e->getMessage();
	}')
printf '  the product says: %s\n' "$believed"
case $believed in
trust_*) ;;
*) wrong 'it believed a stranger' ;;
esac

# --- what comes while it runs -------------------------------------------------------------------
# The boat takes five days, and so the desk wrote five days ago what arrives today.
ago 5
scene 'At the desk, five days ago' 'the renewal is paid, with more rooms, and goes out as one file'
# It had slept for months, too; somebody says that its clock is right.
run skerry-issuer --at "$at" clock confirm
run skerry-issuer --at "$at" license set "$HOTEL_KEY" --limit max_rooms=140
run skerry-issuer --at "$at" bundle --due 60d --out first.bundle
scene 'At the hotel, today' 'somebody drops it into the folder. Nothing is restarted, and nobody is asked anything'
run cp first.bundle drop/
until_it is_answered 200
grep 'event=taken' hotel.log | tail -n 1 | sed 's/^/    /'
product POST /rooms 200
tells '"number":140' curl -s --unix-socket hotel.sock "http://localhost/v1/limits/max_rooms?custom=$MACHINE"

end=$(date -u -d "@$((now - 3 * 86400))" +%Y-%m-%d)
scene 'At the desk, five days ago' "the hotel gives notice, for $end"
run skerry-issuer --at "$at" license set "$HOTEL_KEY" --until "$end" --shorten --reason 'given notice'
run skerry-issuer --at "$at" bundle --out second.bundle
scene 'At the hotel, today' 'that date has passed: its data can be read for 30 days more'
run cp second.bundle drop/
until_it is_answered '423 (notice: alert)'
product GET /rooms '200 (notice: alert)'
product POST /rooms '423 (notice: alert)'

scene 'At the desk' 'the last invoice is charged back: revoked'
run skerry-issuer license revoke "$HOTEL_KEY" --reason 'charged back'
run skerry-issuer bundle --out third.bundle
scene 'At the hotel' 'locked: no page but the export of what is its own'
run cp third.bundle drop/
until_it is_answered '402 (notice: alert)'
product GET /rooms '402 (notice: alert)'
product GET /export/guests.csv '200 (notice: alert)'
call PUT "/v1/seats/$standing?custom=$MACHINE" -H "Skerry-Seat-Secret: $secret"
printf '  A seat for %s: %s %s\n' "$standing" "$status" "$(jq -r .error.code .said)"
[ "$status" = 403 ] || wrong 'a locked license gives no seats'

# --- the end ------------------------------------------------------------------------------------
scene 'At the hotel' 'numbers for whoever watches, and the log of the day'
tells '^skerry_(healthy|license_days_left|license_state.* 1$|seats_(max|used|peak)|seat_calls_total)' curl -s --unix-socket hotel.sock http://localhost/metrics
show cat hotel.log
sed 's/^/    /' hotel.log

scene 'At the hotel' 'and skerryd is stopped. In real life: systemctl stop skerryd'
show kill "$hotel"
kill "$hotel"
wait "$hotel" || wrong "skerryd ended with $?"
grep 'event=stopping' hotel.log | sed 's/^/    /'
[ ! -e hotel.sock ] || wrong 'its socket is still there'
stop_all
for process in $pcs $hotel $last; do
	! kill -0 "$process" 2>/dev/null || wrong "process $process is still there"
done
printf '  Nothing of it runs any more. The site is where it was: hotel/\n'
