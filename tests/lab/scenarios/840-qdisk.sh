# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: QEMU serves a qcow2 image to PV and PVH guests through our event channels and grants, and the image is intact afterwards
# long: yes
# timeout: 900
# drivers: ours
# devices: ours
# kernel: stock debug bare
before=$(census)
must mkfs.ext4 -q -F /dev/nvme0n6
mkdir -p /run/images
must mount /dev/nvme0n6 /run/images
for type in pv pvh; do
	image=/run/images/$type.qcow2
	must qemu-img create -q -f qcow2 "$image" 400M
	guest_start quinn type=$type disk="qcow2:$image" nic=10.0.0.2
	same "the state of QEMU's backend" "$(device_state quinn qdisk 51712)" 4
	disk_fill quinn /dev/xvda 86 64
	result "$type guest: 64 MiB of seeded data written to a qcow2 image" "$RATE"
	disk_verify quinn /dev/xvda 86 64
	result "$type guest: read back" "$RATE"
	tcp_to_dom0 quinn 87 16
	result "$type guest: 16 MiB over TCP to Dom0, checksum equal" "$RATE"
	guest_stop quinn
	must qemu-img check -q "$image"
	must qemu-img convert -n -f qcow2 -O raw "$image" /dev/nvme0n7
	backing_verify /dev/nvme0n7 86 64
	result "$type guest: the 64 MiB verified in the image after qemu-img has converted it" "$RATE"
	must rm "$image"
done
must umount /run/images
census_back_to "$before"
pass
