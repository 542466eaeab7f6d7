#!/bin/sh
# Goal: every call of skerryd(8), over its socket with curl: its status, its body as `skerry --json` has it, in words and as CBOR, and
# each refusal with a code that a program can go by and words that a person can. What a call changes is seen by the next one.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
open_desk
desk license issue "$(sell hotelhub/hms/island)" --unbound --out hotel.license >/dev/null 2>&1
chain chain.txt
exits 0 skerry init --trust "$VENDOR"
daemon_begins

# wants STATUS PATH [CURL ARGUMENTS]: its body is in out.
wants() {
	wanted=$1
	shift
	got=$(call "$@")
	[ "$got" = "$wanted" ] || {
		cat out >&2
		fail "$got instead of $wanted: $*"
	}
}

# refused STATUS CODE PATH [CURL ARGUMENTS]: an error as they all are.
refused() {
	refused_code=$2
	wanted=$1
	shift 2
	wants "$wanted" "$@"
	says "^\\{\"error\":\\{\"code\":\"$refused_code\",\"message\":\"[^\"]+\\.\",\"offset\":[a-z0-9]+,\"advice\":" out
}

# --- a site without a license ---
wants 200 /v1/check/channel_manager
gather 'false no_license unlicensed'
gathered '"\(.ok) \(.code) \(.state)"'
refused 403 no_access /v1/seats/reception -X PUT
refused 409 no_license /v1/proof -d '{"nonce":"MDEyMzQ1Njc4OWFiY2RlZg=="}'
ok 'without a license the answer is no, and an answer'

# --- documents ---
wants 200 /v1/import --data-binary @chain.txt
wants 200 '/v1/import?name=hotel.license' --data-binary @hotel.license
gather 'hotel.license taken true'
wants 422 /v1/import --data-binary @daemon.log
gather 'the body refused false'
gathered '"\(.documents[0].file) \(.documents[0].result) \(.ok)"'
says '"ok":false,"error":\{"code":"document_unknown","message"' out
head -c 200 hotel.license >cut.license
wants 422 /v1/import --data-binary @cut.license
refused 400 http_body /v1/import -X POST
ok 'documents are taken in as they come, and refused by name'

# --- what check, limits and the verbs say, they say here ---
same_as() {
	"$@" | sed -E 's/T[0-9:]+Z"/"/g; s/"used":(null|[0-9]+)//' >wanted.json
	sed -E 's/T[0-9:]+Z"/"/g; s/"used":(null|[0-9]+)//' out | diff wanted.json - >&2 || fail "another answer than $*"
}
folder() {
	skerry --socket '' "$@" || :
}
wants 200 /v1/check/channel_manager
same_as folder check channel_manager --json
wants 200 /v1/check/other
same_as folder check other --json
wants 200 '/v1/limits/max_rooms?product=hms'
same_as folder limit max_rooms --json
wants 200 /v1/status
same_as folder status --json
wants 200 /v1/clock
same_as folder clock --json
wants 200 '/v1/what-if?at=2031-01-01'
same_as folder what-if --at 2031-01-01 --json
wants 200 '/v1/journal?after=1&limit=2'
same_as folder journal list --after 1 --limit 2 --json
wants 200 /v1/telemetry
same_as folder telemetry list --json
wants 200 /v1/why
says '"state":"active"' out
wants 200 /v1/fingerprint
says '^\{"salt":"' out
wants 200 /v1/extend
wants 200 /v1/check/channel_manager -H 'Accept: text/plain'
is "$(cat out)" yes
wants 200 /v1/check/other -H 'Accept: text/plain' -D head
says '^no: ' out
says '^Skerry-Exit: 1' head
wants 200 /v1/check/channel_manager -H 'Accept: application/cbor' -D head
says '^Content-Type: application/cbor' head
is "$(od -An -tx1 -N4 out | tr -d ' ')" a7626f6b
wants 200 /v1/status -H 'Accept: text/plain' -H 'Accept-Language: id'
says 'hotelhub/hms' out
wants 200 /v1/check/channel_manager -I
says '^Content-Length: [0-9]{2,}' out
wants 200 /v1/health
says '^\{"ok":true,"version":"[0-9.]+","settled":"20' out
ok 'questions get the answers of skerry, as JSON, CBOR and words'

# --- seats ---
wants 201 /v1/seats/reception%2F2 -X PUT
secret=$(sed -n 's/.*"secret":"\([0-9A-Z]*\)".*/\1/p' out)
says '^\{"holder":"reception/2","result":"claimed","secret":"[0-9A-Z]{26}","expires_at":"20[^"]+Z","expires_in":600,"burst":false\}$' out
wants 202 /v1/seats/reception%2F2 -X PUT -H "Skerry-Seat-Secret: $secret"
refused 409 seat_held /v1/seats/reception%2F2 -X PUT -H 'Skerry-Seat-Secret: 00000000000000000000000000'
refused 409 seat_held /v1/seats/reception%2F2 -X PUT -H 'Skerry-Seat-Secret: mine'
wants 201 /v1/nodes/4d3a5e -X PUT -D head
says '^Relay-Clock: [0-9]{10}' head
gather "hotel.license $(sed -n 's/.*"license_key":"\([^"]*\)".*/\1/p' out) 600"
jq -j .license_file out | base64 -d | cmp - hotel.license
gathered '"hotel.license \(.license_key) \(.expires_in)"'
wants 202 /v1/nodes/4d3a5e -X PUT -d '{"fingerprint":"4d3a5e"}'
wants 200 /v1/seats
gather '30 2 4d3a5e reception/2'
wants 200 '/v1/seats?limit=1'
gather '30 2 4d3a5e '
wants 200 '/v1/seats?after_pool=hotelhub/hms&after_holder=4d3a5e'
gather '30 2 reception/2 '
gathered '"\(.pools[0].max) \(.pools[0].used) \(.seats[0].holder) \(.seats[1].holder // "")"'
wants 200 /v1/status
says '"seats":\{"max":30,"burst":3,"used":2\}' out
wants 204 /v1/seats/reception%2F2 -X DELETE -H "Skerry-Seat-Secret: $secret"
refused 404 seat_unknown /v1/seats/reception%2F2 -X DELETE
wants 204 /v1/nodes/4d3a5e -X DELETE
refused 404 seat_unknown /v1/nodes/4d3a5e -X DELETE
wants 200 /v1/seats
says '^\{"pools":\[\{"pool":"hotelhub/hms","max":30,"burst":3,"used":0,"marked":0,"peak":2,"burst_left_s":86400\}\],"seats":\[\],' out
ok 'seats and nodes are claimed, renewed, listed and released'

# --- requests, telemetry, events, clock ---
wants 201 /v1/requests -d '{"kind":"heartbeat"}'
gather 'written heartbeat 1 help@hotelhub.example'
wants 201 /v1/requests -d '{}'
gather 'again heartbeat 1 help@hotelhub.example'
gathered '"\(.result) \(.kind) \(.number) \(.mail.to)"'
jq -j .request out | base64 -d >made.request
jq -r .file out | grep -Eq '^[0-9A-Z]{4}-1\.request$'
exits 0 skerry-issuer import made.request
refused 422 license_key_length /v1/requests -d '{"kind":"pair","keys":["HMS-7QK2M"]}'
refused 409 not_paired /v1/requests -d '{"kind":"unpair"}'
refused 400 http_body /v1/requests -d '{"kind":"marry"}'
wants 200 /v1/telemetry -d '{"set":{"rooms":84,"mode":"night"}}'
says '"name":"rooms","consent":"undecided"' out
wants 200 /v1/telemetry -d '{"allow":["rooms"]}'
wants 200 /v1/telemetry -d '{"deny":["mode"]}'
wants 200 /v1/telemetry -d '{"set":{"mode":"day"}}' -D head
says '^Skerry-Exit: 1' head
wants 200 /v1/telemetry
says '"next_request":\{"telemetry":\{"rooms":84\},"events":\[\]\}' out
refused 404 not_found /v1/telemetry -d '{"forget":["nothing"]}'
refused 400 http_body /v1/telemetry -d '{"set":{},"allow":["rooms"],"deny":["rooms"]}'
wants 200 /v1/events -d '{"name":"night.audit","text":"84 rooms"}'
refused 400 http_body /v1/events -d '{"name":"Night Audit"}'
refused 422 step_code_length /v1/extend -d '{"code":"2H6KQ"}'
refused 400 date /v1/clock/confirm -d '{"date":"soon"}'
refused 409 argument /v1/clock/confirm -d '{"date":"2027-04-28"}'
refused 400 http_body /v1/proof -d '{"nonce":"short"}'
refused 409 not_paired /v1/proof -d '{"nonce":"MDEyMzQ1Njc4OWFiY2RlZg==","product":"hotelhub/hms"}'
ok 'what a call changes, the next one sees'

# --- what no call takes ---
refused 404 http_path /v1/nothing
refused 405 http_method /v1/status -X POST
refused 400 argument '/v1/check/channel_manager?produkt=hms'
says "'produkt' is unknown" out
refused 400 http_body /v1/events -d '{"name":"a","name":"a"}'
says 'stands there twice' out
refused 400 http_body /v1/events -d '{"name":"a"} {"name":"b"}'
refused 400 http_body /v1/events -d '{"name":"a\u0000b"}'
printf '{"name":"%70000s"}' x >large.json
refused 413 http_too_large /v1/events -d @large.json
refused 400 http_body /v1/status -X GET -d '{}'
ok 'what is malformed is told by name, and others are served'

# --- numbers ---
wants 200 /metrics
says '^skerry_license_state\{product="hotelhub/hms",tenant="",state="active",access="full"\} 1$' out
says '^skerry_license_days_left\{product="hotelhub/hms",tenant=""\} 1[78][0-9]$' out
says '^skerry_seats_max\{product="hotelhub/hms",tenant=""\} 30$' out
says '^skerry_seats_peak\{product="hotelhub/hms",tenant=""\} 2$' out
says '^skerry_seats_burst_left_seconds\{product="hotelhub/hms",tenant=""\} 86400$' out
says '^skerry_seats_used\{product="hotelhub/hms",tenant=""\} 0$' out
says '^skerry_seat_calls_total\{result="claimed"\} 2$' out
says '^skerry_answers_total\{status="5xx"\} 0$' out
says '^skerry_clock_condition\{condition="ok"\} 1$' out
grep -v '^#' out | grep -Ev '^skerry_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+]+$' >odd || :
[ ! -s odd ] || fail "no metric: $(cat odd)"
ok 'metrics say the same in numbers'

# --- a second product: who asks has to say which ---
desk product add hotelhub/spa --name 'HotelHub Spa' >/dev/null
desk plan add hotelhub/spa/day --term 1y --renew-every 30d --grace 30d --feature booking >/dev/null
desk license issue "$(sell hotelhub/spa/day)" --unbound --out spa.license >/dev/null 2>&1
wants 200 /v1/check/booking
wants 200 /v1/import --data-binary @spa.license
refused 409 not_unique /v1/check/booking
refused 409 not_unique /v1/seats/reception -X PUT
wants 200 '/v1/check/booking?product=spa'
says '"ok":true' out
refused 409 no_seats '/v1/seats/reception?product=spa' -X PUT
daemon_ends
ok 'of two products, one is named'
