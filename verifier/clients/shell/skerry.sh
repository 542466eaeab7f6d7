# SPDX-License-Identifier: ISC
# Skerry for shell scripts: `. skerry.sh`, then
#
#	skerry_check channel_manager || exit 1          may the feature be used? --read: read only is enough
#	rooms=$(skerry_limit max_rooms)                 a limit's number
#	skerry_seat "night audit" || exit 1             a seat until this script ends, however it ends
#	skerry_with_seat "night audit" COMMAND...       the same around a command, renewed while it runs
#	skerry_verify vendor.manifest hms.license       is this file genuine, and does it give access? No daemon
#
# Each returns 0 for yes, 1 for no and 2 where it could not be told, and says why on standard error. Who is
# asked: the program `skerry` where it is installed, else skerryd's socket through curl. About what:
# SKERRY_PRODUCT (hotelhub/hms), SKERRY_TENANT, SKERRY_DOMAIN, SKERRY_BUILD_DATE (2027-04-28), and what the product
# knows of its machine, SKERRY_INSTALL_PATH and SKERRY_CUSTOM (one value a line), as far as they are set.
# skerry_verify compares no machine and no build. SKERRY_SOCKET: another socket than /run/skerry/skerry.sock.
#
# skerry_seat sets traps for EXIT, HUP, INT and TERM. A script with traps of its own sets SKERRY_OWN_TRAPS=1
# and calls skerry_release in them.
# shellcheck shell=sh

# _skerry_ask VERB [ARGUMENT...]: the program, about this installation.
_skerry_ask() {
	[ -z "${SKERRY_BUILD_DATE:-}" ] || set -- "$@" --build-date "$SKERRY_BUILD_DATE"
	[ -z "${SKERRY_INSTALL_PATH:-}" ] || set -- "$@" --install-path "$SKERRY_INSTALL_PATH"
	while read -r _skerry_value; do
		[ -z "$_skerry_value" ] || set -- "$@" --custom "$_skerry_value"
	done <<-END
		${SKERRY_CUSTOM:-}
	END
	_skerry_program "$@"
}

# _skerry_program VERB [ARGUMENT...]: with the license that is meant.
_skerry_program() {
	[ -z "${SKERRY_DOMAIN:-}" ] || set -- "$@" --domain "$SKERRY_DOMAIN"
	[ -z "${SKERRY_TENANT:-}" ] || set -- "$@" --tenant "$SKERRY_TENANT"
	[ -z "${SKERRY_PRODUCT:-}" ] || set -- "$@" --product "$SKERRY_PRODUCT"
	skerry "$@"
}

_skerry_has_program() {
	[ -z "${SKERRY_CURL:-}" ] && command -v skerry >/dev/null 2>&1
}

# _skerry_encode TEXT: for a place in a URL, byte by byte.
_skerry_encode() {
	printf %s "$1" | LC_ALL=C od -An -v -tx1 | tr -d '\n' | sed 's/ /%/g'
}

# _skerry_target PATH: with what is asked about behind it.
_skerry_target() {
	_skerry_mark='?'
	printf %s "$1"
	_skerry_argument product "${SKERRY_PRODUCT:-}"
	_skerry_argument tenant "${SKERRY_TENANT:-}"
	_skerry_argument domain "${SKERRY_DOMAIN:-}"
	_skerry_argument build_date "${SKERRY_BUILD_DATE:-}"
	_skerry_argument install_path "${SKERRY_INSTALL_PATH:-}"
	while read -r _skerry_value; do
		_skerry_argument custom "$_skerry_value"
	done <<-END
		${SKERRY_CUSTOM:-}
	END
}

# _skerry_argument NAME VALUE: in a query, unless it is empty.
_skerry_argument() {
	[ -n "$2" ] || return 0
	printf '%s%s=%s' "$_skerry_mark" "$1" "$(_skerry_encode "$2")"
	_skerry_mark='&'
}

# _skerry_call TARGET [CURL-OPTION...]: its answer's head and body; 2 where nobody answers.
_skerry_call() {
	_skerry_at=$1
	shift
	curl -sS -i --max-time 10 --unix-socket "${SKERRY_SOCKET:-/run/skerry/skerry.sock}" "$@" "http://skerry$_skerry_at" || return 2
}

# _skerry_exit ANSWER: what its head says the program would have exited with; of seats, by its status.
_skerry_exit() {
	_skerry_code=$(printf '%s\n' "$1" | tr -d '\r' | sed -n '1,/^$/s/^[Ss]kerry-[Ee]xit: \([012]\)$/\1/p')
	[ -n "$_skerry_code" ] || case $1 in
	'HTTP/1.1 20'*) _skerry_code=0 ;;
	'HTTP/1.1 4'[01]*) _skerry_code=1 ;;
	*) _skerry_code=2 ;;
	esac
	return "$_skerry_code"
}

# _skerry_body ANSWER
_skerry_body() {
	printf '%s\n' "$1" | tr -d '\r' | sed '1,/^$/d'
}

# _skerry_value NAME ANSWER: a text or number of a JSON body of one object.
_skerry_value() {
	_skerry_body "$2" | tr -d '\n' | sed -n 's/.*"'"$1"'" *: *"\{0,1\}\([^",}]*\)"\{0,1\} *[,}].*/\1/p'
}

skerry_check() {
	if _skerry_has_program; then
		_skerry_ask check "$@" >/dev/null
		return
	fi
	_skerry_to=$(_skerry_target "/v1/check/$(_skerry_encode "$1")")
	if [ "${2:-}" = --read ]; then
		case $_skerry_to in *\?*) _skerry_to="$_skerry_to&read=1" ;; *) _skerry_to="$_skerry_to?read=1" ;; esac
	fi
	_skerry_answer=$(_skerry_call "$_skerry_to" -H 'Accept: text/plain') || return 2
	_skerry_exit "$_skerry_answer" && return 0
	_skerry_body "$_skerry_answer" >&2
	return "$_skerry_code"
}

skerry_limit() {
	if _skerry_has_program; then
		_skerry_ask limit "$1"
		return
	fi
	_skerry_answer=$(_skerry_call "$(_skerry_target "/v1/limits/$(_skerry_encode "$1")")" -H 'Accept: text/plain') || return 2
	if _skerry_exit "$_skerry_answer"; then
		_skerry_body "$_skerry_answer"
		return 0
	fi
	_skerry_body "$_skerry_answer" >&2
	return "$_skerry_code"
}

# skerry_renew: the seat of skerry_seat, again for its whole time. SKERRY_SEAT_EXPIRES_IN has the seconds; a third is a good time.
skerry_renew() {
	if _skerry_has_program; then
		# SKERRY_SEAT_SECRET in the environment is the program's.
		_skerry_answer=$(export SKERRY_SEAT_SECRET && _skerry_ask seat renew "$SKERRY_SEAT_HOLDER" --json) || return
		_skerry_answer=$(printf '\n\n%s' "$_skerry_answer")
	else
		_skerry_put "$SKERRY_SEAT_HOLDER" || return
	fi
	_skerry_take
}

_skerry_put() {
	_skerry_answer=$(_skerry_call "$(_skerry_target "/v1/seats/$(_skerry_encode "$1")")" -X PUT -H 'Content-Length: 0' \
		${SKERRY_SEAT_SECRET:+-H "Skerry-Seat-Secret: $SKERRY_SEAT_SECRET"}) || return 2
	_skerry_exit "$_skerry_answer" && return 0
	_skerry_value message "$_skerry_answer" >&2
	return "$_skerry_code"
}

# A renewal tells no secret, unless the seat had ended and is a new one.
_skerry_take() {
	_skerry_secret=$(_skerry_value secret "$_skerry_answer")
	case $_skerry_secret in '' | null) ;; *) SKERRY_SEAT_SECRET=$_skerry_secret ;; esac
	SKERRY_SEAT_EXPIRES_IN=$(_skerry_value expires_in "$_skerry_answer")
}

skerry_seat() {
	SKERRY_SEAT_SECRET=
	if _skerry_has_program; then
		_skerry_answer=$(unset SKERRY_SEAT_SECRET && _skerry_ask seat claim "$1" --json) || return
		_skerry_answer=$(printf '\n\n%s' "$_skerry_answer")
	else
		_skerry_put "$1" || return
	fi
	SKERRY_SEAT_HOLDER=$1
	_skerry_take
	[ -z "${SKERRY_OWN_TRAPS:-}" ] || return 0
	trap skerry_release EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# skerry_release: gives it back; once is enough.
skerry_release() {
	[ -n "${SKERRY_SEAT_HOLDER:-}" ] || return 0
	_skerry_holder=$SKERRY_SEAT_HOLDER
	SKERRY_SEAT_HOLDER=
	if _skerry_has_program; then
		(export SKERRY_SEAT_SECRET && _skerry_ask seat release "$_skerry_holder" >/dev/null)
		return
	fi
	_skerry_answer=$(_skerry_call "$(_skerry_target "/v1/seats/$(_skerry_encode "$_skerry_holder")")" -X DELETE \
		${SKERRY_SEAT_SECRET:+-H "Skerry-Seat-Secret: $SKERRY_SEAT_SECRET"}) || return 2
	_skerry_exit "$_skerry_answer" || return "$_skerry_code"
}

# skerry_with_seat HOLDER COMMAND...: returns what the command does; 1 or 2 of its own where there is no seat.
skerry_with_seat() {
	(
		unset SKERRY_OWN_TRAPS
		skerry_seat "$1" || exit
		shift
		_skerry_renewer=
		"$@" &
		_skerry_command=$!
		trap 'kill "$_skerry_command" $_skerry_renewer 2>/dev/null; exit 143' TERM
		# Whoever reads what the command says is not to wait for the one that renews, nor that one for its sleep.
		(
			_skerry_sleep=
			trap - EXIT HUP INT
			trap 'kill $_skerry_sleep 2>/dev/null; exit' TERM
			# A signal may come too early to be heard: without the command there is nothing to renew.
			while kill -0 "$_skerry_command" 2>/dev/null; do
				sleep $((${SKERRY_SEAT_EXPIRES_IN:-900} / 3 + 1)) &
				_skerry_sleep=$!
				wait "$_skerry_sleep"
				! kill -0 "$_skerry_command" 2>/dev/null || skerry_renew || :
			done
		) </dev/null >/dev/null 2>&1 &
		_skerry_renewer=$!
		_skerry_result=0
		wait "$_skerry_command" || _skerry_result=$?
		kill "$_skerry_renewer" 2>/dev/null
		exit "$_skerry_result"
	)
}

# skerry_verify TRUST FILE [AT]: under the pinned manifest; neither machine nor site key is compared.
skerry_verify() {
	set -- "$2" --trust "$1" ${3:+--at "$3"}
	_skerry_program verify "$@" >/dev/null
}
