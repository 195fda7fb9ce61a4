# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Helpers of the bench, in addition to the lab's: measure in Dom0 while a guest runs a load.
#
# Each result is one line to the host: "bench CASE METRIC VALUE". The host reads QEMU's own counters at the lines
# "phase begin CASE" and "phase end CASE UNIT OPERATIONS".

PHASE_SECONDS=1.5
IDLE=0

# wanted CASE: returns success if this run measures the case.
wanted() {
	local pattern patterns
	# read does not expand the patterns to names of files, as an unquoted variable would.
	read -ra patterns <<<"$BENCH_CASES"
	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2053 # a pattern on purpose
		[[ $1 == $pattern ]] && return
	done
	return 1
}

# wanted_any CASE...: returns success if this run measures any of the cases, so that guests are needed.
wanted_any() {
	local case
	for case in "$@"; do
		wanted "$case" && return
	done
	return 1
}

driver_counters() {
	echo "hypercalls=/sys/kernel/debug/dom0/core/hypercalls#total#1"
	echo "unmaps=/sys/kernel/debug/dom0/gnttab/counters#unmaps#1"
}

# idle_phase: measures the share of a CPU that an idle Dom0 uses, and sets IDLE.
idle_phase() {
	local -A got
	# Otherwise Dom0 writes back dirty data of the boot in the middle of a phase.
	sync
	sleep 1
	while read -r name value; do
		got[$name]=$value
	done < <(/lab/bench/meter "$PHASE_SECONDS")
	IDLE=$(awk "BEGIN { print ${got[cpu]} / ${got[time]} }")
	say "idle: Dom0 takes $(awk "BEGIN { printf \"%.2f\", $IDLE * 100 }") % of a CPU"
}

# measure CASE UNIT FILE DIVISOR: measures a phase and reports its figures. The number in FILE grows by DIVISOR for each
# operation. UNIT is the name of an operation in the metrics: op, kb, packet.
measure() {
	local case=$1 unit=$2 counters operations metric value
	mapfile -t counters < <(driver_counters)
	sleep 0.3
	report phase begin "$case"
	/lab/bench/meter "$PHASE_SECONDS" "n=$3" "${counters[@]}" >/run/meter
	[ -z "${BENCH_SYMBOLS:-}" ] || cp /proc/kallsyms /proc/xen/xensyms "$LAB_OUT"
	operations=$(awk -v divisor="$4" '$1 == "n" { print $2 / divisor }' /run/meter)
	report phase end "$case" "$unit" "$operations"
	awk -v idle="$IDLE" -v unit="$unit" -v ops="$operations" '
		{ v[$1] = $2 }
		END {
			if (ops <= 0) exit
			printf "rate_per_s %.1f\n", ops / v["time"] * 1e9
			printf "dom0_ns_per_%s %.1f\n", unit, (v["cpu"] - idle * v["time"]) / ops
			if ("hypercalls" in v) printf "hypercalls_per_%s %.3f\n", unit, v["hypercalls"] / ops
			if ("unmaps" in v) printf "unmaps_per_%s %.3f\n", unit, v["unmaps"] / ops
		}' /run/meter | while read -r metric value; do
		report bench "$case" "$metric" "$value"
	done
}

# moving FILE: returns success if the counter in FILE changes.
moving() {
	local before
	before=$(cat "$1")
	sleep 0.05
	[ "$(cat "$1")" != "$before" ]
}
