#!/bin/sh
# The main job on real files: three vendors one after the other, a day at the desk, and a year at a site. `make demo` builds and runs this.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${SKERRY_BIN:=$here/../../build}"
export SKERRY_BIN
for example in hotelhub rt-hub group-one desk-day hotel-year; do
	sh "$here/$example.sh"
done
printf '\nAll three vendors sold, carried and checked their licenses, the desk had its day, and a hotel its year. The scripts: docs/examples/\n'
