#!/bin/sh
# SPDX-License-Identifier: ISC
# The Python client says of every case of the corpus what the C library says, and believes a daemon what is proven and nothing else.
. "$(dirname "$0")/lib.sh"

needs php
# Debian's modules are its own Python's.
python() {
	/usr/bin/python3 -W error "$CLIENTS/python.py" "$@"
}
# Where all clients are tried, both libraries are.
tried=
for module in nacl cryptography; do
	if [ -z "$tried" ] || [ "${SKERRY_CLIENTS:-}" = all ] && /usr/bin/python3 -c "import $module" 2>/dev/null; then
		tried=1
		differs_nowhere python corpus corpus "$module"
	fi
done
[ -n "$tried" ] || {
	echo 'skipped: neither python3-nacl nor python3-cryptography is installed'
	exit 0
}
python damage corpus || fail 'damage is not told as a refusal'
ok 'damaged documents are refusals'
with_daemon python daemon
