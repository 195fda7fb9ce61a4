# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Devices of the machine that Dom0 passes to guests. A scenario with `# passthrough: yes` has a disk controller and a network card
# for that, at these addresses, without a driver in Dom0.
NVME=0000:00:10.0
# shellcheck disable=SC2034 # for the scenarios
CARD=0000:00:11.0
# shellcheck disable=SC2034 # likewise
PCIBACK=/sys/bus/pci/drivers/pciback

# pci_driver DEVICE: prints its driver in Dom0, or nothing.
pci_driver() {
	basename "$(readlink "/sys/bus/pci/devices/$1/driver")" 2>/dev/null
}

pci_is_driven_by() {
	[ "$(pci_driver "$1")" = "$2" ]
}

# pci_unclaimed DEVICE: lets any driver bind it from now on.
pci_unclaimed() {
	echo >"/sys/bus/pci/devices/$1/driver_override"
}

# pci_dom0_claims DEVICE DRIVER: binds the driver, unless an earlier scenario has left it bound.
pci_dom0_claims() {
	pci_unclaimed "$1"
	pci_is_driven_by "$1" "$2" || echo "$1" >"/sys/bus/pci/drivers/$2/bind" || fail "$2 does not bind $1"
	wait_for 10 pci_is_driven_by "$1" "$2"
}

# pci_seize DEVICE: binds the device to pciback instead of its driver, for guests.
pci_seize() {
	must xl pci-assignable-add "$1"
	same "the driver of $1" "$(pci_driver "$1")" pciback
}

# pci_dom0_again DEVICE DRIVER: returns it to its driver after pci_seize.
pci_dom0_again() {
	must xl pci-assignable-remove -r "$1"
	wait_for 10 pci_is_driven_by "$1" "$2"
}

# pci_no_backend ID: waits until the domain has no backend device any more, so that its PCI devices are free. Our driver may go on with
# a device that has left the bus. It is then still in the table.
pci_no_backend() {
	wait_for 60 pci_backend_gone "$1"
}

pci_backend_gone() {
	[ ! -e "/sys/bus/xen-backend/devices/pci-$1-0" ] && ! grep -qs "^pci-$1-0 " /sys/kernel/debug/dom0/xenbus/devices
}

# pci_is_taken DEVICE: checks that a guest has the device: adding it for another guest, whose frontend is in /test, must fail.
pci_is_taken() {
	local back=/local/domain/0/backend/pci/0 error=/local/domain/0/error/backend/pci/0
	must xenstore-write /test/pci/state 1 /test/pci/backend "$back/9" "$back/9/frontend" /test/pci "$back/9/frontend-id" 0 \
		"$back/9/online" 1 "$back/9/num_devs" 1 "$back/9/dev-0" "$1" "$back/9/state" 1
	wait_for 20 sh -c "xenstore-read $error/9/error | grep -q 'belongs to another guest'"
	must xenstore-rm "$back"
	must xenstore-rm /test
	wait_for 20 test ! -e /sys/bus/xen-backend/devices/pci-0-9
	xenstore-rm "$error" 2>/dev/null
	:
}

# pci_dom0_disk: prints the disk behind the controller, as soon as it exists.
pci_dom0_disk() {
	local name
	wait_for 20 sh -c "ls -d /sys/bus/pci/devices/$NVME/nvme/nvme*/nvme*n1"
	name=$(basename /sys/bus/pci/devices/$NVME/nvme/nvme*/nvme*n1)
	wait_for 10 test -b "/dev/$name"
	echo "/dev/$name"
}

# pci_guest_disk NAME: waits for the disk in the guest.
pci_guest_disk() {
	guest_must "$1" 'modprobe -a xen-pcifront nvme; until [ -b /dev/nvme0n1 ]; do usleep 200000; done' 60
}

# pci_guest_lets_go NAME: unbinds the guest's driver, as xl removes a device from the guest's IOMMU before it notifies the guest.
pci_guest_lets_go() {
	guest_must "$1" 'for device in /sys/bus/pci/drivers/nvme/0*; do echo "${device##*/}" >/sys/bus/pci/drivers/nvme/unbind; done' 60
}

# pci_guest_sum NAME SKIP COUNT: prints the checksum of COUNT MiB of the disk, after SKIP MiB, as the guest reads them.
pci_guest_sum() {
	local sum
	sum=$(guest_must "$1" "dd if=/dev/nvme0n1 bs=1M skip=$2 count=$3 iflag=direct 2>/dev/null | sha256")
	echo "${sum%% *}"
}

# pci_guest_load NAME: the guest reads the disk in its background, past its cache, until it ends. Returns when it has read some.
pci_guest_load() {
	guest_spawn "$1" load 'while dd if=/dev/nvme0n1 of=/dev/null bs=64k count=64 iflag=direct; do :; done'
	wait_for 60 guest_run "$1" 'grep -q "^64+0 records out" /tmp/load.out'
}

# pci_guest_network NAME: checks that the card works, by a ping of the emulator's gateway.
pci_guest_network() {
	guest_must "$1" 'modprobe e1000e; until [ -e /sys/class/net/eth0 ]; do usleep 200000; done
		ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up
		until ping -c 1 -W 1 10.0.2.2; do :; done; ping -c 20 -i 0.1 -s 1400 10.0.2.2' 60
}
