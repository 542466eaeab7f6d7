#!/bin/sh
# Each test that docs/threat-model.md names exists.
set -eu
grep -o '`[a-z_]*/[a-z0-9_]*`\|`test_[a-z_]*`\|`fuzz_[a-z_]*`' docs/threat-model.md | tr -d '`' | grep -vx 'test_x.*\|fuzz_x' | sort -u | while IFS=/ read -r room name; do
	case $room in
	scenario) ls tests/scenario/"$name"-*.sh >/dev/null 2>&1 ;;
	conformance) [ -f "tests/conformance/$name.c" ] ;;
	fuzz_*) [ -f "tests/fuzz/$room.c" ] ;;
	*)
		file=tests/unit/$room.c
		[ -f "$file" ] || file=tests/fault/$room.c
		[ -f "$file" ] && { [ -z "$name" ] || grep -q "^${name}(void" "$file" || grep -q "^[[:space:]]*[A-Za-z_]*(${name}[,)]" "$file"; }
		;;
	esac || {
		echo "docs/threat-model.md names $room${name:+/$name}, which does not exist"
		exit 1
	}
done
echo 'ok threats'
