# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by every scenario: verdicts, waiting, and the helpers for guests and leaks. See README.md.

PS4='+ $EPOCHREALTIME '
set -x
. /lab/plan
. /lab/lib/report.sh
. /lab/lib/logs.sh
. /lab/lib/drivers.sh
. /lab/lib/guest.sh
. /lab/lib/io.sh
. /lab/lib/life.sh
. /lab/lib/hotplug.sh
. /lab/lib/census.sh
. /lab/lib/fault.sh
set -u
PATH=/lab/bin:$PATH

# The first verdict counts. A verdict in a subshell, $(guest_run ...) for instance, ends the whole scenario as well.
verdict() {
	[ -e "$LAB_OUT/verdict" ] || echo "$*" >"$LAB_OUT/verdict"
	[ "$BASHPID" = $$ ] || kill -USR1 $$
	exit 0
}
trap 'exit 0' USR1

pass() { verdict pass; }
fail() { verdict fail "$*"; }
skip() { verdict skip "$*"; }

# bash calls this for a command that does not exist. A scenario that expects a command to fail must not pass for that reason.
command_not_found_handle() {
	[[ $- == *i* ]] || fail "there is no command $1"
	echo "$1: command not found" >&2
	return 127
}

# say TEXT: prints a line of progress.
say() {
	local line
	while IFS= read -r line; do
		report say "$line"
	done <<<"$*"
}

# result WHAT VALUE: prints a line of progress and adds it to the table. table: prints all results again.
declare -a ROWS
result() {
	say "$1: $2"
	ROWS+=("$(printf '%-62s %14s' "$1" "$2")")
}

table() {
	local row
	say "$(printf '%.0s-' {1..77})"
	for row in "${ROWS[@]}"; do
		say "$row"
	done
	say "$(printf '%.0s-' {1..77})"
}

# nap SECONDS: sleeps without a process, by a read with a timeout from a pipe that stays empty.
exec {NAP}<> <(:)
nap() {
	read -rt "$1" -u "$NAP" _
	return 0
}

# wait_for SECONDS COMMAND...: polls until the command succeeds; fails the scenario if it does not in that time. The clock goes on while the
# host has stopped the machine, so there is also at least one try for each second.
wait_for() {
	local seconds=$(($1 * LAB_PATIENCE)) end tries=0
	shift
	end=$((SECONDS + seconds))
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $SECONDS -lt $end ] || [ $tries -lt $seconds ] || fail "no success in $seconds s of: $*"
		nap 0.2
	done
}

# must COMMAND...: runs the command; fails the scenario if it fails.
must() {
	"$@" || fail "exit code $? of: $*"
}

# same WHAT A B: fails the scenario unless both values are equal.
same() {
	[ "$2" = "$3" ] || fail "$1: '$2' is not '$3'"
}

# now: prints the seconds since boot with two decimals. since THEN: prints the seconds since then. rate MIB THEN: prints MiB/s since then.
now() { cut -d' ' -f1 /proc/uptime; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
rate() {
	awk -v mib="$1" -v a="$2" -v b="$(now)" 'BEGIN { printf "%.1f MiB/s", mib / (b - a) }'
}
