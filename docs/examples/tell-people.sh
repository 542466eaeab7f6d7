#!/bin/sh
# SPDX-License-Identifier: ISC
# The desk sends nothing anywhere. Where it has a line, cron runs this each minute or hour, and it runs COMMAND once for each thing
# that is new: who is late, what happened at sites, which sites were paired, released or lost. What COMMAND refuses (exits not 0) is
# tried again the next time. It has the thing as a line of JSON on standard input, and in its environment KIND (late, event, change),
# SUBJECT (a sentence), and of the first two CUSTOMER (an e-mail).
#
#	tell-people.sh FOLDER COMMAND [ARGUMENT...]
#
#	tell-people.sh told sh -c 'mail -s "$SUBJECT" desk@hotelhub.example'
#	tell-people.sh told sh -c 'curl -sf --json @- https://hooks.brand.example/licenses'
#	EVENTS=error.critical KINDS=event tell-people.sh told-bot sh -c 'curl -sf -d chat_id=$CHAT \
#		--data-urlencode "text=$SUBJECT" "https://api.telegram.org/bot$TOKEN/sendMessage"'
#
# FOLDER remembers what was told: one for each COMMAND. KINDS are those wanted, EVENTS a name of events, BRAND one brand's lateness and
# events, DAYS how far back it looks for events and changes (7).
set -eu
folder=$1
shift
: "${KINDS:=late event change}" "${DAYS:=7}" "${EVENTS:=}" "${BRAND:=}"
mkdir -p "$folder"
touch "$folder/told"

# A site says what it likes: in one line it stays.
LINE='map(gsub("[[:cntrl:]]"; " ")) | join("\u001f")'

# Each thing: KIND, what tells it from others, SUBJECT and CUSTOMER, with the line behind them.
late() {
	skerry-issuer report overdue ${BRAND:+--brand "$BRAND"} --limit 1000 --json >"$folder/list"
	jq -r '.lines[] | select(.stage != "overdue") | ["late", "\(.id) \(.what) \(.stage) \(.due)",
		"\(.customer // "?"): \(.product) is \(.stage), was due \(.due[:10])", .customer // "", tojson] | '"$LINE" "$folder/list"
}
event() {
	skerry-issuer report events --within "${DAYS}d" ${EVENTS:+--name "$EVENTS"} ${BRAND:+--brand "$BRAND"} --limit 1000 --json >"$folder/list"
	jq -r '.events | reverse[] | ["event", "\(.row)", "\(.customer // "?"): \(.name) at \(.at): \(.text // "")",
		.customer // "", tojson] | '"$LINE" "$folder/list"
}
change() {
	skerry-issuer audit list --from "$(date -u -d "-$DAYS days" +%Y-%m-%d)" --action site. --limit 1000 --json >"$folder/list"
	jq -r '.rows[] | ["change", "\(.seq)", "\(.action): \(.subject)", "", tojson] | '"$LINE" "$folder/list"
}

for kind in $KINDS; do
	"$kind"
done >"$folder/now"
: >"$folder/told.new"
while IFS=$(printf '\037') read -r KIND key SUBJECT CUSTOMER line; do
	export KIND SUBJECT CUSTOMER
	grep -qxF "$KIND $key" "$folder/told" || printf '%s\n' "$line" | "$@" || continue
	printf '%s\n' "$KIND $key" >>"$folder/told.new"
done <"$folder/now"
mv "$folder/told.new" "$folder/told"
rm "$folder/now" "$folder/list"
