#!/bin/sh
# The main job on real files: three vendors one after the other, and a day at the desk. `make demo` builds and runs this.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${SKERRY_BIN:=$here/../../build}"
export SKERRY_BIN
for example in hotelhub rt-hub group-one desk-day; do
	sh "$here/$example.sh"
done
printf '\nAll three vendors sold, carried and checked their licenses, and the desk had its day. The scripts: docs/examples/\n'
