# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A driver domain, for scenarios to source: a guest that serves disks and network cards to other guests.

# driver_domain_start NAME TYPE ADDRESS [BACKEND DISK]: starts a driver domain. Its first disk, /dev/xvda there, is for other guests. It
# is Dom0's /dev/nvme0n5, or DISK of the driver domain BACKEND, which serves the card, too. The card is a port of its bridge br0, which
# has that address. `xl devd` runs the hotplug scripts, in Dom0's root. Of the kernel's own Xen drivers the domain has the frontends; it
# has the in-tree backends only for a comparison.
driver_domain_start() {
	# A bridge without an address of its own takes the lowest of its ports. All vifs have the same, also those in the driver domain.
	must ip link set xenbr0 address 00:16:3e:00:00:01
	local name=$1 type=$2 address=$3 backend=${4:-} disk=${5:-/dev/nvme0n5}
	guest_start "$name" type="$type" mem=320 backend="$backend" disk="$disk" nic="$address" backend= disk=/dev/nvme0n2,ro tools=yes \
		config='driver_domain = 1'
	driver_domain_modules "$name"
	guest_must "$name" "ln -sfn fd/0 /dev/stdin
		for folder in run var/log var/lib/xen; do mount -t tmpfs none /tools/\$folder || exit 1; done
		mkdir -p /tools/run/xen /tools/run/lock /tools/var/log/xen
		mount -t sysfs none /tools/sys && mount -t xenfs none /tools/proc/xen &&
		chroot /tools modprobe bridge && chroot /tools ip link add br0 type bridge && ip addr flush dev eth0 &&
		chroot /tools ip link set eth0 master br0 && ip addr add $address/24 dev br0 && ip link set br0 up"
	guest_spawn "$name" devd 'chroot /tools /usr/sbin/xl -vvv devd -F'
	# xl devd ignores devices that existed before its watch. A watch fires once when it is set.
	guest_must "$name" 'until grep "event epath=.*/backend" /tmp/devd.out; do usleep 100000; done' 60
}

driver_domain_modules() {
	if [ "$LAB_DRIVERS" = intree ]; then
		guest_must "$1" 'chroot /tools modprobe -a xen-privcmd xenfs xen-gntdev xen-evtchn xen-blkback xen-netback'
		return
	fi
	guest_must "$1" 'mkdir /payload && tar -xf /dev/xvdb -C /payload lab/modules && cd /payload/lab/modules
		for module in core gnttab xenbus privcmd xenfs blkback netback; do
			insmod "./dom0-$module.ko" || exit 1
		done'
}

# driver_domain_refuses NAME: checks that the modules that only Dom0 may use do not load there, and log the reason.
driver_domain_refuses() {
	guest_must "$1" 'cd /payload/lab/modules
		for module in balloon pciback mcelog acpi-processor; do
			! insmod "./dom0-$module.ko" || exit 1
			dmesg | grep "dom0_${module/-/_}: .*only .*Dom0.*, and this is another domain" || exit 1
		done'
}

# driver_domain_idle NAME: returns success if it serves no guest, and if nothing of the guests that it served is left there.
driver_domain_idle() {
	guest_run "$1" '[ -z "$(ls /sys/bus/xen-backend/devices)" ] && ! ls /sys/class/net | grep vif &&
		! xenstore-list backend/vbd | grep . && ! xenstore-list backend/vif | grep .'
}

# driver_domain_words NAME: prints the output of its programs and its kernel's log, for the diagnosis of a failure.
driver_domain_words() {
	guest_run "$1" 'tail -n 30 /tmp/devd.out /tools/var/log/xen/*; chroot /tools xenstore-ls backend; dmesg | tail -n 30; ps | grep -v "\["'
}
