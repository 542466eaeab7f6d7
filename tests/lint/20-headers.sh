#!/bin/sh
# Each header compiles alone, with both compilers; the installed ones as C++ too.
set -eu
for header in $(git ls-files --cached --others --exclude-standard -- '*.h' | grep -v '^tests/'); do
	for cc in gcc clang; do
		# shellcheck disable=SC2086
		printf '#include "%s"\nextern int header_stands_alone;\n' "$header" |
			$cc -std=c11 -D_GNU_SOURCE -iquote . -iquote formats -iquote verifier -Wall -Wextra -Wshadow \
				-Wconversion -Werror -fsyntax-only -x c - || {
			echo "$header does not compile alone ($cc)"
			exit 1
		}
	done
done
echo 'ok headers compile alone'
clang++ --version >/dev/null 2>&1 && printf '#include "skerry.h"\nint main() { return skerry_version() == 0; }\n' |
	clang++ -std=c++11 -iquote formats -iquote verifier -Wall -Wextra -Werror -fsyntax-only -x c++ - &&
	echo 'ok skerry.h is C++'
