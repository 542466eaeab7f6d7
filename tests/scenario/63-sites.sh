#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: where licenses are active, found and shown; a dead machine is released and another takes its
# place, as often a year as the plan allows, and once more when support says so.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-15T08:00:00Z

# refused CODE COMMAND...: exits with that error; what cannot be told, as misuse, is 2.
refused() {
	code=$1
	shift
	case $code in argument) exits 2 "$@" ;; *) exits 1 "$@" ;; esac
	says "\\[$code\\]" err
}

# bind N: a machine's document.
bind() {
	skerry fingerprint --state "site$1" --custom "pms-$1" --out "fp$1" >/dev/null
	desk license issue "$ID" --fingerprint "fp$1" --out "m$1.license" >/dev/null
}

open_desk
desk plan add hotelhub/hms/one --term 1y --renew-every 30d --grace 30d --degraded 0 --migrations 2 >/dev/null
desk customer add hotelhub ops@inn.example --name "Inn \"O'Hara\" & Söhne" >/dev/null
KEY=$(desk license new hotelhub/hms/one --customer ops@inn.example)
ID=$(desk license show "$KEY" --json | jq -r '.licenses[0].id')
SECOND=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
bind 1
exits 0 desk license issue "$SECOND" --domain a.example b.example --out d.license
exits 0 desk license issue "$SECOND" --unbound --out u.license

exits 0 desk site list
says "^$ID-1  ops@inn.example " out
says "^$SECOND-1  owner@grand.example  a.example b.example  standing  2027-01-15  2027-07-14  -  +never$" out
says "^$SECOND-2  owner@grand.example  unbound " out
exits 0 desk site list --customer ops@inn.example --json
is "$(jq -c '[.sites[] | [.site, .kind, .renew_by, .documents_until]]' out)" \
	"[[\"$ID-1\",\"machine\",\"2027-02-14T08:00:00Z\",\"2027-03-17T08:00:00Z\"]]"
exits 0 desk site list --license "$SECOND" --limit 1 --json
is "$(jq -r .next_after out)" "$SECOND-1"
exits 0 desk site list --license "$SECOND" --after "$SECOND-1" --json
is "$(jq -c '[[.sites[].activation], .next_after]' out)" '[[2],null]'
exits 0 desk site list --product hms --brand hotelhub --json
is "$(jq '.sites | length' out)" 4
refused not_found desk site list --customer nobody@inn.example
refused not_found desk site list --license 0123456789ABCDEF
refused not_found desk site list --product hotelhub/hmm
exits 0 desk site show "$ID-1" --json
is "$(jq -c '[.license, .activation, (.components > 0), (.documents | length), [.history[].unpaired_at]]' out)" \
	"[\"$ID\",1,true,1,[null]]"
refused not_found desk site show "$ID-2"
refused argument desk site show "$ID"
refused argument desk site show "'; DROP TABLE activation; --"
ok 'where licenses are active, by license, customer and product, page by page'

exits 1 desk license issue "$ID" --domain spare.example --out x.license
says 'activations_exhausted' err
before=$(digest desk)
exits 0 desk site release "$ID-1" --dry-run
says "^site $ID-1 would be released; license $ID paired_pending_revoke, 0 of 1 activations used$" out
says 'works until a status list reaches it, at the latest until 2027-03-17' out
says 'Migration 1 of 2 a year; the first of them counts until 2028-01-15' out
is "$(digest desk)" "$before"
exits 0 desk site release "$ID-1" --reason "server burnt, said O'Hara" --json
is "$(jq -c '[.released, .license_before, .license_status, .activations_left, .migrations, .migrations_allowed, .migration_free_at]' out)" \
	'[true,"paired","paired_pending_revoke",1,1,2,"2028-01-15T08:00:00Z"]'
is "$(tr ',{' '\n\n' <out | grep -c '^"status":')" 1
refused status_forbids desk site release "$ID-1"
exits 0 desk site list --released --json
is "$(jq -c '[.sites[] | [.site, .unpaired_why, .unpaired_note]]' out)" \
	"[[\"$ID-1\",\"released\",\"server burnt, said O'Hara\"]]"
exits 0 desk license suspend "$ID" --dry-run
says 'goes on until its site hears of it, at the latest until ' out
! grep -q 'is at no site' out || fail 'a document is out there'
exits 0 desk license show "$ID"
says 'SINCE +RELEASED' out
exits 0 desk license list --status paired_pending_revoke --json
is "$(jq -r '.licenses[].id' out)" "$ID"
bind 2
exits 0 desk license show "$ID" --json
is "$(jq -c '.licenses[0] | [.status, [.activations[] | [.number, .unpaired_why]]]' out)" \
	'["paired",[[1,"released"],[2,null]]]'
ok 'a dead machine makes room for another'

exits 0 desk site release "$ID-2"
bind 3
refused migration_limit desk site release "$ID-3"
says 'the next is free on 2028-01-15' err
exits 2 desk site release "$ID-3" --force
exits 0 desk license set "$ID" --migrations 3
exits 0 desk site release "$ID-3"
bind 4
refused migration_limit desk site release "$ID-4"
exits 0 desk site release "$ID-4" --force --reason 'support allowed it'
exits 0 desk audit list --action site.release --json
is "$(jq '.rows | length' out)" 4
jq -r '.rows[-1].detail' out >detail
says 'migrations=4/3 forced note=' detail
ok 'beyond the limit only with a reason, which the log names'

# The old documents end on 2027-03-17: from then on the license reads unpaired.
DAY_ONE=2027-03-17T07:59:59Z
exits 0 desk license list --status unpaired --json
is "$(jq '.licenses | length' out)" 1
DAY_ONE=2027-03-17T08:00:00Z
exits 0 desk license list --status unpaired --json
jq -r '.licenses[].id' out >ids
says "^$ID$" ids
exits 0 desk license list --status paired_pending_revoke --json
is "$(jq '.licenses | length' out)" 0
exits 0 desk clock confirm
exits 0 desk license suspend "$ID"
exits 0 desk license resume "$ID"
says 'is unpaired, was suspended' out
exits 0 desk audit verify
ok 'what was pending is over with the last document'
