# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Collects the state of a failure: blocked threads in Dom0 and in the guests, event channels, and xenstore.

# Makes each guest's kernel print its blocked tasks and CPUs on its console, by sysrq. A guest that has crashed prints nothing.
diagnose_guests() {
	local name
	xl list | awk 'NR > 1 && $1 != "Domain-0" { print $1 }' | while read -r name; do
		xl sysrq "$name" w
		xl sysrq "$name" l
	done
	sleep 3
	xl vcpu-list
	# Event channels, pending and masked, and vCPUs, on Xen's console.
	xl debug-keys eq
}

diagnose_tasks() {
	local stack
	for stack in /proc/[0-9]*/stack; do
		grep -q . "$stack" || continue
		echo "$(cat "${stack%stack}comm" 2>/dev/null) (${stack//[^0-9]/}, $(awk '/^State/ { print $2 }' "${stack%stack}status" 2>/dev/null))"
		cat "$stack"
	done 2>/dev/null
}

# diagnose: writes everything to LAB_OUT/diagnosis. Runs after the guests' logs have been scanned, so its output is not scanned.
diagnose() {
	local folder=$LAB_OUT/diagnosis
	[ "$LAB_MACHINE" = xen ] || return 0
	mkdir -p "$folder"
	xl dmesg -c >/dev/null
	diagnose_guests >"$folder/vcpus" 2>&1
	diagnose_tasks >"$folder/tasks"
	xenstore-ls -f >"$folder/xenstore" 2>&1
	cat /proc/interrupts >"$folder/interrupts"
	find /sys/kernel/debug/dom0 -type f -exec grep -H . {} + >"$folder/debugfs" 2>/dev/null
	xl dmesg >"$folder/xen"
	tail -n 25 /var/log/xen/console/guest-*.log 2>/dev/null | cut -c1-160 >"$folder/guests"
}
