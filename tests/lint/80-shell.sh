#!/bin/sh
# shellcheck over every script.
set -eu
# shellcheck disable=SC2046
shellcheck -x -s sh -e SC1090,SC1091,SC2154 $(git ls-files --cached --others --exclude-standard -- '*.sh')
shellcheck -s bash .ci/run
echo 'ok shellcheck'
