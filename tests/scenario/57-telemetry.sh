#!/bin/sh
# Goal: nothing about the product goes out that the customer has not allowed by its name, whatever product, backup or damage do.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
exits 0 skerry init --trust "$VENDOR"

# out_goes JSON: what the next request would carry.
out_goes() {
	exits 0 skerry telemetry list --json
	is "$(jq -c '[.next_request.telemetry, [.next_request.events[] | [.name, .text]]]' out)" "$1"
}

exits 0 skerry telemetry list
says 'Nothing of it goes out' out
exits 0 skerry telemetry set rooms=118 app.version=4.2
says '^rooms: kept here, and does not go out' out
exits 0 skerry event add backup.failed 'disk full'
out_goes '[{},[]]'
exits 0 skerry telemetry allow rooms app.version
exits 0 skerry telemetry allow uptime
out_goes '[{"app.version":"4.2","rooms":118},[]]'
exits 0 skerry telemetry allow backup.failed
out_goes '[{"app.version":"4.2","rooms":118},[["backup.failed","disk full"]]]'
is "$(jq -c '.names[] | select(.name == "rooms") | [.consent, .value, .decided_by] | tostring' out)" "\"[\\\"allowed\\\",118,$(id -u)]\""
exits 0 skerry telemetry list
says '^rooms +allowed +118 ' out
says '^This goes out with the next request:' out
says '^  rooms = 118$' out
says ' backup.failed  disk full$' out
ok 'the product tells, the customer allows by name, and sees what goes out'

exits 0 skerry telemetry deny rooms backup.failed
out_goes '[{"app.version":"4.2"},[]]'
exits 1 skerry telemetry set rooms=119 app.version=4.3
says 'rooms: denied here; the value was not kept' err
exits 1 skerry telemetry set rooms=119 --json
is "$(jq -c . out)" '{"ok":false,"names":[{"name":"rooms","consent":"denied"}]}'
exits 1 skerry event add backup.failed again
out_goes '[{"app.version":"4.3"},[]]'
exits 0 skerry telemetry allow rooms
out_goes '[{"app.version":"4.3"},[]]'
exits 0 skerry journal list
says 'telemetry.denied  backup.failed  uid=[0-9]+ before=allowed' out
grep -Eq '118|119|disk full' out && fail 'a value stands in the journal'
exits 0 skerry journal verify
ok 'denying erases, and what is denied is not even kept'

for bad in Rooms 2rooms 'ro oms' '' ../x rooms=1 "$(printf %065d 0 | tr 0 a)"; do
	exits 2 skerry telemetry allow "$bad"
	says 'a-z' err
done
exits 2 skerry telemetry allow
exits 2 skerry telemetry set rooms
says 'NAME=VALUE' err
exits 2 skerry telemetry set rooms=
exits 2 skerry telemetry set "rooms=$(printf 'a\nb')"
exits 2 skerry telemetry set "rooms=$(printf %0129d 0)"
exits 2 skerry event add rooms "$(printf '\033[2J')"
exits 2 skerry event add rooms one two
exits 2 skerry event add Rooms
exits 2 skerry telemetry set users=1 Bad=2
exits 1 skerry telemetry forget rooms nobody
says 'no such name' err
exits 0 skerry telemetry list --json
is "$(jq -r '[.names[].name] | join(" ")' out)" 'app.version backup.failed rooms uptime'
ok 'a bad name or value is told, and nothing of the command is done'

seq -f 'full_%g' 60 | xargs skerry telemetry deny >/dev/null
exits 1 skerry telemetry allow one_more
says 'telemetry forget' err
exits 1 skerry telemetry set one_more=1
exits 1 skerry event add one_more
seq -f 'full_%g' 60 | xargs skerry telemetry forget >/dev/null
exits 0 skerry telemetry allow one_more
ok 'more names than there is room for are told, and room can be made'

# A dozen workers of the product, and an operator, all at the same moment.
for i in $(seq 16); do
	skerry telemetry set "worker_$i=$i" >/dev/null 2>"worker_$i.err" &
done
wait
exits 0 skerry telemetry list --json
is "$(jq '[.names[] | select(.name | startswith("worker_")) | .value] | add' out)" 136
ok 'sixteen at once lose nothing'

exits 0 skerry telemetry set rooms=120
exits 0 skerry backup hotel.backup
exits 0 skerry telemetry deny app.version
exits 0 skerry restore hotel.backup
says 'allowed anew' out
exits 0 skerry telemetry list --json
! grep . err || fail 'an honest restore is called something else'
out_goes '[{},[]]'
is "$(jq -r '[.names[] | select(.consent == "allowed")] | length' out)" 0
is "$(jq -r '.names[] | select(.name == "backup.failed") | .consent' out)" denied
exits 0 skerry telemetry allow rooms
exits 0 skerry telemetry set rooms=121
out_goes '[{"rooms":121},[]]'
printf 'damage' | dd of=state/site.db bs=1 conv=notrunc status=none
exits 0 skerry telemetry list
says 'allowed anew' err
out_goes '[{},[]]'
exits 0 skerry telemetry set rooms=122
out_goes '[{},[]]'
ok 'neither a backup nor damage brings a consent back'
