#!/bin/sh
# Goal: no more seats than the license has, whoever hands them out and whatever happens to him: the folder's owner, a daemon that is killed, an
# older copy of its database. Nobody renews or gives back what is somebody else's, but root; and who is refused is told who has it, and how long.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
. "$ROOT/tests/scenario/skerryd.sh"
umask 022

# used: how many seats are in use.
used() {
	skerry seat list --json | jq '.pools[0].used'
}

open_desk
desk plan add hotelhub/hms/small --term 3y --renew-every 180d --seats 3 >/dev/null
desk license issue "$(sell hotelhub/hms/small)" --unbound --out hotel.license >/dev/null 2>&1
chain chain.asc
exits 0 skerry init --trust "$VENDOR"
exits 1 skerry seat claim reception-1
says 'no_access' err
exits 0 skerry import chain.asc hotel.license

# three_and_no_more: a limit, one beyond, and again when one is free.
three_and_no_more() {
	for holder in reception-1 'back office' bar/ü; do
		exits 0 skerry seat claim "$holder"
		says "^$holder has a seat of hotelhub/hms for " out
		says '^Its secret: [0-9A-Z]{26}$' out
	done
	exits 1 skerry seat claim reception-4
	says 'All 3 seats of hotelhub/hms are in use\. \[seat_none_free\]' err
	says 'The next one ends in [0-9]+ .*, at .*Z, unless it is renewed' err
	exits 0 skerry seat list
	says '^hotelhub/hms: 3 of 3 seats in use' out
	says "^back office +hotelhub/hms +uid:$(id -u) " out
	exits 0 skerry seat release 'back office'
	exits 1 skerry seat release 'back office'
	says 'seat_unknown' err
	exits 0 skerry seat claim reception-4 --json
	is "$(jq -r '[.holder, .result, (.secret | length), .burst] | join(" ")' out)" 'reception-4 claimed 26 false'
	exits 1 skerry seat claim reception-5
	is "$(used)" 3
	for holder in reception-1 bar/ü reception-4; do
		exits 0 skerry seat release "$holder"
	done
	is "$(used)" 0
}

three_and_no_more
ok 'with the folder: three seats, and no fourth'

daemon_begins
exits 2 env SKERRY_SOCKET= skerry seat claim reception-1
says "skerryd hands out this site's seats" err
three_and_no_more
ok 'by the socket: three seats, and no fourth'

(umask 077 && skerry seat claim reception-1 >seat.txt)
exits 0 skerry seat renew reception-1 --secret-file seat.txt
says '^reception-1 keeps its seat' out
exits 0 env SKERRY_SEAT_SECRET="$(sed -n 's/^Its secret: //p' seat.txt)" skerry seat renew reception-1
exits 1 env SKERRY_SEAT_SECRET=00000000000000000000000000 skerry seat renew reception-1
says "uid:$(id -u) holds the seat of that name, and its secret was not shown\. \[seat_held\]" err
exits 2 env SKERRY_SEAT_SECRET=nothing skerry seat renew reception-1
says 'This is no secret of a seat' err
chmod 644 seat.txt
exits 2 skerry seat renew reception-1 --secret-file seat.txt
chmod 600 seat.txt
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$T"
	chmod 666 "$SOCKET"
	cp "$BUILD/skerry" "$T/skerry-copy"
	other() {
		setpriv --reuid 65534 --regid 65534 --clear-groups env SKERRY_SEAT_SECRET="$1" "$T/skerry-copy" --socket "$SOCKET" seat "$2" "$3"
	}
	exits 1 other '' renew reception-1
	says "^skerry: reception-1: uid:0 holds the seat" err
	exits 1 other '' release reception-1
	says 'seat_secret' err
	exits 0 other '' claim reception-2
	exits 0 other "$(sed -n 's/^Its secret: //p' seat.txt)" renew reception-1
	exits 1 skerry seat renew reception-2
	exits 0 skerry seat release reception-2
fi
ok 'a seat is renewed and given back by its secret or its user, and by root'

exits 0 skerry seat claim reception-2
daemon_killed
daemon_begins
is "$(used)" 2
exits 0 skerry seat renew reception-1 --secret-file seat.txt
says '^reception-1 keeps its seat' out
exits 0 skerry seat claim reception-3
exits 1 skerry seat claim reception-4
daemon_ends
is "$(SKERRY_SOCKET='' used)" 3
daemon_begins
ok 'a daemon that was killed has told nobody what it does not keep'

for holder in reception-1 reception-2 reception-3; do
	exits 0 skerry seat release "$holder"
done
exits 0 skerry seat claim before-1
exits 0 skerry seat claim before-2
daemon_ends
mkdir snapshot
cp state/seats.db* snapshot/
daemon_begins
exits 0 skerry seat claim after
daemon_ends
rm state/seats.db*
cp snapshot/* state/
daemon_begins
exits 0 skerry seat claim somebody-else
exits 1 skerry seat renew after
is "$(used)" 3
ok 'a copy of yesterday gives no more seats than there are'

daemon_ends
head -c 4096 /dev/urandom >state/seats.db
rm -f state/seats.db-*
daemon_begins
until_true skerry seat list
is "$(used)" 0
exits 0 skerry seat claim reception-1
ok 'a database that is damaged costs a claim, and no site'
