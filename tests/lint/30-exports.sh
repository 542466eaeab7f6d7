#!/bin/sh
# The library exports what skerry.h declares, no more and no less; its man page documents the same.
set -eu
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
printf '#include "skerry.h"\n' | gcc -E -P -iquote formats -iquote verifier -x c - |
	tr '\n' ' ' | grep -oE 'skerry_[a-z0-9_]+\(' | tr -d '(' | sort -u >"$T/declared"
nm -D --defined-only "$B/libskerry.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$T/shared"
nm -g --defined-only "$B/libskerry.a" | awk 'NF == 3 { print $3 }' | sort -u >"$T/static"
sed -n 's/^\.Fn \(skerry_[a-z0-9_]*\).*/\1/p; s/^\.Fo \(skerry_[a-z0-9_]*\).*/\1/p' docs/man/skerry.3 | sort -u >"$T/documented"
for other in shared static documented; do
	diff -u "$T/declared" "$T/$other" || {
		echo "skerry.h declares other functions than are $other (above: - declared, + $other)"
		exit 1
	}
	echo "ok declared = $other"
done
if nm -u "$B/libskerry.so" | grep -E ' (printf|puts|exit|abort|getenv|crypto_sign_detached|crypto_sign)(@|$)'; then
	echo 'the library prints, exits, reads the environment or signs'
	exit 1
fi
echo 'ok the library neither prints, exits, reads the environment nor signs'
