# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: with our modules as the only Xen drivers PV and PVH guests start, work and end, and the disk driver can be reloaded under I/O
# timeout: 1800
# kernel: bare
# drivers: ours
# devices: ours
bus=/sys/bus/xen-backend

only_ours() {
	devices_must_serve
	same "Xen modules in the kernel that are not ours" "$(lsmod | awk '$1 ~ /xen/ && $1 !~ /^dom0_/ { print $1 }')" ""
	same "Xen drivers in the kernel" "$(grep -hE 'xen-?(fs|blkback|netback|gntdev|gntalloc|evtchn|privcmd|balloon)' \
		/lib/modules/*/modules.builtin | xargs)" ""
}

# xentop_of NAME: prints what xentop reads of a guest's devices in sysfs.
xentop_of() {
	xentop -b -n -x -i 1 | awk -v name="$1" '$1 == name { print "nets", $10, "vbds", $13, "writes", $16 }'
}

only_ours
say "$(lsmod | awk '/^dom0_/ { print $1 }' | sort | xargs)"
before=$(census)
guest_life alice pv nvme0n5 10.0.0.2 10
guest_life bob pvh nvme0n6 10.0.0.3 20
census_back_to "$before"

for type in pv pvh; do
	guest_start carol type=$type disk=/dev/nvme0n7 nic=10.0.0.4
	files_begin carol /dev/xvda
	wait_for 60 disk_busy nvme0n7
	disk_comes_and_goes carol nvme0n8
	nic_comes_and_goes carol
	seen=$(xentop_of carol)
	[[ $seen =~ ^nets\ 1\ vbds\ 1\ writes\ [1-9] ]] || fail "xentop shows '$seen'"
	files_end carol
	say "carol, ${type^^}: a disk and a card were attached and detached while $FILES files were verified; xentop shows $seen"
	files_begin carol /dev/xvda
	wait_for 60 disk_busy nvme0n7
	guest_destroy carol
	census_back_to "$before"
done
say "destroyed in the middle of I/O, nothing left"

# Unload and load the bus as well as the driver: it finds the device again.
guest_start dave disk=/dev/nvme0n7
files_begin dave /dev/xvda
vbd=vbd-${GUEST_ID[dave]}-51712
for _ in 1 2 3; do
	wait_for 60 disk_busy nvme0n7
	must eval "echo $vbd >$bus/drivers/dom0-vbd/unbind"
	drivers_unload
	[ ! -e $bus ] || fail "the bus is still there"
	drivers_load
	wait_for 60 disk_busy nvme0n7
done
files_end dave
say "unloaded and loaded three times under a disk in use, $FILES files verified"
guest_stop dave
census_back_to "$before"

for _ in 1 2 3; do
	drivers_unload
	same "drivers after unloading" "$(drivers_loaded)" ""
	drivers_load
done
guest_start erin disk=/dev/nvme0n5 nic=10.0.0.5
tcp_to_dom0 erin 30 8
guest_stop erin
census_back_to "$before"
only_ours
pass
