# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What no log may say. The list stands in forbidden.txt; the host reads the same one over the serial console.

logs_mark() {
	echo "lab: begin $1" >/dev/kmsg
	rm -f /var/log/xen/console/guest-*.log
}

# The kernel's log since the scenario began.
logs_kernel() {
	dmesg | sed -n "/lab: begin $1\$/,\$p"
}

# On a kernel that can tell: memory of ours that nothing points to any more, and a lockdep that has given up.
checkers_ask() {
	if [ -e /sys/kernel/debug/kmemleak ]; then
		echo scan >/sys/kernel/debug/kmemleak
		# An object counts only from the second scan on, since a pointer may have been on its way.
		echo scan >/sys/kernel/debug/kmemleak
		sed -n '/dom0_/,/^unreferenced/p' /sys/kernel/debug/kmemleak >"$LAB_OUT/kmemleak.log"
		[ ! -s "$LAB_OUT/kmemleak.log" ] || echo "unreferenced object of ours, see kmemleak.log"
	fi
	if [ -e /proc/lockdep_stats ] && ! grep -q 'debug_locks: *1' /proc/lockdep_stats; then
		echo "lockdep has given up"
	fi
}

# The first forbidden line of Dom0's kernel or of a guest, or nothing.
logs_scan() {
	logs_kernel "$1" >"$LAB_OUT/dmesg.log"
	cp /var/log/xen/console/guest-*.log "$LAB_OUT/" 2>/dev/null
	{
		checkers_ask
		grep -hEm1 -f /lab/lib/forbidden.txt "$LAB_OUT/dmesg.log" "$LAB_OUT"/guest-*.log 2>/dev/null
	} | head -n 1
}
