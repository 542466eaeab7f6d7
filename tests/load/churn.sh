#!/bin/sh
# SPDX-License-Identifier: ISC
# churn.sh BUILD FOLDER CLIENTS SECONDS KILLS: a site in FOLDER, its daemon, and clients that count for themselves, while the daemon is
# killed and started again so many times. Ends with 1 where a seat was lost or doubled, or the daemon grew.
set -eu
build=$1 folder=$2 clients=$3 seconds=$4 kills=$5
PATH=$build:$PATH
cd "$folder"
MAX=$((clients / 2)) BURST=$((clients / 10))
export SKERRY_DESK="$folder/desk" SKERRY_STATE="$folder/site" SKERRY_SOCKET=
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :' EXIT

skerry-issuer init --no-passphrase --name HotelHub >/dev/null 2>&1
skerry-issuer brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
skerry-issuer product add hotelhub/hms >/dev/null
skerry-issuer plan add hotelhub/hms/load --term 3y --seats "$MAX" --burst "$BURST" >/dev/null
skerry-issuer customer add hotelhub load@grand.example >/dev/null
key=$(skerry-issuer license new hotelhub/hms/load --customer load@grand.example)
skerry-issuer license issue "$key" --unbound --out load.license >/dev/null
skerry init --trust desk/vendor.manifest >/dev/null
skerry import load.license >/dev/null

start() {
	skerryd --state site --socket sock 2>>daemon.log &
	daemon=$!
	# It answers when it does; there is nothing to be sure of but that.
	until curl -sf -o /dev/null --unix-socket sock http://skerry/v1/health; do
		kill -0 "$daemon" 2>/dev/null || {
			cat daemon.log
			exit 1
		}
	done
}
resident() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$daemon/status"
}

start
# What the first round allocates stays; what a later one adds to it would not end.
seats-load sock "$clients" 1 churn $((MAX + BURST)) >/dev/null
before=$(resident)
seats-load sock "$clients" "$seconds" churn $((MAX + BURST)) >counted 2>complaints &
load=$!
left=$kills
while [ "$left" -gt 0 ]; do
	left=$((left - 1))
	sleep $((seconds / (kills + 1)))
	# Every other one ends as it is asked to, and tells who calls meanwhile to ask again.
	kill -"$([ $((left % 2)) -eq 0 ] && echo KILL || echo TERM)" "$daemon"
	wait "$daemon" 2>/dev/null || :
	start
done
wait "$load" || {
	cat counted
	head -n 20 complaints
	exit 1
}
cat counted
after=$(resident)
echo "resident KB: $before before, $after after"
[ "$kills" -gt 0 ] || [ "$after" -le $((before + before / 4 + 1024)) ]
