# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 900
# cpus: 2
# proves: a guest reads back what it wrote, in all sizes and queue depths, with persistent grants and with copies, on several queues and large rings
before=$(census)

# verify WHAT: writes and verifies data by fio. The sizes cause direct and indirect requests, and segments of less than a page.
fio='chroot /tools fio --output=/tmp/fio --aux-path=/tmp --direct=1 --ioengine=libaio --size=24m --verify=crc32c --verify_fatal=1'
fio+=' --name=small --filename=/dev/xvda --offset=0 --rw=randwrite --iodepth=32 --bsrange=512-12k'
fio+=' --name=large --filename=/dev/xvda --offset=64m --rw=randwrite --iodepth=16 --bs=256k'
fio+=' --name=huge --filename=/dev/xvda --offset=128m --rw=write --iodepth=4 --bs=1m'
verify() {
	guest_must fio "$fio" 600
	guest_run fio 'grep -iE "verify:|err= *[1-9]" /tools/tmp/fio' && fail "fio found wrong data: $1"
	say "verified: $1"
}

# In the emulator a PVH guest with two busy virtual CPUs may die (see README.md). So this one has one CPU and one queue.
# With persistent grants a frontend allocates a page for each segment of each slot when it connects. With two disks, large
# rings, two queues and 256 segments that would be 2 GiB.
for way in \
	"pv persistent=1 max_queues=1 max_ring_page_order=0 segments=256" \
	"pv persistent=0 max_queues=2 max_ring_page_order=4 segments=256" \
	"pv persistent=1 max_queues=2 max_ring_page_order=2 segments=64" \
	"pvh persistent=0 max_queues=1 max_ring_page_order=2 segments=256"; do
	read -r type persistent queues order segments <<<"$way"
	vcpus=2
	[ "$type" = pv ] || vcpus=1
	guest_start fio "type=$type" mem=320 "vcpus=$vcpus" disk=/dev/nvme0n5 tools=yes \
		"extra=xen_blkfront.feature_$persistent xen_blkfront.$queues xen_blkfront.$order xen_blkfront.max_indirect_$segments"
	verify "$way"
	guest_stop fio
	census_back_to "$before"
done
pass
