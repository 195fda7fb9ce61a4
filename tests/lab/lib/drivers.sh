# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The drivers under test: their names, and how they are loaded and unloaded.

# Ours from the top layer down, or the kernel's own.
if [ "$LAB_DRIVERS" != intree ]; then
	DRIVERS=(dom0_netback dom0_blkback dom0_xenbus)
	# On a kernel without its own balloon, dom0-balloon is loaded only if it has an engine.
	[ ! -e /sys/devices/system/xen_memory ] && ! grep -q '^dom0_balloon ' /proc/modules || DRIVERS=(dom0_balloon "${DRIVERS[@]}")
	# The toolstack's devices use these modules, so they stay loaded as long as the toolstack runs.
	[ "$LAB_DEVICES" = ours ] || DRIVERS+=(dom0_gnttab dom0_core)
else
	DRIVERS=(xen_netback xen_blkback)
fi

# The toolstack's devices, in the order in which they can be unloaded. Backends in user space use the grant devices too.
if [ "$LAB_DEVICES" = ours ]; then
	DEVICES=(dom0_xenfs dom0_privcmd dom0_evtchn)
	GRANT_DEVICES=(dom0_gntdev dom0_gntalloc)
	NOT_DEVICES=(xenfs xen_privcmd xen_evtchn xen_gntdev xen_gntalloc)
else
	DEVICES=(xenfs xen_privcmd xen_evtchn)
	GRANT_DEVICES=(xen_gntdev xen_gntalloc)
	NOT_DEVICES=(dom0_xenfs dom0_privcmd dom0_evtchn dom0_gntdev dom0_gntalloc)
fi

drivers_load() {
	must modprobe -a xen-blkback xen-netback
	[[ " ${DRIVERS[*]} " != *" dom0_balloon "* ]] || must modprobe dom0-balloon
}

drivers_unload() {
	must rmmod "${DRIVERS[@]}"
}

# drivers_loaded: the names of all backends in the kernel, ours and others.
drivers_loaded() {
	lsmod | awk '$1 ~ /^(dom0_(balloon|netback|blkback|pciback|scsiback|xenbus|gnttab|core)|xen_(blk|net|pci|scsi)back)$/ { print $1 }' |
		grep -vE "^${LAB_DEVICES/ours/dom0_(gnttab|core)}\$" | sort | xargs
}

# devices_must_serve: fails unless the device modules under test are loaded and the others are not.
devices_must_serve() {
	local module
	for module in "${DEVICES[@]}" "${GRANT_DEVICES[@]}"; do
		must grep -q "^$module " /proc/modules
	done
	for module in "${NOT_DEVICES[@]}"; do
		! grep "^$module " /proc/modules || fail "$module is loaded"
	done
	[ "$LAB_DRIVERS$LAB_DEVICES" != oursours ] || same "Xen's modules on disk but for ours and the frontends" \
		"$(find /lib/modules -name '*xen*.ko*' ! -path '*/updates/*' ! -name 'xen-*front*' -printf '%f ')" ""
}

# toolstack_stop, toolstack_start: stop and start the toolstack. In between, the devices are not in use. Guests cannot be started
# afterwards: a new xenstored does not know the watches that the kernel has registered.
toolstack_stop() {
	must kill "$(cat /run/xenconsoled.pid)" "$(cat /run/xen/xenstored.pid)"
	wait_for 10 sh -c '! pidof xenstored xenconsoled'
	must umount /proc/xen
}

toolstack_start() {
	must mount -t xenfs xenfs /proc/xen
	must xenstored --pid-file /run/xen/xenstored.pid
	wait_for 20 xenstore-read /
	must /usr/lib/xen-[0-9]*/bin/xen-init-dom0
}
