#!/bin/sh
# The main job on real files, three vendors one after the other. `make demo` builds and runs this.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${SKERRY_BIN:=$here/../../build}"
export SKERRY_BIN
for example in hotelhub rt-hub group-one; do
	sh "$here/$example.sh"
done
printf '\nAll three vendors sold, carried and checked their licenses. The scripts: docs/examples/\n'
