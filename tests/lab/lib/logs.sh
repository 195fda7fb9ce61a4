# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Scans logs for forbidden lines. The patterns are in forbidden.txt; the host applies the same list to the serial console.

logs_mark() {
	echo "lab: begin $1" >/dev/kmsg
	rm -f /var/log/xen/console/guest-*.log
}

# The kernel's log since the scenario began.
logs_kernel() {
	dmesg | sed -n "/lab: begin $1\$/,\$p"
}

# On a debug kernel: reports memory that our modules leaked (kmemleak), and reports if lockdep is off after its first finding.
checkers_ask() {
	if [ -e /sys/kernel/debug/kmemleak ]; then
		echo scan >/sys/kernel/debug/kmemleak
		# An object counts only from the second scan on, since the first may miss a pointer that is being moved.
		echo scan >/sys/kernel/debug/kmemleak
		sed -n '/dom0_/,/^unreferenced/p' /sys/kernel/debug/kmemleak >"$LAB_OUT/kmemleak.log"
		[ ! -s "$LAB_OUT/kmemleak.log" ] || echo "unreferenced object of ours, see kmemleak.log"
	fi
	if [ -e /proc/lockdep_stats ] && ! grep -q 'debug_locks: *1' /proc/lockdep_stats; then
		echo "lockdep is off"
	fi
}

# logs_tolerated NAME: removes the warnings that the header of the scenario tolerates, each up to the end of its call trace.
logs_tolerated() {
	local warning
	warning=$(sed -n '/^#/!q; s/^# tolerates: *\([^ :]*\).*/\1/p' "/lab/scenarios/$1.sh")
	if [ "$warning" ]; then sed "/WARNING: .*\b$warning\b/,/end trace/d"; else cat; fi
}

# Prints the first forbidden line of Dom0's kernel or of a guest, or nothing.
logs_scan() {
	logs_kernel "$1" >"$LAB_OUT/dmesg.log"
	logs_tolerated "$1" <"$LAB_OUT/dmesg.log" >"$LAB_OUT/judged.log"
	cp /var/log/xen/console/guest-*.log "$LAB_OUT/" 2>/dev/null
	{
		checkers_ask
		grep -hEm1 -f /lab/lib/forbidden.txt "$LAB_OUT/judged.log" "$LAB_OUT"/guest-*.log 2>/dev/null
	} | head -n 1
}
