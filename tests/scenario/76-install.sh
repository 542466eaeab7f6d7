#!/bin/sh
# Goal: `make install` puts everything where a distribution would look, the units are shut away as promised, completion knows the verbs
# of today, and `make uninstall` takes all of it away again but what a site holds.
. "$(dirname "$0")/lib.sh"
D=$T/dest

make_it() {
	make -C "$ROOT" --no-print-directory B="$BUILD" DESTDIR="$D" PREFIX=/usr "$@" >"$T/make.log" 2>&1 || {
		cat "$T/make.log"
		fail "make $*"
	}
}
make_it install
for file in bin/skerry bin/skerryd bin/skerry-issuer bin/skerry-keys include/skerry.h lib/libskerry.so lib/libskerry.a lib/pkgconfig/skerry.pc \
	lib/systemd/system/skerryd.service lib/systemd/system/skerryd.socket lib/systemd/system/skerryd@.service \
	lib/systemd/system/skerry-components.service lib/sysusers.d/skerry.conf lib/tmpfiles.d/skerry.conf share/man/man1/skerry.1 \
	share/man/man8/skerryd.8 share/bash-completion/completions/skerry-issuer share/skerry/clients/php/Skerry.php \
	share/doc/skerry/guide/site.md share/doc/skerry/examples/hotel.c; do
	[ -e "$D/usr/$file" ] || fail "no $file"
done
ok 'programs, library, units, user, folder, completion, pages, guides and clients lie below PREFIX'

! grep -rn '@PREFIX@\|@VERSION@' "$D/usr/lib/systemd" "$D/usr/lib/pkgconfig" || fail 'a place is left open'
grep -q '^ExecStart=/usr/bin/skerryd' "$D/usr/lib/systemd/system/skerryd.service" || fail 'another program'
ok 'units name the programs that were installed'

if command -v systemd-analyze >/dev/null; then
	for unit in skerryd.service skerryd@.service; do
		# 5 is an exposure of 0.5.
		systemd-analyze security --offline=true --threshold=5 --no-pager "$D/usr/lib/systemd/system/$unit" >"$T/security" 2>&1 || {
			tail -n 3 "$T/security"
			fail "$unit is open too far"
		}
	done
	ok 'systemd finds the units shut away: at most 0.5'

	# Without a word: what it does not know it only warns of. The drop-ins are those of the guide.
	mkdir -p "$T/units/skerryd.socket.d"
	cp "$D"/usr/lib/systemd/system/* "$T/units"
	sed -i "s|^ExecStart=/usr|ExecStart=$D/usr|" "$T"/units/*.service
	drop_ins=0
	for address in $(sed -n '/^\[Socket\]$/,/^```$/s/^ListenStream=//p' "$ROOT/docs/guide/daemon.md"); do
		printf '[Socket]\nListenStream=%s\n' "$address" >"$T/units/skerryd.socket.d/tcp.conf"
		SYSTEMD_UNIT_PATH="$T/units:" systemd-analyze verify --man=no "$T/units/skerryd.socket" "$T/units/skerryd.service" >"$T/verified" 2>&1 ||
			fail "$(cat "$T/verified")"
		[ ! -s "$T/verified" ] || fail "$(cat "$T/verified")"
		drop_ins=$((drop_ins + 1))
	done
	is "$drop_ins" 2
	ok 'systemd takes the units, with the drop-ins of the guide, without a word'
else
	echo 'skipped: no systemd-analyze here'
fi

cat >"$T/complete.bash" <<'E2'
. "$1"
PATH=$2:$PATH
COMP_WORDS=("${@:3}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_skerry
printf '%s\n' "${COMPREPLY[@]}"
E2
completes() {
	bash "$T/complete.bash" "$D/usr/share/bash-completion/completions/skerry" "$D/usr/bin" "$@"
}
completes skerry st | grep -qx status || fail 'no status'
completes skerry clock c | grep -qx confirm || fail 'no clock confirm'
completes skerry --state /x what-if --wi | grep -qx -e --without || fail 'no --without'
completes skerry-issuer license re | grep -qx renew || fail 'no license renew'
completes skerry-keys manifest si | grep -qx sign || fail 'no manifest sign'
ok 'completion offers the verbs and options that the programs have'

make_it uninstall
left=$(find "$D" -type f -o -type l)
[ -z "$left" ] || fail "left behind: $left"
ok 'uninstall leaves nothing of it'
