#!/bin/sh
# Goal: the welcome pack's letter shows a key that can be typed and scanned, in the customer's language, and leaves nobody guessing; each one is in the audit log.
. "$(dirname -- "$0")/lib.sh"
. "$ROOT/tests/scenario/hotel_desk.sh"
DAY_ONE=2027-01-01T00:00:00Z
open_desk
desk customer add hotelhub sari@island.example --name 'Ibu Sari "Nona" <Dewi> & Co' --company 'PT <script>alert(1)</script>' \
	--language id >/dev/null
key=$(desk license new hotelhub/hms/island --customer sari@island.example --starter 30d --out starter.license)
id=$(desk license list --customer sari@island.example --json | jq -r '.licenses[0].id')

exits 0 desk license letter "$key" --out letter.html
is "$(stat -c %a letter.html)" 600
for part in $(echo "$key" | tr '-' ' '); do
	grep -q "$part" letter.html || fail "the letter lacks $part"
done
says '<html lang="id">' letter.html
says 'Kunci lisensi' letter.html
says '31 Januari 2027' letter.html
says '\+62 631 555 0100' letter.html
says 'help@hotelhub.example' letter.html
says "$id" letter.html
ok 'key, dates and telephone, in the language of the customer'

says 'Ibu Sari &quot;Nona&quot; &lt;Dewi&gt; &amp; Co' letter.html
grep -q '<script' letter.html && fail 'a name became an element'
grep -Eq 'src=|href=|url\(|@import|<link' letter.html && fail 'the page fetches something'
ok 'names are text, and nothing is fetched'

exits 2 desk license letter "$key" --out letter.html
says 'file_exists' err
exits 0 desk license letter "$id" --out letter.html --force --language en --json
is "$(jq -r '.language + " " + .licenses[0].document' out)" 'en starter'
says '1 January 2030' letter.html
says '31 January 2027' letter.html
exits 0 desk license letter "$key" --language de
says "no letter in the language 'de'" err
says '<html lang="en">' out
exits 2 desk license letter "$key" --language 'x y'
exits 2 desk license letter "$key" --json
exits 1 desk license letter HMS-00000-00000-00000-00000
ok 'other languages, and what it refuses'

desk audit list --action license.letter --json >log
is "$(jq 'first(.[] | arrays) | length' log)" 3
exits 0 desk audit verify
ok 'three letters, three rows in the audit log'

# Every command on the page is one that skerry has.
grep -o '<code>.*</code>' letter.html | sed 's/<[^>]*>//g' | grep '^skerry ' | sort -u >commands
is "$(wc -l <commands)" 6
exits 0 skerry init --trust "$VENDOR"
while read -r program verb rest; do
	"$program" "$verb" --help >/dev/null || fail "$program $verb $rest"
done <commands
root=$(sed -n 's/^  root key *//p' out)
says "<code>$root</code>" letter.html
ok 'the commands exist, and init names the root key on the page'

# svg N: the Nth QR code as a picture, drawn from the page's own path.
svg() {
	grep -o '<path fill="#000" d="[^"]*"' letter.html | sed -n "$1p" | tr 'M' '\n' | grep '^[0-9]' | tr -c '0-9\n' ' ' |
		awk '{ y = $2 + 0; for (x = $1; x < $1 + $3; x++) dark[x, y] = 1; if (y > size) size = y }
			END { size += 5; scale = 4; print "P1\n" size * scale, size * scale
				for (y = 0; y < size * scale; y++) { line = ""
					for (x = 0; x < size * scale; x++) line = line (((int(x / scale), int(y / scale)) in dark) ? "1 " : "0 ")
					print line } }'
}
if command -v zbarimg >/dev/null; then
	svg 1 >key.pbm
	is "$(zbarimg -q --raw key.pbm 2>/dev/null)" "$key"
	svg 2 >starter.pbm
	zbarimg -q --raw starter.pbm 2>/dev/null >starter.qr
	exits 0 skerry import starter.qr --json
	exits 0 skerry --state other init --trust "$VENDOR"
	exits 0 skerry --state other import starter.license
	is "$(skerry show starter.qr --json | jq -S "del(.carrier)")" "$(skerry show starter.license --json | jq -S "del(.carrier)")"
	ok 'both QR codes scan: the key, and the starter license, which a site imports'
else
	echo 'skipped: QR codes are not scanned, zbarimg is not installed'
fi

desk license issue "$key" --unbound --out whole.license >/dev/null 2>&1
exits 0 desk license letter "$key" --language en
says 'pack.license' out
grep -q site.fingerprint out && fail 'an unbound license needs no fingerprint'
desk license suspend "$id" >/dev/null
exits 1 desk license letter "$key" --out suspended.html
says '\[suspended\]' err
[ ! -e suspended.html ] || fail 'a refused letter left a file'
desk license resume "$id" >/dev/null
skerry-issuer --at 2030-06-01 clock confirm >/dev/null
exits 1 skerry-issuer --at 2030-06-01 license letter "$key"
says '\[expired\]' err
skerry-issuer --at 2030-06-01 license revoke "$id" >/dev/null
exits 1 skerry-issuer --at 2030-06-01 license letter "$id"
says '\[revoked\]' err
ok 'what was stopped gets no letter'
