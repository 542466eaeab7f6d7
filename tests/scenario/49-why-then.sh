#!/bin/sh
# Goal: what held at a date that has passed is told from the journal: as it was then, with the entry that says so, what had happened
# before, and where the journal does not know, that it does not.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
sets_clocks

# lived OFFSET COMMAND...: the machine has run that long.
lived() {
	all_clocks "$@"
}

# reads PATTERN: the output says so, wherever its lines break.
reads() {
	tr -s '\n ' '  ' <out >one-line
	says "$1" one-line
}

# day N: the date so many days after the first one.
now=$(date -u +%s)
day() {
	date -u -d "@$((now + $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ
}

open_desk
key=$(sell hotelhub/hms/island)
desk license issue "$key" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 lived +0d skerry init --trust "$VENDOR"
exits 2 lived +0d skerry why --at "$(day -1)"
says 'The journal has nothing yet' err
exits 0 lived +0d skerry import chain.asc hotel.license
exits 0 lived +1d skerry why --at "$(date -u -d "@$((now + 43200))" +%Y-%m-%dT%H:%M:%SZ)" --json
is "$(jq -r '"\(.from) \(.basis) \(.state) \(.asked.same)"' out)" 'journal facts active true'
ok 'what came is on record from its import on, without a question'
exits 0 lived +1d skerry status
exits 0 lived +190d skerry status
exits 1 lived +640d skerry status
at_day() {
	lived +640d skerry why --at "$(day "$1")" ${2:+"$2"}
}

# Nobody asked between day 190 and 640; what the ladder did meanwhile follows from the facts and the license.
for row in '100 active full ok' '183 grace full renewal_missed' '200 grace full renewal_missed' '560 degraded read_only renewal_missed'; do
	# shellcheck disable=SC2086
	set -- $row
	exits 0 at_day "$1" --json
	is "$(jq -r '"\(.from) \(.basis) \(.state) \(.access) \(.reason)"' out)" "journal facts $2 $3 $4"
	is "$(jq -r '.at' out)" "$(day "$1")"
	is "$(jq -r '.reasons[0].reason' out)" "$4"
	is "$(jq -r '.actions | length' out)" 0
done
exits 1 at_day 630 --json
is "$(jq -r '"\(.state) \(.recorded.state)"' out)" 'locked grace'
entry=$(jq .seq out)
lived +640d skerry journal list --json >rows
is "$(jq -r --argjson seq "$entry" '.entries[] | select(.seq == $seq) | .kind' rows)" verdict
ok 'each day is told as it was, with its entry'

exits 0 at_day 200 --language=en
says '^On [0-9-]{10} [0-9:]{5} local time, from the journal:$' out
says '^grace, full access \(renewal_missed\)$' out
says '^Entry [0-9]+ of the journal recorded it on ' out
says '^What had happened before, the latest first' out
reads ' Nobody had looked at the license for over a day\.'
reads ' [0-9-]{10} [0-9:]{5} Edition [0-9]+ of license [0-9A-Z]{16} was imported\. - Manifest 2 was imported\.'
says '^What was to come' out
grep -q '^What to do' out && fail 'somebody is told what to do about the past'
exits 0 at_day 560 --language=en
reads 'Entry [0-9]+ of the journal, of [^,]*, still says: full access, days are counted'
exits 0 at_day 200 --language=id
says '^Pada .* waktu setempat, menurut jurnal:$' out
says '^Yang terjadi sebelumnya' out
for language in en id; do
	for at in 100 183 200 560 630; do
		NO_COLOR=1 at_day "$at" "--language=$language" >out || :
		[ "$(wc -L <out)" -le 80 ] || fail "lines of over 80 columns on day $at in $language"
		LC_ALL=C NO_COLOR=1 at_day "$at" "--language=$language" >out || :
		LC_ALL=C grep -q '[^ -~]' out && fail "more than ASCII on day $at in $language"
	done
done
# The present of a locked site is told no wider.
for language in en id; do
	NO_COLOR=1 lived +640d skerry status --language "$language" >out || :
	[ "$(wc -L <out)" -le 80 ] || fail "lines of over 80 columns in status in $language"
	says '^(Call|Hubungi) HotelHub: \+62 631 555 0100, help@hotelhub.example\.$' out
done
ok 'a person is told in sentences'

exits 0 lived +640d skerry why --at "$(day 200)" --product hotelhub/hms --json
is "$(jq -c '[.asked.same, .asked.product, .state]' out)" '[false,null,"grace"]'
exits 0 lived +640d skerry why --at "$(day 200)" --product hms
reads 'Nobody had asked in just this way; this is what .skerry status. was told'
exits 2 lived +640d skerry why --at "$(day 200)" --product hotelhub/pos
says 'nobody had asked about such a license' err
exits 2 at_day -1 --json
is "$(jq -r .error.code out)" not_found
exits 2 lived +640d skerry why --at "$(day -1)"
says 'The journal reaches back to [0-9TZ:+-]{20,25}, when this site got its first license' err
# What-if asks what today's documents would say, and says so; a date to come is no past.
exits 1 lived +640d skerry what-if --at "$(day -400)"
reads 'As if it were'
exits 1 lived +640d skerry why --at "$(day 1000)" --json
is "$(jq -r .from out)" documents
ok 'the nearest way of asking answers, and what nobody knows is not made up'

# A renewal takes the place of the license: of it there is the record.
lived +640d skerry-issuer clock confirm >/dev/null 2>&1 || :
exits 0 lived +640d skerry-issuer license issue "$key" --unbound --out renewal.license
exits 0 lived +640d skerry import renewal.license
exits 0 lived +641d skerry status
exits 0 lived +642d skerry why --at "$(day 100)" --json
is "$(jq -c '[.basis, .state, .license.held, .reasons[0].code, (.forecast | length), .forecast_complete]' out)" \
	'["record","active",false,"recorded",1,false]'
exits 0 lived +642d skerry why --at "$(day 560)" --json
is "$(jq -r '"\(.basis) \(.state) \(.access) \(.recorded.state)"' out)" 'record degraded read_only grace'
exits 1 lived +642d skerry why --at "$(day 630)"
reads 'That license is no longer held here'
reads 'Recorded for edition [0-9]+ of license '
exits 0 lived +642d skerry why --at "$(day 641)" --json
is "$(jq -r '"\(.basis) \(.state) \(.newer_seq)"' out)" 'facts active null'
exits 0 lived +643d skerry why --at "$(day 642)" --json
is "$(jq -r '"\(.basis) \(.state)"' out)" 'facts active'
is "$(jq -r '[.events[].kind] | index("import.taken") != null' out)" true
# Of a domain that somebody asks about, that import said nothing.
exits 0 lived +643d skerry check channel_manager --domain grand.example
exits 0 lived +643d skerry-issuer license issue "$key" --unbound --out second.license
exits 0 lived +644d skerry import second.license
exits 2 lived +646d skerry why --at "$(day 645)" --domain grand.example
reads 'A license came in on .* \(entry [0-9]+\), and nobody had asked since'
exits 2 lived +646d skerry why --at "$(day 645)" --domain grand.example --json
is "$(jq -c '[.newer_seq != null, .state]' out)" '[true,"active"]'
ok 'a license that was replaced is told as it was recorded, and one nobody had asked about is not guessed at'

# Which values were named is not kept: nobody can say that they were these.
exits 0 lived +647d skerry status --custom one
exits 0 lived +649d skerry why --at "$(day 648)" --custom other --json
is "$(jq -c '[.from, .asked.same, .asked.values]' out)" '["journal",null,1]'
exits 0 lived +649d skerry why --at "$(day 648)" --custom other
reads 'Which values or build date were named then is not kept'
ok 'what is not kept is not claimed to be the same'

command -v sqlite3 >/dev/null || exit 0
sqlite3 "$SKERRY_STATE/site.db" "UPDATE journal SET detail = replace(detail, 'access=none', 'access=full') WHERE kind = 'verdict'"
exits 2 lived +646d skerry why --at "$(day 200)"
reads 'Do not rely on this: the journal was edited or damaged at entry'
exits 2 lived +646d skerry why --at "$(day 200)" --json
jq -e '.broken_seq > 0' out >/dev/null || fail 'an edited journal is not told'
ok 'an edited journal is told as such'
