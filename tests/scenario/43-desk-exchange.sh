#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a desk answers what sites write, by stick and by mail: who paired, who is there twice, whose journal does not hold.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
KEY=$(sell hotelhub/hms/island)
mkdir stick
for site in state inn; do skerry --state $site init --trust "$VENDOR" >/dev/null; done

# --- a stick: pair, answer, take in -----------------------------------------------------------------
skerry exchange stick --pair "$KEY" --custom box-7 >/dev/null
cp stick/skerry/*.skr pair.request
echo 'a letter' >stick/skerry/letter.txt
exits 0 desk exchange stick
says '^[0-9a-z]{8}.skr  [0-9A-Z]{4}  request 1, pair +hotelhub/hms: ok, new document$' out
says '^[0-9a-z]{8}.skr  - +bundle [0-9]+ +left, for 1 site$' out
says "^letter.txt +- +- +skipped: not one of Skerry's documents$" out
is "$(tail -n 1 out)" 'You can pull the stick now.'
TAG=$(awk '/request 1/ { print $2 }' out)
says "^$TAG  " stick/skerry/RECEIPT.txt
says '62 631 555 0100' stick/skerry/README.txt
exits 0 desk exchange stick --json
is "$(jq -c '[[.read[] | .site, .arrival, .results[0].code], .written, (.stays | length), [.skipped[].code], .finished]' out)" \
	"[[\"$TAG\",\"again\",\"ok\"],[],1,[\"unknown\"],true]"
skerry exchange stick >/dev/null
exits 0 skerry status --json --custom box-7
is "$(jq -r .access out)" full
exits 0 desk exchange stick --json
is "$(jq -c '[(.read[] | .number, .kind), (.written | length), (.removed | length)]' out)" '[2,"heartbeat",1,1]'
ok 'a stick goes there and back, twice without harm'

# --- files, text, mail ------------------------------------------------------------------------------
{
	echo 'From: it@grand.example'
	echo 'Subject: request'
	echo
	echo '-----BEGIN SKERRY REQUEST-----'
	base64 -w 64 pair.request
	echo '-----END SKERRY REQUEST-----'
} >pair.eml
exits 0 desk import pair.request pair.eml --json
is "$(jq -c '[.ok, [.read[] | .file, .arrival]]' out)" '[true,["pair.request","again","pair.eml","again"]]'
exits 0 desk import - <pair.eml
says '^Answered in the next bundle: ' out
head -c 200 pair.request >cut.request
flip pair.request 500 && cp pair.request odd.request && flip pair.request 500
exits 1 desk import pair.request odd.request cut.request "$VENDOR"
says 'request 1, pair' out
says 'odd.request: It is sealed to another vendor.s key, or was altered. \[sealed\]' err
says 'cut.request: .*\[cbor_length\]' err
says 'A desk reads requests, and this is a manifest. \[document_kind\]' err
exits 2 desk import pair.request nowhere.request --json
is "$(jq -c '[.ok, (.read | length), .skipped[0].code]' out)" '[false,1,"file_missing"]'
exits 2 desk exchange nowhere
says 'There is no such folder' err
ok 'requests come as files, text and mail, and each that is none is told'

# --- sites ------------------------------------------------------------------------------------------
exits 0 desk site set "$TAG" --group togian
exits 0 desk site show "$TAG" --json
is "$(jq -c '[.tag, .group, .request_number, .request_kind, .clock, .manifest_version, .fork, (.heartbeats | length)]' out)" \
	"[\"$TAG\",\"togian\",2,\"heartbeat\",\"ok\",2,null,2]"
SITE_ID=$(jq -r .site_id out)
exits 0 desk find "$TAG" --json
is "$(jq -r '.hits[0].found_by' out)" site
exits 0 desk find "$(printf %.8s "$SITE_ID")" --json
is "$(jq -r '.hits[0].found_by' out)" site
exits 0 desk exchange stick --group togian --json
is "$(jq '.written[0].sites' out)" 1
# A group that nobody is in is a slip of the pen.
exits 1 desk exchange stick --group Togean
says 'Did you mean togian[?] There are these groups: togian' err
exits 1 desk bundle --out none.bundle --group elsewhere
says 'There are these groups: togian' err
is "$(ls none.bundle 2>/dev/null)" ''
exits 2 desk exchange stick --group togian --site "$TAG"
exits 1 desk exchange stick --site ZZZZ
exits 1 desk site settle "$TAG" --reason 'nothing'
exits 2 desk site settle "$TAG"
exits 2 desk site set "$TAG" --group 'two words'
ok 'a site goes by its four characters'

# --- a journal against what was told ----------------------------------------------------------------
skerry journal export --out hotel.journal
exits 0 desk audit compare hotel.journal --json
is "$(jq -c '[.ok, .tag, .heads, .requests, .fault]' out)" "[true,\"$TAG\",2,2,null]"
flip hotel.journal 300
exits 1 desk audit compare hotel.journal --site "$TAG" --json
is "$(jq -c '[.ok, .fault.kind]' out)" '[false,"chain"]'
skerry --state inn journal export --out inn.journal
exits 1 desk audit compare inn.journal --site "$TAG"
says 'It is the journal of another site' out
exits 1 desk audit compare pair.eml
exits 2 desk audit compare nowhere.journal
ok 'an exported journal holds, or where it does not is told'

# --- a product that was updated ---------------------------------------------------------------------
exits 0 desk site show "$TAG" --json
is "$(jq -c .app_version out)" null
skerry request --app-version 4.3.1 --out updated.request >/dev/null
exits 0 desk import updated.request
exits 0 desk site show "$TAG" --json
is "$(jq -r .app_version out)" 4.3.1
ok 'a site runs the version that it told last'

# --- what happened there ----------------------------------------------------------------------------
skerry telemetry allow error.page error.critical errors >/dev/null
for text in 'index.php:12' 'index.php:12' 'index.php:13'; do
	skerry event add error.page "$text" >/dev/null
done
skerry request --out told.request >/dev/null
skerry event add error.critical 'no room left' >/dev/null
skerry event add errors >/dev/null
skerry request --out again.request >/dev/null
exits 0 desk import told.request again.request
exits 0 desk report events
is "$(awk 'NR > 1 { print $5 }' out | tr '\n' ' ')" 'errors error.critical error.page error.page '
says '^[0-9-]{10} +[0-9TZ:-]{20} +[0-9A-Z]{16}-1 +owner@grand.example +error.critical +no room left$' out
exits 0 desk report events --name error --json
is "$(jq -c '[.events[] | .text]' out)" '["no room left","index.php:13","index.php:12"]'
is "$(jq -c '.events[0] | [.product, .source, .customer]' out)" '["hotelhub/hms","stick","owner@grand.example"]'
exits 0 desk report events --limit 1 --json
is "$(jq -c '[.events[0].name, .events[0].row == (.next_after | tonumber)]' out)" '["errors",true]'
exits 0 desk report events --limit 1 --after "$(jq -r .next_after out)" --json
is "$(jq -r '.events[0].name' out)" error.critical
exits 0 desk report events --name nothing.of.it --csv
is "$(cat out)" "$(printf 'told_at,at,site,customer,name,text,product,host,source\r')"
exits 0 skerry-issuer --at "$(date -u -d '+2 days' +%Y-%m-%dT%H:%M:%SZ)" report events --within 1d --json
is "$(jq '.events | length' out)" 0
exits 2 desk report events --within yesterday
ok 'what happened at sites is told at the desk, each once'

# --- who knows that it no longer counts -------------------------------------------------------------
BAR=$(desk license new hotelhub/hms/island --customer owner@grand.example)
skerry --state inn exchange stick --pair "$BAR" --custom box-8 >/dev/null
desk exchange stick >/dev/null
skerry --state inn exchange stick >/dev/null
desk license revoke "$BAR" --reason 'chargeback' >/dev/null
exits 0 desk report revoked --json
is "$(jq -c '[.revoked[].propagated_at]' out)" '[null]'
for _ in 1 2; do
	desk exchange stick --json >out
	skerry --state inn exchange stick >/dev/null
done
desk exchange stick --json >out
exits 0 desk report revoked --json
is "$(jq -c '[.revoked[].propagated_at | type]' out)" '["string"]'
ok 'a revocation is confirmed by the site that it reached'

# --- the same folder at two machines ----------------------------------------------------------------
rm stick/skerry/*
cp -a state twin
for _ in 1 2 3; do
	for state in state twin; do
		skerry --state $state exchange stick >/dev/null
		desk exchange stick >>forks
	done
done
says "^$TAG: it went back to an earlier state" forks
says "^$TAG: two machines go on from one state folder" forks
exits 0 desk report forks --json
is "$(jq -c '[.forks[] | .tag, .fork]' out)" "[\"$TAG\",\"clone\"]"
exits 0 desk report forks --csv
says "^$TAG,clone," out
exits 0 desk site settle "$TAG" --reason 'the old disk was thrown away'
exits 0 desk report forks --json
is "$(jq '.forks | length' out)" 0
exits 0 desk audit list --action site.settle
says 'found=clone' out
says 'the old disk was thrown away' out
exits 0 desk audit verify
ok 'a copied folder is found, told, and settled'
