#!/bin/sh
# Goal: skerryd begins, serves, reads its configuration anew and ends as a service has to: only one at a time lives in a folder, it
# leaves nothing behind that keeps the next one out, however it ended, and it says what is wrong before anybody notices.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
open_desk
desk license issue "$(sell hotelhub/hms/island)" --unbound --out hotel.license >/dev/null 2>&1

exits 0 skerryd --help
says '^  skerryd -n && skerryd' out
exits 0 skerryd --version
exits 2 skerryd --speed 9
says "there is no option '--speed'" err
exits 2 skerryd --state "$SKERRY_STATE" --socket "$SOCKET"
says 'no site in this folder.*\[store_missing\]' err
says 'skerry init --trust' err
exits 2 skerryd --state "$SKERRY_STATE" -n
ok 'help, and a folder that is no site yet'

exits 0 skerry init --trust "$VENDOR"
exits 0 skerry import hotel.license
daemon_begins
is "$(call /v1/health)" 200
is "$(call /v1/check/channel_manager)" 200
says '"ok":true' out
is "$(cat "$SKERRY_STATE/skerryd.socket")" "$SOCKET"
is "$(stat -c %a "$SOCKET")" 660
is "$(cat "$SKERRY_STATE/daemon.lock")" "$daemon"
exits 0 skerryd --state "$SKERRY_STATE" --socket "$SOCKET" -n
says "A skerryd runs here, process $daemon" out
exits 2 skerryd --state "$SKERRY_STATE" --socket "$T/other"
says "Another skerryd serves this folder: process $daemon\\. \\[store_busy\\]" err
says 'End that one first' err
exits 0 skerry init --state "$T/second" --trust "$VENDOR"
exits 2 skerryd --state "$T/second" --socket "$SOCKET"
says 'Somebody listens there already' err
says 'ss -lntxp' err
is "$(call /v1/health)" 200
daemon_ends
says 'event=stopping' daemon.log
[ ! -e "$SOCKET" ] && [ ! -e "$SKERRY_STATE/skerryd.socket" ] || fail 'the end has left a socket'
ok 'one at a time; it serves, ends, and leaves no socket'

# What is written to a file without a name would be gone with the process, and its seats given twice.
daemon_begins
is "$(call /v1/seats/a -X PUT)" 201
rm "$SKERRY_STATE/seats.db"
is "$(call /v1/seats/b -X PUT)" 503
says '"code":"store_damaged".*"advice":"Claim the seat again\."' out
is "$(call /v1/seats/b -X PUT)" 201
until_says 'event=seats_failed error=store_damaged ' daemon.log
until_says 'event=seats_anew ' daemon.log
until_says 'event=seats_over' daemon.log
is "$(call /v1/health)" 200
daemon_killed
daemon_begins
is "$(call /v1/seats/b -X PUT)" 202
daemon_ends
ok 'seats whose file is taken away are made anew, and told'

# Killed, it leaves a socket and a pointer to it: the next one takes both over, and until then `skerry` uses the folder.
daemon_begins
daemon_killed
[ -S "$SOCKET" ] && [ -e "$SKERRY_STATE/skerryd.socket" ]
exits 0 skerry check channel_manager
daemon_begins
is "$(call /v1/check/channel_manager)" 200
daemon_ends
ok 'what one that was killed has left keeps nobody out'

# The configuration: each fault with its line, and what the key takes.
cat >bad.conf <<EOF
# a comment
state = $SKERRY_STATE
socket = relative
speed = 9
log = loud
log = calls
drop = $SKERRY_STATE/licenses
http 127.0.0.1:1
EOF
exits 2 skerryd --config bad.conf -n
says 'bad.conf:3: socket: It takes an absolute path of at most 107 bytes' err
says 'bad.conf:4: speed: There is no such key' err
says 'bad.conf:5: log: It takes errors, changes or calls' err
says 'bad.conf:6: log: It stands here twice' err
says 'bad.conf:8: http 127.0.0.1:1: A line is: key = value' err
exits 2 skerryd --config nowhere.conf -n
says 'nowhere.conf.*\[file_missing\]' err
exits 2 skerryd --config-default bad.conf -n
says 'bad.conf:4: speed' err
exits 0 skerryd --config-default nowhere.conf --state "$SKERRY_STATE" --socket "$T/s" -n
echo kept >plain
exits 2 skerryd --state "$SKERRY_STATE" --socket "$T/plain"
says 'Something stands there that is no socket' err
is "$(cat plain)" kept
cat >wrong.conf <<EOF
state = $SKERRY_STATE
socket = $T/nowhere/deep/s
socket_group = no-such-group
http = 0.0.0.0:7878
tls_cert = $T/hotel.license
tls_key = $T/nowhere.pem
drop = $SKERRY_STATE/licenses
drop = $T/nowhere
operators = nobody-of-that-name
EOF
exits 2 skerryd --config wrong.conf -n
says 'nowhere/deep: The folder for the socket is not there' err
says 'no-such-group: There is no such group' err
says 'hotel.license: It is no PEM file' err
says 'nowhere.pem: It cannot be read' err
says '0.0.0.0:7878: Other machines may only come with a client token' err
says 'licenses: The state folder must not lie in it' err
says 'nobody-of-that-name: There is no such user' err
exits 2 skerryd --config wrong.conf
exits 2 skerryd --state "$SKERRY_STATE" --socket "$T/nowhere/deep/s"
says 'The folder for the socket is not there.*file_missing' err
says 'systemd-tmpfiles --create' err
# Whoever starts it as root gets the last folder made, and so -n finds nothing wrong.
if [ "$(id -u)" = 0 ]; then
	exits 0 skerryd --state "$SKERRY_STATE" --socket "$T/made/s" -n
	[ ! -e made ] || fail '-n has made a folder'
else
	exits 2 skerryd --state "$SKERRY_STATE" --socket "$T/made/s" -n
	says 'made: The folder for the socket is not there' err
fi
ok 'skerryd -n says all that is wrong, and what to do'

# A service in a network of its own, where nobody has set one up: users may make one where the kernel lets them.
if unshare -rn true 2>/dev/null; then
	exits 2 unshare -rn skerryd --state "$SKERRY_STATE" --socket "$T/s" --http 127.0.0.1:7878 -n
	says 'Nobody could call there: this process has no network of its own' err
	says 'systemctl edit skerryd.socket' err
	unshare -rn skerryd --state "$SKERRY_STATE" --socket "$T/s" --http 127.0.0.1:7878 2>daemon.log &
	daemon=$!
	until_says 'event=http_unheard http=127.0.0.1:7878 .*systemctl edit skerryd.socket' daemon.log
	until_says 'event=ready ' daemon.log
	daemon_ends
	exits 2 unshare -rn skerryd --state "$SKERRY_STATE" --socket "$T/s" --http '[::1]:7878'
	says '^  With systemd, .*systemctl edit skerryd.socket .*ListenStream=ADDRESS:PORT' err
fi
ok 'where nobody can call over TCP, that is told'

# SIGHUP with TLS: certificate 1, key 1, certificate 2, key 2 of the unit tests.
sed -n 's/^\t"\(.*\)\\n",\{0,1\}$/\1/p' "$ROOT/tests/unit/fixture_http.c" |
	awk '/^-----BEGIN/ { n++ } { print >"pem." n }'
cat pem.1 >cert.pem
cat pem.3 >key.pem
reloaded() {
	[ "$(grep -c 'event=reload config=new' daemon.log)" = "$1" ]
}
if unshare -rn true 2>/dev/null; then
	exits 0 skerry token add reception
	unshare -rn skerryd --state "$SKERRY_STATE" --socket "$T/s" --http 0.0.0.0:7878 --tls-cert cert.pem --tls-key key.pem 2>daemon.log &
	daemon=$!
	until_says 'event=ready ' daemon.log
	kill -HUP "$daemon"
	until_true reloaded 1
	cat pem.2 >cert.pem
	kill -HUP "$daemon"
	until_true reloaded 2
	says 'event=tls_failed error=argument message="tls_cert and tls_key do not fit: those before stay."' daemon.log
	cat pem.4 >key.pem
	kill -HUP "$daemon"
	until_true reloaded 3
	is "$(grep -c 'event=tls_failed' daemon.log)" 1
	is "$(call /v1/health)" 200
	daemon_ends
	exits 0 skerry token remove reception
fi
ok 'SIGHUP takes another certificate, and none that does not fit its key'

# SIGHUP: a level of the log, and a new drop folder; what is wrong leaves all as it was.
mkdir drop
cat >good.conf <<EOF
log = changes # what came and went
seats_per_user = 2
EOF
daemon_begins --config good.conf
echo "log = calls
drop = $T/drop" >good.conf
kill -HUP "$daemon"
until_says 'event=reload config=new' daemon.log
is "$(call /v1/health)" 200
until_says 'event=call method=GET target=/v1/health status=200 user=' daemon.log
echo 'log = loud' >good.conf
kill -HUP "$daemon"
until_says 'event=reload config=as_before' daemon.log
says 'good.conf:1: log: It takes errors' daemon.log
is "$(call /v1/health)" 200
echo "http = 127.0.0.1:1
http_name = pms.grand.example" >good.conf
kill -HUP "$daemon"
until_says 'event=reload_needs_restart key=http ' daemon.log
until_says 'event=reload_needs_restart key=http_name ' daemon.log
daemon_ends
ok 'SIGHUP reads the configuration anew; a bad one changes nothing'

# What `skerry` does to the folder beside it counts soon; the daemon holds the lock for moments only.
mkdir "$T/empty"
rm -r "$SKERRY_STATE"
exits 0 skerry init --trust "$VENDOR"
daemon_begins
call /v1/check/channel_manager >/dev/null
says '"ok":false' out
SKERRY_SOCKET='' exits 0 skerry import hotel.license
has_it() {
	call /v1/check/channel_manager >/dev/null && grep -q '"ok":true' out
}
until_true has_it
daemon_ends
ok 'what is imported beside it is seen'
