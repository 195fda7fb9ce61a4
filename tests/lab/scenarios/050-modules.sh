# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the chosen drivers are loaded, ten rounds of unloading and loading them leave nothing behind, and our /dev/xen modules do not load beside the kernel's own
same "drivers in the kernel" "$(drivers_loaded)" "$(printf '%s\n' "${DRIVERS[@]}" | sort | xargs)"
before=$(census)

kernel_memory() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|VmallocUsed|Percpu|KernelStack)/ { n += $2 } END { print n }' /proc/meminfo
}

for round in $(seq 10); do
	drivers_unload
	same "drivers after unloading" "$(drivers_loaded)" ""
	[ ! -e /sys/kernel/debug/dom0 ] || fail "debugfs still has dom0 after round $round"
	drivers_load
	[ "$round" != 3 ] || memory=$(kernel_memory)
done
census_back_to "$before"
# The kernel frees some memory only after a while.
memory_is_back() {
	grown=$(($(kernel_memory) - memory))
	[ $grown -lt 1024 ]
}
wait_for 30 memory_is_back
say "kernel memory after seven more rounds: $grown KiB more"

# A device has one driver: the second module fails to load and logs the reason.
if [ "$LAB_DRIVERS $LAB_DEVICES" = "ours intree" ]; then
	for device in evtchn privcmd gntdev; do
		! modprobe "dom0-$device" || fail "dom0-$device was loaded beside the kernel's own"
		logs_kernel "$LAB_NAME" | grep -q "/dev/xen/$device belongs to another driver" || fail "no message says why dom0-$device was not loaded"
	done
fi
pass
