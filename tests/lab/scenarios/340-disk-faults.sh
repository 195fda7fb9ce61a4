# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a disk that fails, hangs for a minute, turns read-only, fills up, discards for hours or is removed causes errors for its guest only; dom0ctl doctor names the hung request
# drivers: ours
# long: yes
# timeout: 900
# Without udev the device mapper has to make its own nodes.
export DM_DISABLE_UDEV=1
# Before the census: dm-bufio, which comes with thin pools, keeps a kernel thread.
modprobe -a dm-mod dm-flakey dm-thin-pool sd_mod loop 2>/dev/null
before=$(census)
size=131072

# faulty TABLE: sets the table of /dev/mapper/faulty.
faulty() {
	must dmsetup reload faulty --table "$1"
	must dmsetup resume faulty
}

# wrote DEVICE SEED: the guest writes 8 MiB to the disk and flushes; read_back DEVICE SEED: the guest reads the same data.
wrote() {
	guest_run alice "pattern $2 8388608 | dd of=/dev/$1 bs=64k iflag=fullblock oflag=direct conv=fsync" >/dev/null
}

read_back() {
	guest_must alice 'echo 3 >/proc/sys/vm/drop_caches'
	same "what was written to $1" "$(guest_must alice "head -c 8388608 /dev/$1 | sha256 | cut -d' ' -f1")" "$(expected "$2" 8)"
}

# counted DEVICE-NUMBER NAME: prints the counter's sum over all rings.
counted() {
	awk -v name="$2" '$1 == name { n += $2 } END { print n + 0 }' "/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[alice]}-$1/rings"
}

# oldest NAME: prints that line of the oldest request of xvdb.
oldest() {
	awk -v name="oldest_$1" '$1 == name { print $2 }' "/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[alice]}-51728/rings"
}

waits_for_disk() { [ "$(counted 51728 in_flight)" -gt 0 ]; }

# serves DEVICE-NUMBER: checks that the device is still connected and has no broken ring.
serves() {
	same "state after the fault" "$(device_state alice vbd "$1")" 4
	same "broken rings" "$(counted "$1" broken)" 0
}

guest_start alice disk=/dev/nvme0n5
files_begin alice /dev/xvda 1 300000

# Every request fails for a while, then only writes do.
linear="0 $size linear /dev/nvme0n6 0"
must dmsetup create faulty --table "$linear"
must xl block-attach alice phy:/dev/mapper/faulty xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
must wrote xvdb 20
faulty "0 $size error"
wrote xvdb 21 && fail "a write to a failing disk succeeded"
guest_run alice 'dd if=/dev/xvdb of=/dev/null bs=64k count=1 iflag=direct' >/dev/null && fail "a read from a failing disk succeeded"
failed=$(counted 51728 failed)
[ "$failed" -gt 0 ] || fail "no failed request in the ring's counters"
serves 51728
faulty "0 $size flakey /dev/nvme0n6 0 0 30 1 error_writes"
wrote xvdb 21 && fail "a write to a disk that fails all writes succeeded"
read_back xvdb 20
faulty "$linear"
must wrote xvdb 22
read_back xvdb 22
serves 51728
say "$failed requests got an error response; then the disk worked, and no completed write was lost"

# The disk completes nothing for a minute: the guest waits for it, but its other disk works, and so do threads that devices share.
must dmsetup suspend --nolockfs --noflush faulty
guest_spawn alice slow "pattern 23 8388608 | dd of=/dev/xvdb bs=64k iflag=fullblock oflag=direct conv=fsync"
wait_for 20 waits_for_disk
hung=$(now)
age=$(oldest ms)
same "where the oldest request is" "$(oldest state) $(oldest op)" "disk write"
must [ "$(oldest sector)" -lt "$size" ]
must [ "$(oldest nr_sectors)" -gt 0 ]
id=$(oldest id)
disk_comes_and_goes alice nvme0n8 xvdc
wait_for 30 disk_busy nvme0n5
while awk -v a="$hung" -v b="$(now)" 'BEGIN { exit !(b - a < 60) }'; do
	waits_for_disk || fail "no request waits for the disk that hangs"
	sleep 1
done
guest_run alice 'test -e /tmp/slow.code' && fail "a disk that hangs has completed the writes"
same "id of the oldest request" "$(oldest id)" "$id"
[ "$(oldest ms)" -ge $((age + 50000)) ] || fail "the oldest request was $age ms old, and a minute later $(oldest ms) ms"
say "after a minute: $(oldest op) of $(oldest nr_sectors) sectors at $(oldest sector), $(oldest ms) ms, $(oldest state)"
dom0ctl doctor "vbd-${GUEST_ID[alice]}-51728" >/run/doctor
same "exit code of doctor" $? 1
say "$(cat /run/doctor)"
grep -qE 'oldest request is [0-9]+ s old: write of .*, state disk\.$' /run/doctor || fail "doctor does not name the request"
must dmsetup resume faulty
guest_join alice slow >/dev/null || fail "writes to a disk that hung for a minute failed"
same "age of the oldest request of an idle disk" "$(oldest ms)" ''
must dom0ctl doctor "vbd-${GUEST_ID[alice]}-51728"
tail=$(awk '{ print $24 + $23 }' "/sys/bus/xen-backend/devices/vbd-${GUEST_ID[alice]}-51728/statistics/latency_write")
[ "$tail" -gt 0 ] || fail "no write of more than 17 s is counted"
read_back xvdb 23
serves 51728
must xl block-detach alice xvdb
must dmsetup remove faulty
say "a disk that hung for a minute lost no data, and delayed no other device"

# A thin disk of 64 MiB on a pool of 16 MiB.
dd if=/dev/zero of=/dev/nvme0n7 bs=4k count=1 conv=fsync 2>/dev/null
must dmsetup create meta --table '0 8192 linear /dev/nvme0n7 0'
must dmsetup create data --table '0 32768 linear /dev/nvme0n7 8192'
must dmsetup create pool --table '0 32768 thin-pool /dev/mapper/meta /dev/mapper/data 128 0 2 skip_block_zeroing error_if_no_space'
must dmsetup message pool 0 'create_thin 0'
must dmsetup create thin --table "0 $size thin /dev/mapper/pool 0"
must xl block-attach alice phy:/dev/mapper/thin xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
must wrote xvdb 24
guest_run alice 'pattern 25 33554432 | dd of=/dev/xvdb bs=64k seek=256 iflag=fullblock oflag=direct conv=fsync' >/dev/null &&
	fail "32 MiB were written to a pool that had 8 MiB left"
serves 51728
read_back xvdb 24
must dmsetup suspend data
must dmsetup reload data --table '0 131072 linear /dev/nvme0n7 8192'
must dmsetup resume data
must dmsetup suspend pool
must dmsetup reload pool --table '0 131072 thin-pool /dev/mapper/meta /dev/mapper/data 128 0 2 skip_block_zeroing error_if_no_space'
must dmsetup resume pool
guest_must alice 'pattern 25 33554432 | dd of=/dev/xvdb bs=64k seek=256 iflag=fullblock oflag=direct conv=fsync' >/dev/null
read_back xvdb 24
must xl block-detach alice xvdb
for name in thin pool data meta; do
	must dmsetup remove $name
done
say "writes for which a pool has no room fail, and succeed when the pool has grown"

# A discard that takes longer than any timeout: a device that must disconnect abandons it, and can connect again.
truncate -s 512M /run/trim.img
loop=$(losetup -f --show /run/trim.img)
vbd=vbd-${GUEST_ID[alice]}-51728
worker_runs() { grep -qx "${GUEST_ID[alice]}.xvdb-0" /proc/[0-9]*/comm 2>/dev/null; }
worker_ended() { ! worker_runs; }
connected() { [ "$(device_state alice vbd 51728)" = 4 ]; }
must xl block-attach alice "phy:$loop" xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
must worker_runs
fault_fail blk_discard_piece 5
guest_spawn alice trim 'blkdiscard /dev/xvdb || mkfs.ext4 -q -F -E discard /dev/xvdb'
wait_for 20 waits_for_disk
echo "$vbd" >/sys/bus/xen-backend/drivers/dom0-vbd/unbind || fail "unbind"
wait_for 30 worker_ended
fault_off
echo "$vbd" >/sys/bus/xen-backend/drivers/dom0-vbd/bind || fail "bind"
wait_for 30 connected
guest_join alice trim >/dev/null || :
must wrote xvdb 29
read_back xvdb 29
serves 51728
must xl block-detach alice xvdb
must losetup -d "$loop"
rm /run/trim.img
say "an endless discard did not delay the unbinding"

# A disk that becomes read-only, and is then removed while it is in use.
must modprobe scsi_debug dev_size_mb=64 delay=1
wait_for 20 eval 'ls -d /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/block/sd*'
disk=$(basename "$(echo /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/block/sd*)")
wait_for 20 test -b "/dev/$disk"
must xl block-attach alice "phy:/dev/$disk" xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
must wrote xvdb 26
echo 1 >/sys/module/scsi_debug/parameters/wp || fail "no write protection"
wrote xvdb 27 && fail "a write to a write-protected disk succeeded"
read_back xvdb 26
serves 51728
echo 0 >/sys/module/scsi_debug/parameters/wp
must wrote xvdb 28
guest_spawn alice pulled 'while dd if=/dev/xvdb of=/dev/null bs=64k count=64 iflag=direct; do :; done; exit 1'
wait_for 20 disk_busy "$disk"
echo 1 >"/sys/block/$disk/device/delete" || fail "the disk cannot be removed"
guest_join alice pulled >/dev/null && fail "reads from a removed disk succeeded"
same "broken rings of a removed disk" "$(counted 51728 broken)" 0
must xl block-detach alice xvdb
must rmmod scsi_debug
say "a disk that was removed under I/O returned errors, and could be detached"

files_end alice
say "meanwhile $FILES files verified on the guest's other disk"
guest_stop alice
census_back_to "$before"
pass
