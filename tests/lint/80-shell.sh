#!/bin/sh
# Every script, by ShellCheck: errors and warnings.
set -eu
# shellcheck disable=SC2046
shellcheck -x -s sh -S warning -e SC1090,SC1091,SC2154,SC2046 $(git ls-files --cached --others --exclude-standard -- '*.sh')
shellcheck -s bash .ci/run
echo 'ok shellcheck'
