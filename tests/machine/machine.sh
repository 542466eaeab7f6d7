# SPDX-License-Identifier: ISC
# Sourced by scripts that live through years: one little machine (machine.c beside this file), which every program sees that is
# started from here on, `date` and the desk's as well. Time passes when a line here says so.
#
#	machine_on BUILD DATE [ZONE]     the first power-on; ZONE is a POSIX TZ rule, as WITA-8
#	machine_runs 90d                 so long; in d, h, m, or seconds
#	machine_until DATE               the same, up to a date
#	machine_off 150d [DATE]          switched off so long, then on again; its clock shows DATE, else it went on
#	machine_renamed                  its boot id is another one from now on, and nothing was restarted
#	machine_pauses 3h                suspended, or its snapshot laid aside: no running time
#	machine_shows DATE               somebody, or something, sets its clock: DATE, or +30d or -30d from what is true
#	machine_corrected                sets it right
#
# Programs that live on while time passes see it where MACHINE_FILE names a file before machine_on, which is then written here.
# shellcheck shell=sh disable=SC2034

# machine_goes BUILD: whether programs built there can be preloaded with it; else says why not.
machine_goes() {
	[ -r "$1/machine.so" ] || {
		echo "$1/machine.so is missing; make demo and make scenario build it"
		return 1
	}
	# Sanitizers want to be loaded first, and some wait for ever when they are not.
	! LC_ALL=C grep -aqE '__(asan|msan|tsan)_init' "$1/skerry" &&
		[ "$(MACHINE_WALL=1 LD_PRELOAD="$1/machine.so" timeout 10 date +%s 2>/dev/null)" = 1 ] &&
		LD_PRELOAD="$1/machine.so" timeout 10 "$1/skerry" --version >/dev/null 2>&1 || {
		echo 'a library cannot be preloaded to these programs'
		return 1
	}
}

# How many seconds that is, in machine_span_s; without another process, for lives have many days.
machine_span() {
	case $1 in
	*d) machine_span_s=$((${1%d} * 86400)) ;;
	*h) machine_span_s=$((${1%h} * 3600)) ;;
	*m) machine_span_s=$((${1%m} * 60)) ;;
	*) machine_span_s=$(($1)) ;;
	esac
}

machine_told() {
	MACHINE_WALL=$((machine_now + machine_wrong))
	export MACHINE_WALL MACHINE_UPTIME_S MACHINE_BOOT MACHINE_ZONE
	[ -z "${MACHINE_FILE:-}" ] || {
		printf 'MACHINE_WALL=%s\nMACHINE_UPTIME_S=%s\nMACHINE_BOOT=%s\nMACHINE_ZONE=%s\n' \
			"$MACHINE_WALL" "$MACHINE_UPTIME_S" "$MACHINE_BOOT" "$MACHINE_ZONE" >"$MACHINE_FILE.new"
		mv "$MACHINE_FILE.new" "$MACHINE_FILE"
	}
}

machine_on() {
	machine_now=$(date -u -d "$2" +%s)
	machine_wrong=0
	MACHINE_ZONE=${3:-UTC0} MACHINE_BOOT=1 MACHINE_UPTIME_S=30
	machine_told
	LD_PRELOAD=$1/machine.so
	export LD_PRELOAD
}

machine_runs() {
	machine_span "$1"
	[ "$machine_span_s" -ge 0 ] || {
		echo "machine_runs $1: it cannot run backward" >&2
		exit 2
	}
	machine_now=$((machine_now + machine_span_s))
	MACHINE_UPTIME_S=$((MACHINE_UPTIME_S + machine_span_s))
	machine_told
}

machine_until() {
	machine_runs $(($(date -u -d "$1" +%s) - machine_now))
}

machine_pauses() {
	machine_span "$1"
	machine_now=$((machine_now + machine_span_s))
	machine_told
}

machine_renamed() {
	MACHINE_BOOT=$((MACHINE_BOOT + 1))
	machine_told
}

# Half a minute passes until the first program asks.
machine_off() {
	machine_span "$1"
	machine_now=$((machine_now + machine_span_s + 30))
	MACHINE_BOOT=$((MACHINE_BOOT + 1)) MACHINE_UPTIME_S=30
	machine_told
	[ -z "${2:-}" ] || machine_shows "$2"
}

machine_shows() {
	case $1 in
	[+-]*)
		machine_span "${1#?}"
		machine_wrong=$((${1%"${1#?}"}machine_span_s))
		;;
	*) machine_wrong=$(($(date -u -d "$1" +%s) - machine_now)) ;;
	esac
	machine_told
}

machine_corrected() {
	machine_wrong=0
	machine_told
}
