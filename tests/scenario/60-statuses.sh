#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a clerk suspends, resumes, revokes and reveals: each says what it means for the sites, a dry
# run changes nothing, and reasons never get into the audit log.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-15T08:00:00Z

# refused CODE COMMAND...: exits with that error; what cannot be told, as misuse and files, is 2.
refused() {
	code=$1
	shift
	case $code in argument | file_*) exits 2 "$@" ;; *) exits 1 "$@" ;; esac
	says "\\[$code\\]" err
}

open_desk
desk product add hotelhub/spa >/dev/null
desk plan add hotelhub/spa/year --term 1y >/dev/null
KEY=$(sell hotelhub/hms/island hotelhub/spa/year)
exits 0 desk license show "$KEY" --json
HMS=$(jq -r '.licenses[0].id' out)
SPA=$(jq -r '.licenses[1].id' out)
exits 0 desk license issue "$HMS" --domain a.example --out a.license
exits 0 desk license issue "$HMS" --unbound --out u.license

refused not_unique desk license suspend "$KEY"
before=$(digest desk)
exits 0 desk license suspend "$KEY" --all --dry-run
says "^license $HMS \\(hms\\) would be suspended, was paired$" out
says '1 site and whoever holds 1 unbound document learn .* at the latest on 2028-08-13' out
says "^license $SPA \\(spa\\) would be suspended, was unpaired$" out
says 'It is at no site' out
is "$(digest desk)" "$before"
ok 'a dry run says what would happen and leaves every byte of the desk'

exits 0 desk license suspend "$HMS" --reason "O'Brien said \"later\" — invoice 12; --" --json
is "$(jq -c '.licenses[0] | [.before, .status, .changed, .sites, .unbound_documents, .documents_until]' out)" \
	'["paired","suspended",true,1,1,"2028-08-13T08:00:00Z"]'
refused status_forbids desk license suspend "$HMS"
refused suspended desk license issue "$HMS" --unbound --out x.license
refused suspended desk license renew "$HMS"
exits 0 desk license list --status suspended --json
is "$(jq -r '.licenses[] | [.id, .access, .is_valid] | join(" ")' out)" "$HMS SUSPENDED false"
exits 0 desk license suspend "$KEY" --all
says "^license $HMS \\(hms\\) stays suspended" out
says "^license $SPA \\(spa\\) is suspended" out
refused status_forbids desk license suspend "$KEY" --all
exits 0 desk license resume "$KEY" --all
exits 0 desk license show "$HMS" --json
is "$(jq -c '.licenses[0] | [.status, .is_valid, .notes[0].text]' out)" \
	'["paired",true,"O'"'"'Brien said \"later\" — invoice 12; --"]'
refused status_forbids desk license resume "$HMS"
ok 'suspended and resumed, it is what its activations say'

exits 0 desk license revoke "$HMS" --reason 'charged back'
says 'at the latest on 2028-08-13' out
for verb in suspend resume revoke renew; do
	refused revoked desk license $verb "$HMS"
done
refused revoked desk license issue "$HMS" --unbound --out x.license
refused revoked desk license set "$HMS" --activations 30
refused revoked desk site release "$HMS-1"
exits 0 desk license show "$HMS" --json
is "$(jq -c '.licenses[0] | [.status, [.revocations[] | [.activation, .reason, .note, .lapses_at]]]' out)" \
	'["revoked",[[1,"revoked","charged back","2028-08-13T08:00:00Z"],[2,"revoked","charged back","2028-08-13T08:00:00Z"]]]'
[ ! -e x.license ] || fail 'a document of a revoked license'
ok 'revoked is the end: every document is entered, every move refused'

exits 0 desk license reveal "$HMS" --reason 'letter lost'
is "$(cat out)" "$KEY"
exits 0 desk license reveal "$SPA" --json
is "$(jq -r '[.key, .customer] | join(" ")' out)" "$KEY owner@grand.example"
refused not_found desk license reveal 0123456789ABCDEF
exits 0 desk audit list --action license.reveal --json
is "$(jq '.rows | length' out)" 2
exits 0 desk audit list --limit 1000 --json
jq -r '.rows[] | .subject, .detail' out >rows
grep -qiE "brien|charged|letter lost|@" rows && fail 'the audit log names somebody'
exits 0 desk audit verify
ok 'a key is shown again, and the log says so without a word of the reason'

long=$(head -c 10240 /dev/zero | tr '\0' x)
for reason in '' "$long" "$(printf 'two\nlines')" "$(printf 'turned \342\200\256 around')" "$(printf 'bell\007')"; do
	refused argument desk license suspend "$SPA" --reason "$reason"
done
exits 0 desk license show "$SPA" --json
is "$(jq -r '.licenses[0].status' out)" unpaired
ok 'a reason is one line of plain text'

# --- what was revoked uses nothing, and its sites say so
gone=$(desk license show "$(sell hotelhub/hms/island)" --json | jq -r '.licenses[0].id')
is "$(desk license show "$gone" --json | jq -c '.licenses[0].edition')" null
desk license issue "$gone" --domain a.example --out gone-1.license >/dev/null
desk license issue "$gone" --domain b.example --out gone-2.license >/dev/null
is "$(desk license show "$gone" --json | jq -c '.licenses[0] | [.activations_used, .edition > 0]')" '[2,true]'
desk site release "$gone-2" >/dev/null
desk license revoke "$gone" >/dev/null
is "$(desk license show "$gone" --json | jq -c '.licenses[0] | [.activations_used, .activations_left]')" '[0,0]'
is "$(desk license list --status revoked --json | jq -c --arg id "$gone" '.licenses[] | select(.id == $id) | [.activations_used, .activations_left]')" '[0,0]'
desk license list --status revoked >out
says "^$gone .* 0/20$" out
desk site list --license "$gone" >out
says "^$gone-1 .* a.example +revoked " out
desk site list --license "$gone" --released >out
says "^$gone-2 .* b.example +released " out
ok 'a revoked license uses no activation'
