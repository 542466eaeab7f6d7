#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: who unpairs, puts a copy from before back, and pairs the same license elsewhere, ten times over, has no more machines by it
# than the plan allows moves a year; and of these all but the last one stop.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk plan add hotelhub/hms/single --renew-every 180d --grace 365d --degraded 0 --migrations 3 --overlap 14d --feature channel_manager >/dev/null
KEY=$(sell hotelhub/hms/single)

# visit FOLDER [ARGUMENTS]: its request, the desk's answer, and back; the machines are told apart by their folder's name.
visit() {
	folder=$1
	shift
	rm -rf stick && mkdir stick
	skerry exchange stick --state "$folder" --custom "$folder" "$@" >/dev/null
	desk exchange stick --json >answers
	jq -r '.read[0].results[0].code' answers
}
takes() {
	skerry exchange stick --state "$1" --custom "$1" --no-request >/dev/null
}
# works FOLDER [DATE]
works() {
	skerry what-if --state "$1" --custom "$1" --at "${2:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}" --json | jq -r .access
}

told='' working=''
for round in 1 2 3 4 5 6 7 8 9 10; do
	skerry init --state "m$round" --trust "$VENDOR" >/dev/null
	told="$told $(visit "m$round" --pair "$KEY")"
	takes "m$round"
	[ "$(works "m$round" || :)" = full ] || continue
	working="$working m$round"
	cp -a "m$round" before
	told="$told/$(visit "m$round" --unpair)"
	rm -r "m$round"
	mv before "m$round"
done
is "$told" ' ok/unpaired ok/unpaired ok/unpaired ok/migration_limit paired_elsewhere paired_elsewhere paired_elsewhere paired_elsewhere paired_elsewhere paired_elsewhere'
is "$working" ' m1 m2 m3 m4'
is "$(desk site list --json | jq '[.sites[] | select(.customer == "owner@grand.example" and .plan == "hotelhub/hms/single")] | length')" 1
ok 'ten rounds: three moves, and then none'

# Each of them hears what the desk has for it: that it is unpaired, since when, and until when it may go on.
for folder in $working; do
	visit "$folder" >/dev/null
	takes "$folder"
done
later=$(date -u -d '+20 days' +%Y-%m-%dT%H:%M:%SZ)
is "$(for folder in $working; do works "$folder" "$later" || :; done | tr '\n' ' ')" 'none none none full '
ok 'what was put back stops when the overlap is over, and the last one goes on'

# One that hears nothing ends with its document, which no visit renews any more.
is "$(desk report revoked --json | jq '[.revoked[] | select(.reason == "unpaired")] | length')" 3
is "$(visit m1)" paired_elsewhere
is "$(jq '[.read[0].results[] | select(.issued)] | length' answers)" 0
ok 'nothing is issued for a machine that gave its license back'
