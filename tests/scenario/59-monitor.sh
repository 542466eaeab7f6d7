#!/bin/sh
# Goal: a monitoring system gets one line and a code of 0 to 3 that means what Nagios means by it, whatever happens.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"

# one_line: the answer is one line, of a plug-in's form, and short enough for all of them.
one_line() {
	is "$(wc -l <out)" 1
	says '^SKERRY (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+( \|( '"'[^'=]+'"'=-?[0-9]+s?(;;;0)?)+)?$' out
	[ "$(wc -c <out)" -lt 4096 ] || fail 'the line is too long'
}

exits 3 skerry monitor
one_line
says 'state folder could not be read' out
says 'skerry init' err
open_desk
exits 0 skerry init --trust "$VENDOR"
exits 2 skerry monitor
one_line
says 'CRITICAL - this site unlicensed \(no_license\)' out
exits 2 skerry --language id monitor
says 'CRITICAL - lokasi ini unlicensed \(no_license\): tanpa lisensi' out
chain chain.asc
desk license issue "$(sell hotelhub/hms/island --until 2199-12-31)" --unbound --out hms.license >/dev/null 2>&1
exits 0 skerry import chain.asc hms.license
exits 0 skerry monitor
one_line
says '^SKERRY OK - hotelhub/hms active \(ok\): full access, 1[78][0-9] days \|' out
says "'clock_ahead'=-?[0-9]+s 'hotelhub/hms_days_left'=1[78][0-9];;;0\$" out
exits 0 skerry --language id monitor
one_line
says '^SKERRY OK - hotelhub/hms active \(ok\): akses penuh, 1[78][0-9] hari \|' out
exits 0 skerry monitor --json
is "$(jq -c '[.level, (.items | length), .items[0].product, .items[0].days_left > 170]' out)" '["OK",1,"hotelhub/hms",true]'
ok 'OK is 0, an unlicensed site is 2, and no site is 3'

chmod 755 state
exits 1 skerry monitor
one_line
says '^SKERRY WARNING - others may open the folder or a secret key; hotelhub/hms active' out
chmod 700 state
chmod 644 state/site.key
exits 1 skerry --language id monitor
says '^SKERRY WARNING - folder atau kunci rahasia dapat dibuka orang lain; ' out
chmod 600 state/site.key
exits 0 skerry monitor
ok 'a folder or key that others may open is a warning'

# Called wrongly: never 0, and never somebody's night.
while read -r arguments; do
	# shellcheck disable=SC2086
	exits 3 skerry $arguments
	one_line
done <<END
monitor --bogus
monitor extra
monitor --product
monitor --product=
monitor --product hotelhub/hms --product hotelhub/hms
monitor --state
monitor --state=
monitor --install-path opt
monitor --custom=
--bogus monitor
--state=$T/state --bogus monitor
--state $T/state --language xx monitor
--language= --state $T/state --bogus monitor
--state $T/nowhere monitor
END
is "$(grep -c 'UNKNOWN' out)" 1
# One object, whatever is wrong.
while read -r arguments; do
	# shellcheck disable=SC2086
	exits 3 skerry $arguments
	is "$(jq -s -c '[length, .[0].level]' out)" '[1,"UNKNOWN"]'
done <<END
monitor --install-path rel --json
monitor --bogus --json
monitor --json --build-date never
monitor --state $T/nowhere --json
monitor --state= --json
END
exits 2 skerry --state monitor --bogus status
[ ! -s out ] || fail 'another verb answers as a plug-in'
exits 0 skerry monitor --help
exits 2 skerry monitor --product 'a|b'
one_line
exits 2 skerry monitor --product "$(printf 'a\nb\033[2J')"
one_line
ok 'what is no question is 3, and nothing that is typed breaks the line'

if [ -c /dev/full ]; then
	got=0
	skerry monitor >/dev/full 2>err || got=$?
	is "$got" 3
fi
for file in state/licenses/*.license; do flip "$file" 200; done
exits 0 skerry monitor
one_line
says 'put back' err
exits 0 skerry --state other init --trust "$VENDOR"
printf 'junk' >other/licenses/junk.license
exits 2 skerry --state other monitor
one_line
says 'unlicensed .*; 1 file is of no use' out
printf 'junk' >state/licenses/junk.license
exits 1 skerry monitor
one_line
says '^SKERRY WARNING - 1 file is of no use; hotelhub/hms active' out
rm state/licenses/junk.license
printf 'damage' | dd of=state/site.db bs=1 conv=notrunc status=none
exits 0 skerry monitor
one_line
says 'made anew' err
exits 0 skerry monitor
ok 'a damaged file is a warning, and a damaged database answers'

# Many products on one line: the worst first, and the rest counted.
for i in $(seq 30); do
	desk product add "hotelhub/product-with-a-long-name-$i" --name "Product $i" >/dev/null
	desk plan add "hotelhub/product-with-a-long-name-$i/p" >/dev/null
	echo "hotelhub/product-with-a-long-name-$i/p"
done >plans
# shellcheck disable=SC2046
many=$(sell $(cat plans))
for i in $(seq 30); do
	desk license issue "$many" --product "hotelhub/product-with-a-long-name-$i" --unbound --out "$i.license" >/dev/null 2>&1
done
exits 0 skerry import ./[0-9]*.license
for file in state/licenses/*; do last=$file; done
[ -e "$last" ] || fail 'nothing was imported'
exits 0 skerry monitor
one_line
says '; and [0-9]+ more \|' out
exits 0 skerry monitor --json
is "$(jq '.items | length' out)" 31
exits 0 skerry monitor --product hotelhub/product-with-a-long-name-7
says '^SKERRY OK - hotelhub/product-with-a-long-name-7 active' out
ok 'several products are one line'
