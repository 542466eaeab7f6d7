#!/bin/sh
# Runs each harness for FUZZ_S seconds, two at a time, from seeds that the real programs make here and from the corpus in the tree.
# A crash leaves its input in build/fuzz/findings and ends with exit 1.
set -eu
: "${BUILD:?}" "${HARNESSES:?}" "${FUZZ_S:=10}"
seeds=$BUILD/fuzz/seeds findings=$BUILD/fuzz/findings
mkdir -p "$findings"
if [ -z "$(find "$seeds" -prune -newer tests/fuzz/seeds.sh 2>/dev/null)" ]; then
	rm -rf "$seeds" "$seeds.new"
	mkdir -p "$seeds.new"
	SKERRY_BIN=$BUILD sh tests/fuzz/seeds.sh "$seeds.new" >/dev/null
	mv "$seeds.new" "$seeds"
fi
export BUILD FUZZ_S seeds findings
printf '%s\n' $HARNESSES | xargs -P 2 -I '{}' sh -c '
	mkdir -p "$BUILD/fuzz/corpus/{}"
	if "$BUILD/fuzz/{}" -max_total_time="$FUZZ_S" -timeout=5 -rss_limit_mb=1024 -max_len=20000 -print_final_stats=1 \
		-artifact_prefix="$findings/{}-" "$BUILD/fuzz/corpus/{}" "$seeds" tests/corpus/armor >"$BUILD/fuzz/{}.log" 2>&1; then
		echo "ok {} $(sed -n "s/^stat::number_of_executed_units: */runs: /p" "$BUILD/fuzz/{}.log")"
	else
		tail -n 40 "$BUILD/fuzz/{}.log"
		echo "FAIL {}"
		exit 1
	fi'
