# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# cpus: 2
# proves: while a guest's pages are paged out and Dom0 is short of memory, the guest's requests wait, and none is lost: the guest reads back what it wrote
# long: yes
before=$(census)
params=/sys/module/dom0_blkback/parameters
guest_start fio vcpus=2 mem=320 disk=/dev/nvme0n5 tools=yes \
	'extra=xen_blkfront.max_queues=2 xen_blkfront.max_ring_page_order=0 xen_blkfront.feature_persistent=0 xen_blkfront.max_indirect_segments=256'

# With this limit a ring has pages for one large request at a time. Reads and writes are mixed.
echo 1 >$params/max_device_mb
fio='chroot /tools fio --output=/tmp/fio --aux-path=/tmp --direct=1 --ioengine=libaio --filename=/dev/xvda --rw=randwrite --verify=crc32c'
fio+=' --verify_fatal=1 --verify_backlog=16 --loops=2'
fio+=' --name=small --offset=0 --size=6m --bs=4k --iodepth=32 --cpus_allowed=0'
fio+=' --name=large --offset=64m --size=48m --bs=1m --iodepth=8 --cpus_allowed=1'
guest_spawn fio verified "$fio"

# A copy is tried four times before its request is postponed.
failures_are() { [ "$(fault_hits gnttab_copy)" -eq "$1" ]; }
for _ in 1 2 3 4 5; do
	fault_fail gnttab_copy 11 40
	wait_for 60 failures_are 40
done
guest_join fio verified 300 >/dev/null || fail "requests failed"
fault_off
guest_run fio 'grep -iE "verify:|err= *[1-9]" /tools/tmp/fio' && fail "fio found wrong data"
echo 64 >$params/max_device_mb
say "copies failed 200 times, and no request of the guest failed"

rings=/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[fio]}-51712/rings
grep -q 'broken 1' "$rings" && fail "a ring is broken"
guest_stop fio
census_back_to "$before"
pass
