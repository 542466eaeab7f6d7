#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a backup taken at every commit of a day, put back at its end: the desk signs nothing until it
# is recovered, and then nothing that was issued is contradicted. However it was put back.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
export SKERRY_DESK="$T/desk"
AT='--at 2027-01-15T08:00:00Z'

# shellcheck disable=SC2086
desk() {
	skerry-issuer $AT "$@"
}

# digest FOLDER: changes when anything in it does, but for the database's own leftovers.
digest() {
	(cd "$1" && find . -type f ! -name '*-shm' ! -name '*-wal' -exec sha256sum {} + | sort | sha256sum)
}

# issued FILE...: brand, index, license, activation and edition of each report of `license issue`.
issued() {
	jq -r '"index \(.status_index)", "activation \(.id) \(.activation)", "edition \(.id) \(.edition)"' "$@"
}

desk init --no-passphrase >/dev/null
desk brand add hotelhub --key-format 'HMS-#####-#####-#####-#####' >/dev/null
desk product add hotelhub/hms >/dev/null
desk plan add hotelhub/hms/island --activations 64 >/dev/null
desk customer add hotelhub owner@grand.example >/dev/null
new='license new hotelhub/hms/island --customer owner@grand.example'
# shellcheck disable=SC2086
FIRST=$(desk $new)

# The day: every step at the same second, so that editions do not grow by themselves.
n=0
keep() {
	n=$((n + 1))
	exits 0 desk backup "$n.backup"
	cp desk/issuer.db "$n.db"
}
keep
# shellcheck disable=SC2086
for step in one two three; do
	key=$(desk $new)
	keep
	desk license issue "$key" --unbound --out "$step.license" --json >"day-$step.json" 2>/dev/null
	keep
	desk license issue "$FIRST" --domain "$step.example" --out "first-$step.license" --json >"day-first-$step.json"
	keep
	desk license issue "$FIRST" --domain "$step.example" --out "again-$step.license" --json >"day-again-$step.json"
	keep
	desk brand set hotelhub --contact-phone "555 $step" >/dev/null
	keep
done
issued day-*.json | sort -u >handed-out
cp -R desk evening
cp -R "$XDG_STATE_HOME" evening-state
[ "$n" -ge 16 ] || fail "$n steps"
ok "a day of $n steps, a backup after each"

back() {
	rm -rf desk "$XDG_STATE_HOME"
	cp -R evening desk
	cp -R evening-state "$XDG_STATE_HOME"
}

# goes_on NAME: stopped now; recovered, it hands out nothing that the day has handed out.
# shellcheck disable=SC2086
goes_on() {
	before=$(digest desk)
	exits 2 desk $new
	says 'store_behind' err
	says 'skerry-issuer recover' err
	is "$(cat out)" ''
	exits 2 desk license issue "$FIRST" --unbound --out x.license
	says 'store_behind' err
	[ ! -e x.license ] || fail "a license left the desk before it was recovered: $1"
	is "$(digest desk)" "$before"
	exits 0 desk recover
	says 'is missing' out
	exits 0 desk recover
	says 'Nothing is missing' out
	desk license issue "$FIRST" --domain new.example --out new.license --json >new-1.json
	desk license issue "$FIRST" --domain one.example --out same.license --json >new-2.json
	desk license issue "$(desk $new)" --unbound --out own.license --json >new-3.json 2>/dev/null
	jq -r '"index \(.status_index)", "activation \(.id) \(.activation)", "edition \(.id) \(.edition)"' new-1.json new-3.json |
		sort -u >fresh
	is "$(wc -l <fresh | tr -d ' ')" 6
	is "$(comm -12 fresh handed-out)" ''
	is "$(issued new-2.json | grep edition | comm -12 - handed-out)" ''
	for file in new same own; do
		exits 0 skerry verify $file.license --trust desk/vendor.manifest --domain "$(
			case $file in new) echo new.example ;; same) echo one.example ;; *) echo any ;; esac
		)"
	done
	for edition in $(jq .edition new-1.json new-2.json); do
		[ "$edition" -gt "$(jq -s 'map(.edition) | max' day-first-*.json day-again-*.json)" ] || fail "edition $edition is no newer"
	done
	rm -f new.license same.license own.license
}

i=1
while [ "$i" -lt "$n" ]; do
	back
	# A backup and a bare copy of the database, in turn; both by plain cp.
	if [ $((i % 2)) = 0 ]; then cp "$i.db" desk/issuer.db; else cp "$i.backup" desk/issuer.db; fi
	goes_on "$i"
	i=$((i + 1))
done
ok 'put back at each of them: stopped, then recovered, and nothing contradicted'

back
cp "$n.backup" desk/issuer.db
exits 0 desk recover
says 'Nothing is missing' out
exits 0 desk plan set hotelhub/hms/island --grace 31d
is "$(sqlite3 desk/issuer.db "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'backup%'")" 0
back
exits 0 desk recover
says 'Nothing is missing' out
ok 'a desk that is as new as its mark goes on without being asked'

for i in 1 7 12; do
	back
	rm -r desk
	mkdir desk
	cp -R evening/. desk/
	cp "$i.db" desk/issuer.db
	rm desk/desk.mark
	goes_on "without a mark, $i"
done
ok 'without a mark everything that could have been handed out is skipped'

back
rm -rf desk "$XDG_STATE_HOME"
cp -R evening desk
cp 5.db desk/issuer.db
exits 2 desk clock confirm --at 1999-01-01T00:00:00Z --desk nowhere
exits 0 desk clock confirm
exits 0 desk clock confirm
goes_on 'after clock confirm'
ok 'clock confirm does not make old records new'

# The whole folder put back, as a snapshot of the machine does it: the mark in it is as old.
back
cp -R evening later
for step in four five; do
	desk license issue "$FIRST" --domain $step.example --out $step.license --json >"day-$step.json"
done
issued day-*.json | sort -u >handed-out
rm -r desk
cp -R evening desk
goes_on 'the whole folder'
ok 'a whole folder put back is noticed by the mark outside of it'
rm day-four.json day-five.json
issued day-*.json | sort -u >handed-out

# recover FILE: no desk, no database, a damaged one; never in place of a whole one.
back
before=$(digest desk)
exits 2 desk recover 3.backup
says 'file_exists' err
says 'whole' err
is "$(digest desk)" "$before"
for damage in gone no-database zeros half junk; do
	back
	case $damage in
	gone) rm -r desk ;;
	no-database) rm desk/issuer.db ;;
	zeros) head -c 8192 /dev/zero >desk/issuer.db ;;
	half) head -c 60000 evening/issuer.db >desk/issuer.db ;;
	junk) echo no database >desk/issuer.db ;;
	esac
	exits 0 desk recover 3.backup
	says 'is missing' out
	is "$(find desk -name 'recover-*' | wc -l | tr -d ' ')" 0
	exits 0 desk license issue "$FIRST" --domain new.example --out new.license --json
	issued out >fresh
	is "$(sort -u fresh | comm -12 - handed-out)" ''
	rm new.license
done
back
exits 0 desk recover 3.backup --force
exits 0 desk license issue "$FIRST" --domain new.example --out new.license --json
is "$(issued out | sort -u | comm -12 - handed-out)" ''
rm new.license
ok 'recover FILE makes the desk from a backup, and only --force replaces a whole one'

back
cp -R desk kept
skerry-issuer init --no-passphrase --desk other >/dev/null
exits 0 skerry-issuer backup other.backup --desk other
exits 1 desk recover other.backup --force
says 'another desk' err
exits 2 desk recover nowhere.backup --force
says 'file_missing' err
exits 2 desk recover /dev/null --force
echo 'no backup' >junk
exits 2 desk recover junk --force
head -c 20000 3.backup >half.backup
exits 2 desk recover half.backup --force
sqlite3 3.backup "UPDATE backup_file SET name = '../../escaped' WHERE name = 'desk.key'"
exits 2 desk recover 3.backup --force
says 'store_damaged' err
[ ! -e "$T/escaped" ] || fail 'a backup wrote outside of the desk'
is "$(digest desk)" "$(digest kept)"
ok 'what is no backup of this desk changes nothing'

# Where the database is gone, the mark or the keys still tell whose folder it is.
for left in 'issuer.db' 'issuer.db desk.mark' 'issuer.db keys'; do
	back
	for name in $left; do rm -r "desk/$name"; done
	before=$(digest desk)
	exits 1 desk recover other.backup
	says 'another desk' err
	is "$(digest desk)" "$before"
	exits 0 desk recover 5.backup
	says 'is missing' out
done
ok "another desk's backup is not put into this one's folder, whatever is left of it"

# A program that still works at the desk could hand out what is being given up.
back
before=$(digest desk)
mkfifo in
sqlite3 desk/issuer.db <in >seen &
exec 3>in
echo 'BEGIN; SELECT count(*) FROM desk;' >&3
until [ -s seen ]; do sleep 0.05; done
exits 2 desk recover 5.backup --force
says 'store_busy' err
says 'Another program works at this desk' err
is "$(digest desk)" "$before"
exits 0 desk brand set hotelhub --contact-phone '555 meanwhile'
exec 3>&-
wait
exits 0 desk recover 5.backup --force
says 'is missing' out
is "$(sqlite3 desk/issuer.db 'PRAGMA journal_mode')" wal
ok 'nothing is replaced under a program that works with it'

# A loss that nobody can measure: more than the largest batch is skipped, and it is said so.
back
cp 5.backup desk/issuer.db
rm desk/desk.mark
rm -r "$XDG_STATE_HOME"
exits 0 desk recover
skipped=$(sed -n 's/.* go on \([0-9]*\) further.*/\1/p' out)
[ "$skipped" -ge 1048576 ] && [ "$skipped" -lt 2097152 ] || fail "$skipped skipped"
says 'Of two desks recovered from one' out
! grep -q 'No number' out || fail 'a promise that nobody can keep'
exits 0 desk license issue "$FIRST" --domain new.example --out new.license --json
[ "$(jq .status_index out)" -gt 1000000 ] || fail 'an index that a batch may have had'
rm new.license
ok 'an unknown loss is skipped far, and told as unknown'

# Records that are put back again and again: over all lives of the desk no number is handed out
# twice.
took() {
	exits 0 desk license issue "$1" --domain "$2.example" --out took.license --force --json
	issued out >>lives
}
nothing_twice() {
	is "$(sort lives | uniq -d)" ''
	is "$(wc -l <lives | tr -d ' ')" "$1"
}
begin_lives() {
	back
	: >lives
	rm -f early.backup
	exits 0 desk backup early.backup
}
begin_lives
for name in a1 a2 a3 a4 a5 a6; do took "$FIRST" $name; done
for life in b c d; do
	if [ "$life" = c ]; then
		rm desk/issuer.db
		exits 0 desk recover early.backup
	else
		cp early.backup desk/issuer.db
		exits 0 desk recover
	fi
	says 'No number that was handed out then is handed out again.' out
	took "$FIRST" "${life}1"
done
for name in e1 e2 e3 e4 e5 e6; do took "$FIRST" $name; done
nothing_twice 45
ok 'the same backup put back three times: no number twice'

begin_lives
cp -R desk monday
for name in a1 a2; do took "$(desk $new)" $name && took "$FIRST" $name; done
cp -R desk tuesday
rm -r desk
cp -R monday desk
exits 0 desk recover
for name in b1 b2 b3 b4; do took "$(desk $new)" $name && took "$FIRST" $name; done
rm -r desk
cp -R tuesday desk
exits 2 desk $new
says 'store_behind' err
exits 0 desk recover
for name in c1 c2 c3 c4 c5 c6; do took "$(desk $new)" $name && took "$FIRST" $name; done
nothing_twice 72
rm -r monday tuesday
ok 'a disk that was believed lost comes back: no number twice'

# At another machine nothing tells of the first recovery; chance keeps the two apart.
begin_lives
for name in a1 a2; do took "$FIRST" $name; done
for life in b c; do
	rm -rf rescued "$XDG_STATE_HOME"
	exits 0 desk recover early.backup --desk rescued
	says 'Of two desks recovered from one' out
	for name in 1 2 3; do
		exits 0 desk license issue "$FIRST" --domain "$life$name.example" --out took.license --force --json --desk rescued
		issued out >>lives
	done
done
rm -r rescued
nothing_twice 24
ok 'recovered twice from one backup without a mark: no number twice'

# What a recovery gave up is on record, and a record that somebody else wrote shows it.
back
cp 5.db desk/issuer.db
exits 0 desk recover
exits 0 desk audit verify --json
is "$(jq -c '[.ok, .marks, (.recoveries | length), .recoveries[0].sealed]' out)" '[true,2,1,true]'
exits 0 desk audit verify
says 'RECOVERY' out
sqlite3 desk/issuer.db "UPDATE mark_settled SET seq = seq + 1"
exits 0 desk audit verify --json
is "$(jq -c '.recoveries[0].sealed' out)" false
ok 'audit verify lists recoveries, and tells which the desk itself has made'

# A desk with a passphrase: its backup asks for none and is worth nothing without one.
(umask 077 && echo 'horse of owner' >owner && echo wrong >wrong)
skerry-issuer init --passphrase-file owner --desk closed >/dev/null
skerry-issuer brand add hotelhub --desk closed --passphrase-file owner >/dev/null
exits 0 setsid skerry-issuer backup closed.backup --desk closed --json
is "$(jq -c '[.open, .keys, .keys_missing]' out)" '[false,3,0]'
is "$(sqlite3 closed.backup "SELECT count(*) FROM backup_file WHERE name = 'desk.key'")" 0
skerry-issuer product add hotelhub/hms --desk closed --passphrase-file owner >/dev/null
before=$(digest closed)
exits 1 skerry-issuer recover closed.backup --desk closed --force --passphrase-file wrong
exits 2 setsid skerry-issuer recover closed.backup --desk closed --force
is "$(digest closed)" "$before"
exits 1 skerry-issuer recover closed.backup --desk elsewhere --passphrase-file wrong
[ ! -e elsewhere ] || fail 'a desk for a wrong passphrase'
rm closed/issuer.db
exits 0 skerry-issuer recover closed.backup --desk closed --passphrase-file owner
says 'is missing, 1 change at most' out
[ ! -e closed/desk.key ] || fail 'a key in the open'
cp closed.backup closed/issuer.db
exits 2 skerry-issuer brand set hotelhub --name x --desk closed --passphrase-file owner
says 'store_behind' err
exits 1 skerry-issuer recover --desk closed --passphrase-file wrong
exits 2 skerry-issuer brand set hotelhub --name x --desk closed --passphrase-file owner
exits 0 skerry-issuer recover --desk closed --passphrase-file owner
exits 0 skerry-issuer brand set hotelhub --name x --desk closed --passphrase-file owner
is "$(find . -maxdepth 2 -name '*.new-*' -o -maxdepth 2 -name 'recover-*' | wc -l | tr -d ' ')" 0
ok 'whoever recovers a desk with a passphrase must know one'

exits 2 desk backup 1.backup
says 'file_exists' err
exits 0 desk backup 1.backup --force
is "$(stat -c %a 1.backup)" 600
exits 2 desk backup desk/issuer.db --force
exits 2 desk backup nowhere/1.backup
exits 2 desk backup /dev/null --force
exits 2 desk backup -
is "$(find . -maxdepth 1 -name '.skerry-*' | wc -l | tr -d ' ')" 0
ok 'a backup replaces nothing unasked, and leaves nothing half done'
