#!/bin/sh
# Goal: a code that comes too late wastes nobody's morning: desk and site say that it brings no access back, and which step would, or that none does.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=$(date -u -d '-200 days' +%Y-%m-%dT%H:%M:%SZ)
open_desk
# Three short steps are used up long ago; of eight long ones the later ones still help; a third license tells the site what day it is.
for plan in short:3x14d long:8x30d other:1x1d; do
	desk plan add "hotelhub/hms/${plan%:*}" --term 3y --renew-every 60d --grace 10d --degraded 30d --telephone "${plan#*:}" >/dev/null
done
desk product add hotelhub/spa >/dev/null
desk plan add hotelhub/spa/plain --term 3y --renew-every 60d >/dev/null

# issue PLAN FILE: sells and writes a license bound to nothing, its id in $id.
issue() {
	desk license issue "$(sell "$1")" --unbound --out "$2" >/dev/null 2>&1
	id=$(skerry show "$2" --json | jq -r .license.id)
}

issue hotelhub/hms/short short.license
short=$id
c3=$(desk extend "$short" --steps 3 --json | jq -r .code)
issue hotelhub/hms/long long.license
long=$id
DAY_ONE=
desk clock confirm >/dev/null
issue hotelhub/spa/plain today.license
chain chain.asc

# site NAME FILE: a site that holds that license, and is in its own time today.
site() {
	SKERRY_STATE=$T/$1
	exits 0 skerry init --trust "$VENDOR"
	exits 0 skerry import chain.asc today.license "$2"
	exits 1 skerry status --product hms
	says 'locked' out
}

site too-late short.license
exits 1 skerry extend
says '^  after the next +too late: no step brings access back$' out
says 'too late for the telephone.*\[no_steps\]' err
! grep -E '^(Say|Type)' out || fail 'it says what to say there'
exits 1 skerry extend --json
is "$(jq -c '[.ok, .licenses[0].next_step, .licenses[0].first_that_helps]' out)" '[false,1,null]'
exits 0 skerry extend "$c3"
says '^Accepted: step 3 of 3' out
says '^It brings no access back' out
says '^No step does any more: ask the vendor for a new license file\.$' out
says '^Call HotelHub' out
exits 0 skerry extend "$c3" --json
is "$(jq -c '[.ok, .result, .too_late, .first_that_helps]' out)" '[true,"held",true,null]'
exits 1 skerry status --product hms
exits 1 skerry-issuer extend "$short"
says 'The site.s document is over' err
ok 'where no step helps, nobody is sent to the telephone, and a code that is typed all the same is told as what it is'

# Due 140 days ago, with 40 days until all is over: four steps of 30 days go beyond today.
site late long.license
exits 0 skerry extend
says "^Say: license $long, .*: step 1 is next\.$" out
says '^Ask for 4 steps at once: step 4 is the first that brings access back\.$' out
exits 0 skerry extend --json
is "$(jq -c '[.ok, .licenses[0].next_step, .licenses[0].first_that_helps]' out)" '[true,1,4]'
exits 1 skerry-issuer extend "$long"
says 'What this step allows has ended already: it brings no access back\. \[no_steps\]' err
says 'Step 4 is the first that does: --steps 4\. --force reads step 1 out' err
exits 1 skerry-issuer extend "$long" --steps 3
is "$(skerry-issuer license show "$long" --json | jq '.licenses[0].telephone | length')" 0
exits 0 skerry-issuer extend "$long" --force
says '^What it allows has ended already: step 4 is the first that brings access back\.$' out
exits 0 skerry-issuer extend "$long" --again
says '^What it allows has ended already' out
exits 0 skerry-issuer extend "$long" --again --json
is "$(jq -c '[.step, .too_late, .first_that_helps]' out)" '[1,true,4]'
exits 0 skerry extend "$(jq -r .code out)"
says '^Accepted: step 1 of 8' out
says '^It brings no access back' out
says '^Step 4 would: ask the vendor for its code\.$' out
exits 0 skerry --language id extend
says '^Mintalah 3 langkah sekaligus: baru langkah 4' out
ok 'where a later step helps, both sides name it'

exits 0 skerry-issuer extend "$long" --steps 3
! grep 'ended already' out || fail 'the desk warns of a step that helps'
exits 0 skerry extend "$(sed -n 's/^Read out: //p' out)"
! grep 'no access back' out || fail 'the site warns of a step that helps'
exits 0 skerry status --product hms
exits 0 skerry extend
! grep 'at once' out || fail 'one step is enough from now on'
ok 'and that one does'
