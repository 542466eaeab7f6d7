#!/bin/sh
# Goal: a site without any carrier is renewed by 20 characters on the telephone: both sides say what to say; whatever is mistyped, typed again or meant for somebody else gains nothing; what was accepted is kept whatever is lost.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk plan set hotelhub/hms/island --renew-every 60d --telephone 3x14d >/dev/null
desk product add hotelhub/spa >/dev/null
desk plan add hotelhub/spa/plain --term 3y --renew-every 60d --telephone 2x7d >/dev/null

# issue PLAN FILE: sells and writes a license bound to nothing, its id in $id.
issue() {
	desk license issue "$(sell "$1")" --unbound --out "$2" >/dev/null 2>&1
	id=$(skerry show "$2" --json | jq -r .license.id)
}

# code ID ARGUMENTS: what the clerk reads out.
code() {
	skerry-issuer extend "$@" --json | jq -r .code
}

# renew_by: the site's renew_by.
renew_by() {
	skerry status --product hms --json | jq -r .renew_by
}

# days FROM TO: whole days between two dates.
days() {
	echo $((($(date -u -d "$2" +%s) - $(date -u -d "$1" +%s)) / 86400))
}

chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 1 skerry extend
says 'No license that is held here can be renewed by telephone' err
exits 1 skerry extend 00000-00000-00000-00000
says 'No license that is held here can be renewed by telephone' err
issue hotelhub/spa/plain spa.license
spa=$id
issue hotelhub/hms/island hotel.license
exits 0 skerry import chain.asc hotel.license
edition=$(skerry show hotel.license --json | jq .license.edition)
first=$(renew_by)

exits 0 skerry extend
says "^hotelhub/hms, license $id, activation 1$" out
says '^  steps used +0 of 3, 14 days each$' out
says "^  renew by +$(shown "$first")$" out
says "^  after the next +$(shown "$first + 14 days")$" out
says "^Call HotelHub: \+62 631 555 0100, help@hotelhub.example\.$" out
says "^Say: license $id, activation 1, edition $edition: step 1 is next\.$" out
exits 0 skerry --language id extend
says "^hotelhub/hms, lisensi $id, aktivasi 1$" out
says '^  langkah terpakai +0 dari 3, masing-masing 14 hari$' out
says "^Hubungi HotelHub: \+62 631 555 0100" out
says "^Sebutkan: lisensi $id, aktivasi 1, edisi $edition, langkah 1\.$" out
exits 0 skerry extend --json
is "$(jq -c '[.ok, .licenses[0].id, .licenses[0].next_step, .licenses[0].steps_max, .licenses[0].contact.telephone]' out)" \
	"[true,\"$id\",1,3,\"+62 631 555 0100\"]"
exits 1 skerry extend --product spa
ok 'the site says whom to call and what to say'

# advised DATE: whether `why` at that date sends somebody to the telephone.
advised() {
	skerry why --product hms --at "$1" --json | jq '.actions | any(test("skerry extend"))'
}

missed=$(date -u -d "$first + 1 day" +%Y-%m-%dT%H:%M:%SZ)
is "$(advised "$(date -u +%Y-%m-%dT%H:%M:%SZ)")" false
is "$(advised "$missed")" true
is "$(advised "$(date -u -d "$first + 10 years" +%Y-%m-%d)")" false
exits 0 skerry why --product hms --at "$missed"
says "^  It can also be renewed by telephone: run .skerry extend. and call the vendor\.\$" out
exits 0 skerry --language id why --product hms --at "$missed"
says "dapat dilakukan lewat telepon: jalankan .skerry" out
ok 'who misses a renewal is told of the telephone, and nobody else'

exits 0 skerry-issuer extend "$id" --steps 1
says '^Read out: [0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$' out
says '^step +1 of 3, 14 days each$' out
c1=$(sed -n 's/^Read out: //p' out)
! skerry-issuer audit list --json | grep -q "$c1" || fail 'the log has the code in it'
is "$(code "$id" --again)" "$c1"
is "$(skerry-issuer license show "$id" --json | jq '.licenses[0].telephone[0].steps')" 1
exits 2 skerry-issuer extend "$id" --again --steps 2
exits 2 skerry-issuer extend "$id" --steps 0
exits 2 skerry-issuer extend "$id" --next x
ok 'the clerk reads a code out, and again without giving more'

site=$(skerry-issuer site show "$id-1" --json | jq -r .renew_by)
is "$(days "$first" "$site")" 14
late=$(date -u -d "$first + 5 days" +%Y-%m-%dT%H:%M:%SZ)
exits 0 skerry-issuer --at "$late" report overdue --json
is "$(jq "[.. | objects | select(.license? == \"$id\")] | length" out)" 0
exits 0 skerry-issuer --at "$late" report due --within 30d --json
says "$site" out
ok "the desk's reports go by what was read out"

# Each of these is one person's Monday morning.
before=$(digest state)
while read -r name typed; do
	exits 1 skerry extend "$typed"
	says "\[$name\]" err
	exits 1 skerry extend "$typed" --json
	is "$(jq -r .error.code out)" "$name"
done <<END
step_code_length ${c1%?}
step_code_length ${c1}0
step_code_length x
step_code_character $(echo "$c1" | sed 's/^./U/')
step_code_character $(echo "$c1" | sed 's/^./*/')
step_code 00000-00000-00000-00000
END
wrong=$(echo "$c1" | tr 0123456789ABCDEFGHJKMNPQRSTVWXYZ 123456789ABCDEFGHJKMNPQRSTVWXYZ0 | cut -c1)${c1#?}
exits 1 skerry extend "$wrong"
says '\[step_code_typo\]' err
exits 1 skerry extend ''
exits 2 skerry extend "$c1" --product hms
is "$(digest state)" "$before"
is "$(renew_by)" "$first"
ok 'a mistyped code is told as what it is, and changes nothing'

other=$(code "$spa")
exits 1 skerry extend "$other"
says 'This code is not for the license that is held here' err
exits 0 skerry import spa.license
is "$(renew_by)" "$first"
exits 0 skerry extend "$other"
says "^Accepted: step 1 of 2 for hotelhub/spa, license $spa\.$" out
is "$(renew_by)" "$first"
ok "another license's code finds that license and no other"

# shellcheck disable=SC2046
exits 0 skerry extend $(echo "$c1" | tr 'A-Z01-' 'a-zol ')
says "^Accepted: step 1 of 3 for hotelhub/hms, license $id\.$" out
says '^  steps left +2 of 3$' out
is "$(days "$first" "$(renew_by)")" 14
exits 0 skerry extend "$c1"
says '^Nothing new: step 1 ' out
exits 0 skerry --language id extend "$c1"
says '^Tidak ada yang baru: langkah 1 ' out
says '^  sisa langkah +2 dari 3$' out
exits 0 skerry extend "$c1" --json
is "$(jq -c '[.ok, .result, .step, .steps_used]' out)" '[true,"held",1,1]'
exits 0 skerry why --product hms
says '1 of 3 telephone renewals' out
exits 0 skerry journal list
says "telephone\.extended  license $id  .*step=1 steps=3 days=14 renew_by=$(date -u -d "$first + 14 days" +%Y-%m-%dT%H:%M:%SZ)" out
is "$(skerry journal list --json | jq '[.entries[] | select(.kind == "telephone.extended")] | length')" 2
ok 'a code moves the date by its days, however it is typed, and once'

# What is kept survives either of its places, and a cut between them.
kept=$(find state/licenses -name "$id*.extension")
cp -a state cut
rm "cut/${kept#state/}"
exits 0 skerry --state cut status --product hms --json
is "$(jq -r .renew_by out)" "$(renew_by)"
[ -e "cut/${kept#state/}" ] || fail 'the file is not back'
rm cut/site.db
exits 0 skerry --state cut status --product hms --json
is "$(jq -r .renew_by out)" "$(renew_by)"
exits 0 skerry --state cut journal verify
rm "cut/${kept#state/}"
exits 0 skerry --state cut status --product hms --json
is "$(jq -r .renew_by out)" "$(renew_by)"
rm cut/site.db "cut/${kept#state/}"
exits 0 skerry --state cut status --product hms --json
is "$(jq -r .renew_by out)" "$first"
exits 0 skerry --state cut extend "$c1"
says '^Accepted: step 1' out
exits 0 skerry backup kept.backup
exits 0 skerry --state new restore kept.backup
exits 0 skerry --state new status --product hms --json
is "$(jq -r .renew_by out)" "$(renew_by)"
ok 'an accepted code survives a lost file, a lost database, and moves with a backup'

cp -a state edited
printf '%s\n' "$other" >"edited/${kept#state/}"
rm edited/site.db
exits 0 skerry --state edited extend --product hms
says 'extension was not used: This code is not for the license' err
says "^hotelhub/hms, license $id," out
says '^  steps used +0 of 3' out
exits 0 skerry --state edited extend "$c1"
exits 0 skerry --state edited status --product hms --json
is "$(jq -r .renew_by out)" "$(renew_by)"
! grep extension err || fail 'the file is still told'
ok 'a file changed by hand grants nothing, and is told'

# The line broke: two were read out, one was typed. Then the desk itself was put back.
c3=$(code "$id" --steps 2)
exits 0 skerry-issuer extend "$id" --next 2
says '^Step 2 was read out before: nothing more is given\.$' out
c2=$(sed -n 's/^Read out: //p' out)
exits 1 skerry-issuer extend "$id"
says '\[no_steps\]' err
says 'license issue' err
exits 0 skerry extend "$c2"
exits 0 skerry extend "$c3"
exits 0 skerry extend "$c2"
says '^Nothing changed: this is the code of step 2 ' out
is "$(days "$first" "$(renew_by)")" 42
exits 1 skerry extend --product hms
says '^  steps used +3 of 3' out
says '^  after the next +all used$' out
says 'no renewal by telephone left' err
is "$(advised "$(date -u -d "$(renew_by) + 1 day" +%Y-%m-%dT%H:%M:%SZ)")" false
exits 1 skerry extend --product hms --json
is "$(jq -c '[.ok, .licenses[0].next_step]' out)" '[false,null]'
exits 0 skerry extend
says "^Say: license $spa, .*: step 2 is next" out
ok 'all steps are used in any order, and then there are no more'

desk license issue "$id" --activation 1 --out renewed.license >/dev/null 2>&1
exits 0 skerry-issuer extend "$id"
says '^It is for edition [0-9]+ of 2 documents; where the site names another one: --edition\.$' out
n1=$(sed -n 's/^Read out: //p' out)
exits 1 skerry extend "$n1"
is "$(code "$id" --edition "$edition" --again)" "$c3"
extended=$(renew_by)
cp -a state waiting
exits 0 skerry import renewed.license
says "^It must be renewed by [0-9-]+, earlier than $(echo "$extended" | cut -c 1-10), to which the telephone had extended\.$" out
cp -a state again
cp -a waiting other-words
exits 0 skerry --language id --state other-words import renewed.license
says "^Diterima: lisensi $id untuk hotelhub/hms, edisi [0-9]+\.$" out
says '^Harus diperpanjang paling lambat [0-9-]+, lebih awal daripada ' out
exits 0 skerry --language id --state other-words import renewed.license
says '^Tidak ada yang baru: lisensi ' out
exits 0 skerry --state waiting import renewed.license --json
is "$(jq -c '.documents[0].telephone | [.steps_dropped, .renew_by_before]' out)" "[3,\"$extended\"]"
exits 0 skerry --state again import renewed.license
! grep -i telephone out || fail 'the telephone is told of where nothing was taken'
[ ! -e "$kept" ] || fail 'the old extension has outlived its document'
renewed=$(renew_by)
exits 1 skerry extend "$c3"
exits 0 skerry import hotel.license
says 'is older than what is held here' out
is "$(renew_by)" "$renewed"
exits 0 skerry extend "$n1"
is "$(days "$renewed" "$(renew_by)")" 14
exits 0 skerry status --product hms
! grep . err || fail 'there is news where nothing happened'
ok 'a new document has steps of its own, and the old ones go with the old one'

end=$(date -u -d '+70 days' +%Y-%m-%d)
key=$(sell hotelhub/hms/island --until "$end")
desk license issue "$key" --unbound --out short.license >/dev/null 2>&1
short=$(skerry show short.license --json | jq -r .license.id)
exits 0 skerry --state short init --trust "$VENDOR"
exits 0 skerry --state short import chain.asc short.license
exits 0 skerry-issuer extend "$short" --steps 2
says "^The term ends on $end: no further step goes beyond it\.$" out
exits 0 skerry --state short extend "$(sed -n 's/^Read out: //p' out)"
says "^  renew by +$(shown "${end}T23:59:59Z")$" out
says '^  steps left +none that helps: the term itself ends then$' out
exits 1 skerry --state short extend
says 'the term itself ends then' err
exits 1 skerry-issuer extend "$short"
says "Its document's term ends on $end, .*license renew $short" err
ok 'no step goes past the end of the term, and both sides say so'

for stop in suspend resume revoke; do
	exits 0 desk license $stop "$spa"
	[ $stop = resume ] || {
		exits 1 skerry-issuer extend "$spa"
		says '\[(suspended|revoked)\]' err
	}
done
exits 1 skerry-issuer extend 0000000000000000
exits 0 skerry-issuer audit verify
exits 0 skerry journal verify
ok 'what is suspended or revoked gets no step'
