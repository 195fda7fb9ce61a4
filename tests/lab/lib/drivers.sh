# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The drivers under test: which they are, how they come and go.

# Ours from the top layer down, or the kernel's own.
if [ "$LAB_DRIVERS" = ours ]; then
	DRIVERS=(dom0_balloon dom0_netback dom0_blkback dom0_xenbus dom0_gnttab dom0_core)
else
	DRIVERS=(xen_netback xen_blkback)
fi

drivers_load() {
	must modprobe -a xen-blkback xen-netback
	[ "$LAB_DRIVERS" = intree ] || must modprobe dom0-balloon
}

drivers_unload() {
	must rmmod "${DRIVERS[@]}"
}

# drivers_loaded: the names of all backends in the kernel, ours and others.
drivers_loaded() {
	lsmod | awk '$1 ~ /^(dom0_|xen_(blk|net)back$)/ { print $1 }' | sort | xargs
}
