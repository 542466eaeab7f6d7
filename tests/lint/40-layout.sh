#!/bin/sh
# clang-format agrees with every file.
set -eu
# shellcheck disable=SC2046
clang-format --dry-run -Werror $(git ls-files --cached --others --exclude-standard -- '*.c' '*.h')
echo 'ok layout'
