# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A count of everything that guests and drivers may leave behind in Dom0.

census() {
	echo "modules: $(lsmod | awk '$1 ~ /^(dom0_|xen_(blk|net)back)/ { print $1 "=" $3 }' | sort | xargs)"
	echo "domains: $(xl list | awk 'NR > 1 { print $1 }' | sort | xargs)"
	echo "netdevs: $(cd /sys/class/net && echo *)"
	# ext4lazyinit is Dom0's own root, and ends by itself.
	echo "kernel threads: $(ps -o comm= --ppid 2 | awk '!/^(kworker|ext4lazyinit)/' | sort | xargs)"
	echo "interrupts: $(awk '/xen-dyn/ { print $NF }' /proc/interrupts | sort | uniq -c | xargs)"
	echo "event channels of Dom0 in Xen: $(xen_key e | awk '/for domain 0/ { on = 1 } /for domain [^0]/ { on = 0 } on && /s=[1-6] / { n++ } END { print n + 0 }')"
	echo "active grants in Xen: $(xen_key g | awk '/\] *[0-9]+ 0x/ { n++ } END { print n + 0 }')"
	echo "backend nodes: $(xenstore-ls -f /local/domain/0/backend 2>/dev/null | grep -cE '/(vbd|vif)/[0-9]+/')"
	echo "backend devices: $(cd /sys/bus/xen-backend/devices && echo *)"
	local disk
	for disk in /dev/nvme0n[5-9]; do
		python3 -c "import os, sys; os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL)" "$disk" 2>/dev/null ||
			echo "still open: $disk"
	done
}

# xen_key KEY: what the hypervisor prints for that debug key.
xen_key() {
	xl dmesg -c >/dev/null
	xl debug-keys "$1"
	sleep 0.5
	xl dmesg
}

census_is() {
	census >/run/census.now 2>/dev/null
	diff <(echo "$1") /run/census.now
}

# census_back_to BEFORE: within a minute all counts are what they were.
census_back_to() {
	local end=$((SECONDS + 60 * LAB_PATIENCE)) difference
	until difference=$(census_is "$1"); do
		[ $SECONDS -lt $end ] || fail "left behind: $(echo "$difference" | grep '^[<>]' | xargs)"
		sleep 1
	done
}
