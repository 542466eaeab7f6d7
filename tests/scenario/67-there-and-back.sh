#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: what couriers do wrong harms nobody: sticks in the wrong order, twice, copied, of last year. Who puts a backup or a folder back
# gets what it waits for; only a copy is called one, and when that is settled all is quiet.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
KEY=$(sell hotelhub/hms/island)
mkdir one two
skerry init --trust "$VENDOR" >/dev/null

# site STICK [ARGUMENTS]: the site's stick; its report is in `out`.
site() {
	exits 0 skerry exchange "$@" --custom box-7 --json
}

# answers STICK: the desk's stick. What each request is to its history, and its first result.
answers() {
	exits 0 desk exchange "$1" --json
	jq -r '[.read[] | [.arrival, .fork, .results[0].code] | map(. // "" | select(. != "")) | join(" ")] | sort | join(", ")' out
}

forks() {
	desk report forks --json | jq -r '[.forks[].fork] | join(", ")'
}

access() {
	skerry status --custom box-7 --json >out 2>err || :
	jq -r .access out
}

# --- sticks ---------------------------------------------------------------------------------------
site one --pair "$KEY"
cp -r one drawer
is "$(answers one)" 'new ok'
cp -r one copied
site one
is "$(access)" full
site two --unpair
cp -r two unpair
is "$(answers two)" 'new unpaired'
# What the desk answers now, it answers in the second in which it took the license back.
site one --pair "$KEY"
is "$(answers one | tr , '\n' | grep -c ok)" 1
site one
site two
is "$(access)" full
site copied
is "$(access)" full
ok 'unpaired and paired again, with two sticks in either order, and a copy of the first one'

mkdir three four
site three
site four --unpair
is "$(answers four)" 'new unpaired'
is "$(answers three)" 'late unpaired'
is "$(answers three)" 'again unpaired'
site four --pair "$KEY"
is "$(answers four | grep -o 'new ok')" 'new ok'
site three
site four
is "$(access)" full
is "$(forks)" ''
ok 'stick 2 before stick 1, and one of them twice'

DAY_ONE=$(date -u -d '+400 days' +%Y-%m-%dT%H:%M:%SZ)
desk clock confirm >/dev/null
is "$(answers drawer | cut -d' ' -f1)" again
is "$(answers unpair | cut -d' ' -f1)" again
site drawer
site unpair
is "$(access)" full
is "$(forks)" ''
ok 'sticks of last year, found in a drawer'

# --- a backup -------------------------------------------------------------------------------------
rm -r one/skerry two/skerry
site one --migrate "$KEY"
OPEN=$(jq '.written[0].number' out)
skerry backup open.backup >/dev/null
is "$(answers one)" 'new ok'
for _ in 1 2 3 4 5 6; do
	site one
	answers one >/dev/null
done
exits 0 skerry restore open.backup
rm -r one/skerry
# What was open in the backup goes out once more, and its own answer comes, however old; then the restore is told.
site one
is "$(jq '.written[0].number' out)" "$OPEN"
is "$(answers one)" 'again ok'
site one
is "$(jq -c "[.read[].documents[] | .answers | values]" out)" "[$OPEN]"
is "$(answers one)" 'new restored ok'
is "$(jq -c '[.read[].told]' out)" '[true]'
for _ in 1 2 3; do
	site one
	is "$(answers one)" 'new ok'
done
is "$(access)" full
is "$(forks)" restored
TAG=$(desk report forks --json | jq -r '.forks[0].tag')
desk site settle "$TAG" --reason 'a new disk, they said' >/dev/null
is "$(forks)" ''
ok 'a backup with an open request is put back: answered, told, and nobody is called a clone'

# --- a folder -------------------------------------------------------------------------------------
cp -a state put-back
for _ in 1 2; do
	site one
	answers one >/dev/null
done
site one
rm -r state
cp -a put-back state
site one
is "$(answers one | grep -o restored)" restored
site one
is "$(answers one | grep -o restored)" ''
site one
is "$(forks)" restored
is "$(access)" full
desk site settle "$TAG" --reason 'a snapshot' >/dev/null
ok 'a folder is put back: it went back, and goes on'

cp -a state twin
for _ in 1 2 3; do
	for folder in state twin; do
		site one --state $folder
		desk exchange one >>told
	done
done
says "^$TAG: two machines go on from one state folder" told
is "$(forks)" clone
desk site settle "$TAG" --reason 'the twin was a test' >/dev/null
rm -r twin
for _ in 1 2 3; do
	site one
	is "$(answers one | grep -c clone)" 0
done
is "$(forks)" ''
is "$(access)" full
exits 0 desk audit verify
ok 'a copy is found by its second exchange, settled, and then all is quiet'
