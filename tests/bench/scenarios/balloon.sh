# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: nothing; measures the cost of giving 512 MiB to Xen and taking them back, with the kernel's balloon engine and with ours
# kernel: bare
# timeout: 900
. /lab/lib/balloon.sh
. /lab/bench/lib.sh

MIB=512
# The functions in which the kernel's balloon makes hypercalls, one in each call.
PROBES=(xenmem_reservation_increase xenmem_reservation_decrease __xenmem_reservation_va_mapping_update
	__xenmem_reservation_va_mapping_reset)

engine() {
	must rmmod dom0_balloon
	must modprobe dom0-balloon "engine=$1" "scrub_pages=$BENCH_SCRUB"
	wait_for 10 attribute_is target_kb "$full"
}

away_and_back() {
	echo $((full - MIB * 1024)) >"$OURS"/target_kb
	sleep 4
	lowest=$(attribute current_kb)
	echo "$full" >"$OURS"/target_kb
	sleep 4
	same "Dom0's memory in between" "$lowest" $((full - MIB * 1024))
	same "Dom0's memory at the end" "$(attribute current_kb)" "$full"
}

probes_begin() {
	local probe
	for probe in "${PROBES[@]}"; do
		echo "p:balloon/${probe#__} $probe" >>/sys/kernel/tracing/kprobe_events
	done
	echo 1 >/sys/kernel/tracing/events/balloon/enable
}

probes_end() {
	awk '{ sum += $2 } END { print sum }' /sys/kernel/tracing/kprobe_profile
	echo 0 >/sys/kernel/tracing/events/balloon/enable
	echo >/sys/kernel/tracing/kprobe_events
}

hypercalls_of_kernel() {
	probes_begin
	away_and_back
	probes_end
}

hypercalls_of_ours() {
	local before
	before=$(counter hypercalls)
	away_and_back
	echo $(($(counter hypercalls) - before))
}

# weigh COLUMN ENGINE FUNCTION: counts hypercalls in one round. Measures the CPU time in another round, without kprobes.
weigh() {
	local hypercalls cpu time
	report column "$1"
	engine "$2"
	hypercalls=$($3)
	report phase begin "$CASE"
	/lab/bench/meter 8.5 >/run/meter &
	away_and_back
	wait $!
	report phase end "$CASE" mib $((2 * MIB))
	cpu=$(awk '$1 == "cpu" { print $2 }' /run/meter)
	time=$(awk '$1 == "time" { print $2 }' /run/meter)
	report bench "$CASE" hypercalls_per_mib "$(awk "BEGIN { print $hypercalls / $MIB / 2 }")"
	report bench "$CASE" dom0_ns_per_mib "$(awk "BEGIN { print ($cpu - $IDLE * $time) / $MIB / 2 }")"
}

CASE=balloon-pv
[ "$BENCH_SCRUB" = Y ] || CASE=balloon-pv-noscrub
wanted "$CASE" || pass
full=$(attribute current_kb)
idle_phase
weigh intree kernel hypercalls_of_kernel
weigh ours own hypercalls_of_ours
pass
