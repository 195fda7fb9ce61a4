# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest's whole life: what a user does with a virtual machine, and every byte of it checked.

# guest_life NAME pv|pvh DISK ADDRESS SEED
guest_life() {
	local name=$1 type=$2 disk=$3 address=$4 seed=$5 who="$1, ${2^^}"
	guest_start "$name" type="$type" disk="/dev/$disk" nic="$address"
	say "$who: $(guest_run "$name" 'uname -r'), vbd state $(device_state "$name" vbd 51712), vif state $(device_state "$name" vif 0)"
	disk_fill "$name" /dev/xvda "$seed" 256
	result "$who: 256 MiB of seeded data written to ext4" "$RATE"
	tcp_to_dom0 "$name" "$((seed + 1))" 64
	result "$who: 64 MiB over TCP to Dom0, checksum equal" "$RATE"
	tcp_to_guest "$name" "$address" "$((seed + 2))" 64
	result "$who: 64 MiB over TCP from Dom0, checksum equal" "$RATE"
	guest_destroy "$name"

	backing_verify "/dev/$disk" "$seed" 256
	result "$who: the 256 MiB verified by Dom0 on $disk" "$RATE"
	guest_start "$name" type="$type" disk="/dev/$disk"
	disk_verify "$name" /dev/xvda "$seed" 256
	result "$who: verified by the guest, destroyed and started anew" "$RATE"
	guest_stop "$name"
}
