# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: dom0-core's hypercalls, event channels, counters and traces work on the real hypervisor, and a channel can be unbound during an event storm
# cpus: 2
# drivers: ours
debug=/sys/kernel/debug/dom0/core
trace=/sys/kernel/tracing

calls() { awk -v name="$1" '$1 == name { print $2 }' "$debug/hypercalls"; }

# Without the drivers only this test uses the module, so its counts are exact.
drivers_unload
must modprobe dom0-core
hello=$(dmesg | sed -n 's/.*dom0_core: \(.* on Xen .*\)/\1/p' | tail -n 1)
version=$(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)$(cat /sys/hypervisor/version/extra)
same "the message on loading" "$hello" "$(cat /sys/hypervisor/guest_type) Dom0 on Xen $version"
for file in hypercalls grant_ops evtchns; do
	same "the format of $file" "$(head -n 1 $debug/$file)" "version 1"
done
same "channels" "$(wc -l <$debug/evtchns)" 1
same "hypercalls so far" "$(xargs <$debug/hypercalls)" "version 1 xen_version 2 total 2"

[ -d $trace/events ] || mount -t tracefs tracefs $trace
echo 1 >$trace/events/dom0_core/enable
fault_fail core_selftest 12
! modprobe dom0-core-selftest || fail "an armed fault point does not fail"
fault_hold core_selftest
fault_fail core_selftest_atomic 28 1
fault_hold core_selftest_spin 100
modprobe dom0-core-selftest &
loading=$!
wait_for 10 fault_held core_selftest
! grep -q '^dom0_core_selftest .* Live' /proc/modules || fail "a thread passed the fault point that holds it"
fault_release core_selftest
wait $loading || fail "the selftest failed"
same "hits of the spinning fault point" "$(fault_hits core_selftest_spin)" 1
same "threads that are still held" "$(fault_waiting core_selftest core_selftest_spin)" "0 0"
fault_off
echo 0 >$trace/events/dom0_core/enable
must rmmod dom0-core-selftest
same "version queries after the test" "$(calls xen_version)" 3
same "multicalls" "$(calls multicall)" 1
same "calls of hypercall 63, which Xen does not have" "$(calls hypercall_63)" 1
same "grant queries" "$(awk '$1 == "query_size" { print $2, $3 }' $debug/grant_ops)" "1 1"
same "channels after the test" "$(wc -l <$debug/evtchns)" 1
for event in dom0_hypercall dom0_evtchn_bind dom0_evtchn_unbind dom0_evtchn_event dom0_evtchn_eoi dom0_evtchn_notify; do
	grep -q " $event: " $trace/trace || fail "no $event in the trace"
done
say "$(calls total) hypercalls, $(grep -c ' dom0_evtchn_event: ' $trace/trace) events in the trace"
echo >$trace/trace
must rmmod dom0-core
[ ! -e $debug ] || fail "debugfs still has dom0/core"
drivers_load
pass
