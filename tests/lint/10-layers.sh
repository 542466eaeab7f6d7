#!/bin/sh
# Arrows point down only: formats <- keys <- { issuer, verifier }; libraries stay behind the one file that includes them.
set -eu
bad=0

# refuse WHAT GREP-ARGUMENTS...: prints each hit as a breach.
refuse() {
	what=$1
	shift
	hits=$(grep -En "$@" || :)
	[ -z "$hits" ] || {
		printf '%s:\n%s\n' "$what" "$hits"
		bad=1
	}
}

sources() {
	git ls-files --cached --others --exclude-standard -- "$@" | grep '\.[ch]$' || :
}

refuse 'formats includes another layer' '#include "(keys|issuer|verifier)/' $(sources formats) /dev/null
refuse 'keys includes a layer above' '#include "(issuer|verifier)/|"skerry\.h"' $(sources keys) /dev/null
refuse 'issuer includes the verifier' '#include "verifier/|"skerry\.h"' $(sources issuer) /dev/null
refuse 'verifier includes the issuer' '#include "issuer/' $(sources verifier) /dev/null
refuse 'showing includes who carries it' '#include "verifier/(cli|daemon)/|"(cli|http)\.h"' $(sources verifier/show) /dev/null
refuse 'the daemon includes the program skerry' '#include "verifier/cli/' $(sources verifier/daemon) /dev/null
refuse 'the program skerry includes the daemon' '#include "verifier/daemon/' $(sources verifier/cli) /dev/null
refuse 'the wire knows who is behind it' '#include "verifier/daemon/(calls/)?[a-z_]*\.h"' $(sources verifier/daemon/http) /dev/null
refuse 'an arrow points up' '#include "\.\.' $(sources formats keys issuer verifier) /dev/null
refuse 'deciding does I/O' '#include <(stdio|fcntl|unistd|time|sys/stat|sys/time|dirent)\.h>|"(issuer/desk|verifier/(gather|state))/' \
	$(sources issuer/decide verifier/decide) /dev/null
refuse 'formats does I/O, allocates or reads a clock' '#include <(stdio|stdlib|fcntl|unistd|time|sys/[a-z]+|dirent|locale)\.h>' \
	$(sources formats | grep -v '^formats/deflate\.') /dev/null
refuse 'the library prints, exits or reads the environment' '\b(printf|fprintf|puts|fputs|exit|_exit|abort|getenv|secure_getenv)\(' \
	$(sources formats verifier/decide verifier/gather verifier/library verifier/texts keys/hash.c keys/verify.c keys/trust.c) /dev/null

# one HEADER ALLOWED-FILES...: only these include it.
one() {
	header=$1
	shift
	for file in $(grep -rlE "#include <$header>" formats keys issuer verifier 2>/dev/null || :); do
		case " $* " in *" $file "*) ;; *)
			echo "$file includes $header; only these may: $*"
			bad=1
			;;
		esac
	done
}
one sqlite3.h keys/store.c keys/store_file.c keys/store_query.c
one zlib.h formats/deflate.c
one microhttpd.h verifier/daemon/http/http_wire.c
# The benchmark of issuing measures the bare signature beside what the desk makes of it.
for file in $(grep -rl --include='*.[ch]' '#include <sodium' formats issuer verifier tests 2>/dev/null || :); do
	case $file in tests/bench/bare.c | tests/bench/batch.c | tests/bench/bundles.c | tests/bench/main.c | tests/bench/requests.c | tests/bench/site.c) continue ;; esac
	echo "$file includes sodium.h; only keys/ may, and the baseline of tests/bench"
	bad=1
done
[ "$bad" = 0 ] && echo 'ok layers'
