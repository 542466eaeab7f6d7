#!/bin/sh
# The main job on real files: three vendors one after the other, a day at the desk, a year at a site, one stick between hotels, and a daemon for everything at one of them. `make demo` builds and runs this.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${SKERRY_BIN:=$here/../../build}"
export SKERRY_BIN
for example in hotelhub rt-hub group-one desk-day hotel-year sneakernet site-daemon; do
	sh "$here/$example.sh"
done
printf '\nAll three vendors sold, carried and checked their licenses, the desk had its day, a hotel its year, a stick carried all that a vendor and three hotels need, and a daemon handed out seats, took in what came, and locked. The scripts: docs/examples/\n'
