#!/bin/sh
# cppcheck: warnings, performance and portability. POSIX has NULL as a pointer: it may end a list of arguments.
set -eu
cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
	--suppress=missingIncludeSystem --suppress=varFuncNullUB -j 2 -D_GNU_SOURCE '-DSKERRY_VERSION="0"' -I. -Iformats -Iverifier \
	-I"$B/gen/issuer/desk" -I"$B/gen/verifier/state" formats keys issuer verifier
echo 'ok cppcheck'
