#!/bin/sh
# Goal: the scripts of docs/examples, which the README sends people to, run as they stand and leave nothing behind.
. "$(dirname "$0")/lib.sh"
export SKERRY_BIN="$BUILD" TMPDIR="$T"
for example in hotelhub rt-hub group-one desk-day hotel-year sneakernet every-state site-daemon; do
	exits 0 sh "$ROOT/docs/examples/$example.sh"
	rm -f out err
	is "$(ls -A "$T")" ''
	ok "docs/examples/$example.sh runs and cleans up"
done
