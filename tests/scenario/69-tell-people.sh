#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: who is late, what happened at sites and which sites were paired reaches people by whatever sends it, each thing once, and again
# where it could not be sent.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
# shellcheck source=tests/scenario/hotel_desk.sh
. "$ROOT/tests/scenario/hotel_desk.sh"
open_desk
desk plan add hotelhub/hms/monthly --renew-every 30d --warn=-7d --alert=-14d --grace 30d --feature channel_manager >/dev/null
KEY=$(sell hotelhub/hms/monthly)
mkdir bin
cat >bin/skerry-issuer <<END
#!/bin/sh
exec "$BUILD/skerry-issuer" --at "\$(cat "$T/now")" "\$@"
END
chmod +x bin/skerry-issuer
date -u +%Y-%m-%dT%H:%M:%SZ >now
PATH=$T/bin:$PATH

# told DAYS: so many days from now, what is new, a line for each. REFUSE: what is not taken.
told() {
	date -u -d "+$1 days" +%Y-%m-%dT%H:%M:%SZ >now
	: >sent
	# shellcheck disable=SC2016
	sh "$ROOT/docs/examples/tell-people.sh" memory sh -c \
		'jq -e . >/dev/null && [ "$KIND" != "$REFUSE" ] && printf "%s %s\n" "$KIND" "$SUBJECT" >>sent' &&
		cat sent
}
export REFUSE=nothing

mkdir stick
skerry init --trust "$VENDOR" >/dev/null
skerry telemetry allow error.page >/dev/null
skerry event add error.page 'index.php:12 "$(id)"' >/dev/null
skerry exchange stick --custom box --pair "$KEY" >/dev/null
desk exchange stick >/dev/null
told 0 >out
says '^event owner@grand.example: error.page at .*: index.php:12 "[$][(]id[)]"$' out
says '^change site.pair: license [0-9A-Z]{16}$' out
is "$(told 0)" ''
# What a changed client may send: line breaks, and what parts the fields.
mkdir forged
cat >forged/skerry-issuer <<'END'
#!/bin/sh
echo '{"events":[{"row":1,"customer":"c","name":"n","at":"t","text":"a\u000alate\u001fx\u001fpay"}]}'
END
chmod +x forged/skerry-issuer
: >sent
# shellcheck disable=SC2016
PATH=$T/forged:$PATH KINDS=event sh "$ROOT/docs/examples/tell-people.sh" other sh -c 'echo "$KIND $SUBJECT" >>sent'
is "$(cat sent)" 'event c: n at t: a late x pay'
ok 'what happened and who was paired, once, each in its line whatever a site says'

is "$(told 33)" ''
REFUSE=late
is "$(told 38)" ''
REFUSE=nothing
told 38 >out
says '^late owner@grand.example: hotelhub/hms is yellow, was due ' out
is "$(wc -l <out)" 1
is "$(told 39)" ''
told 45 >out
says '^late owner@grand.example: hotelhub/hms is red, ' out
is "$(told 45)" ''
ok 'a site that is late: after 7 days, after 14, and again what could not be sent'

# A desk that does not answer is no reason to forget what was told.
mv desk gone
exits 2 told 45
mv gone desk
is "$(told 45)" ''
ok 'nothing is forgotten when the desk cannot be read'
