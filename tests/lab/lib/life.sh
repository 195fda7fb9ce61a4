# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a user does with a virtual machine from its start to its end, with all data verified.

# guest_life NAME pv|pvh DISK ADDRESS SEED [MIB]: starts a guest. It writes MIB to its disk, and sends and receives a quarter of that over
# TCP. Destroys it, verifies the disk in Dom0, and lets the guest verify it after another start.
guest_life() {
	local name=$1 type=$2 disk=$3 address=$4 seed=$5 mib=${6:-64} who="$1, ${2^^}"
	guest_start "$name" type="$type" disk="/dev/$disk" nic="$address"
	say "$who: $(guest_run "$name" 'uname -r'), vbd state $(device_state "$name" vbd 51712), vif state $(device_state "$name" vif 0)"
	disk_fill "$name" /dev/xvda "$seed" "$mib"
	result "$who: $mib MiB of seeded data written to ext4" "$RATE"
	tcp_to_dom0 "$name" "$((seed + 1))" "$((mib / 4))"
	result "$who: $((mib / 4)) MiB over TCP to Dom0, checksum equal" "$RATE"
	tcp_to_guest "$name" "$address" "$((seed + 2))" "$((mib / 4))"
	result "$who: $((mib / 4)) MiB over TCP from Dom0, checksum equal" "$RATE"
	guest_destroy "$name"

	backing_verify "/dev/$disk" "$seed" "$mib"
	result "$who: the $mib MiB verified by Dom0 on $disk" "$RATE"
	guest_start "$name" type="$type" disk="/dev/$disk"
	disk_verify "$name" /dev/xvda "$seed" "$mib"
	result "$who: verified by the guest, destroyed and started anew" "$RATE"
	guest_stop "$name"
}

# destroyed_under_load NAME pv|pvh VCPUS: destroys a guest that uses two disks and its network card at full queue depth.
destroyed_under_load() {
	local name=$1 type=$2 vcpus=$3 before
	before=$(census)
	iperf3 -s -D --pidfile /run/iperf3.pid
	guest_start "$name" type="$type" vcpus="$vcpus" disk=/dev/nvme0n5 disk=/dev/nvme0n6 nic=10.0.0.4 tools=yes
	guest_spawn "$name" fio 'chroot /tools fio --output=/dev/null --direct=1 --ioengine=libaio --iodepth=64 --time_based --runtime=900 \
		--name=small --filename=/dev/xvda --rw=randrw --bs=4k --name=large --filename=/dev/xvdb --rw=write --bs=256k'
	guest_spawn "$name" net 'chroot /tools iperf3 -c 10.0.0.1 -t 900 --bidir >/dev/null'
	wait_for 120 disk_busy nvme0n5
	wait_for 120 disk_busy nvme0n6
	wait_for 120 nic_busy "vif${GUEST_ID[$name]}.0"
	guest_destroy "$name"
	# A connection whose peer is gone would retransmit for minutes.
	kill "$(cat /run/iperf3.pid)"
	census_back_to "$before"
	say "$type guest destroyed under load, nothing left"
}

# guest_works NAME WHAT XVDX DISK ADDRESS SEED: tests both devices of a guest, with data that is verified where it arrives. Then destroys
# the guest, and verifies on DISK in Dom0 what it wrote to XVDX.
guest_works() {
	local name=$1 what=$2 device=/dev/$3 disk=/dev/$4 address=$5 seed=$6
	disk_fill "$name" "$device" "$seed" 24
	result "$what: 24 MiB of seeded data written to ext4" "$RATE"
	disk_verify "$name" "$device" "$seed" 24
	result "$what: read back" "$RATE"
	tcp_to_dom0 "$name" "$((seed + 1))" 6
	result "$what: 6 MiB over TCP to Dom0, checksum equal" "$RATE"
	tcp_to_guest "$name" "$address" "$((seed + 2))" 6
	result "$what: 6 MiB over TCP from Dom0, checksum equal" "$RATE"
	guest_destroy "$name"
	backing_verify "$disk" "$seed" 24
	result "$what: the 24 MiB verified by Dom0" "$RATE"
}

# guest32_life pvh|hvm SEED: a guest with Debian's i386 kernel, on shadow page tables.
#
# The emulator sets the accessed bit in the four top entries of a PAE guest's page tables, where that bit is reserved. Xen walks
# these tables to read the instructions that it emulates. It finds the entries invalid, so the guest's first cpuid never completes.
# With shadow page tables the emulator sets the bit in Xen's own entries.
guest32_life() {
	local type=$1 seed=$2 before
	before=$(census)
	guest_start "ivy-$type" type="$type" bits=32 config='hap = 0' disk=/dev/nvme0n5 nic=10.0.0.2
	same "the guest's architecture" "$(guest_run "ivy-$type" 'uname -m')" i686
	same "its block protocol" "$(xenstore-read "/local/domain/${GUEST_ID[ivy-$type]}/device/vbd/51712/protocol")" x86_32-abi
	guest_works "ivy-$type" "i386, ${type^^}" xvda nvme0n5 10.0.0.2 "$seed"
	census_back_to "$before"
}
