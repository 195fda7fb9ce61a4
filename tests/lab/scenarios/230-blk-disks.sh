# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# proves: the driver serves null_blk, loop devices on files, read-only disks, blocks of 4 KiB, discards, stable pages and a size that changes; it counts how long requests take, and refuses another physical-device for an open disk
# Without udev the device mapper has to make its own nodes.
export DM_DISABLE_UDEV=1
before=$(census)
backend() { xenstore-read "/local/domain/0/backend/vbd/${GUEST_ID[alice]}/$1"; }
sectors_in_guest() { guest_must alice "cat /sys/block/$1/size"; }
has_sectors() { [ "$(sectors_in_guest "$1")" = "$2" ]; }
modprobe -a loop 2>/dev/null
guest_start alice disk=/dev/nvme0n5

# A loop device on a file: the file must have all of the guest's data.
truncate -s 64M /run/file.img
loop=$(losetup -f --show /run/file.img)
must xl block-attach alice "phy:$loop" xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done; pattern 11 33554432 | dd of=/dev/xvdb bs=1M conv=fsync iflag=fullblock' >/dev/null
same "data in the file" "$(head -c 33554432 /run/file.img | sha256sum)" "$(pattern 11 33554432 | sha256sum)"
say "the file of a loop device has the data that the guest wrote"

# A discard of the whole disk frees the file's blocks.
used=$(stat -c %b /run/file.img)
guest_must alice 'blkdiscard /dev/xvdb || mkfs.ext4 -q -F -E discard /dev/xvdb' >/dev/null
[ "$(stat -c %b /run/file.img)" -lt "$used" ] || fail "the discard freed nothing: $used blocks before and after"
say "a discard in the guest frees blocks of the file"

# Change the size of the connected disk: larger, then smaller.
same "sectors before" "$(sectors_in_guest xvdb)" 131072
truncate -s 96M /run/file.img
must losetup -c "$loop"
wait_for 20 has_sectors xvdb 196608
truncate -s 48M /run/file.img
must losetup -c "$loop"
wait_for 20 has_sectors xvdb 98304
same "sectors in xenstore" "$(backend 51728/sectors)" 98304
say "the guest sees each new size of the disk"

# A second physical-device is refused, and does not disturb the first.
refused() { xenstore-read "/local/domain/0/error/backend/vbd/${GUEST_ID[alice]}/51728/error" | grep -q 'physical-device changed to 103:7'; }
must xenstore-write "/local/domain/0/backend/vbd/${GUEST_ID[alice]}/51728/physical-device" 103:7
wait_for 10 refused
guest_must alice 'dd if=/dev/xvdb of=/dev/null bs=1M count=8' >/dev/null
must xl block-detach alice xvdb
must losetup -d "$loop"

# A read-only disk: the guest sees that it is read-only, and a write does not reach the disk.
truncate -s 16M /run/ro.img
pattern 12 16777216 >/run/ro.img
loop=$(losetup -f --show /run/ro.img)
must xl block-attach alice "phy:$loop" xvdc r
guest_must alice 'until [ -b /dev/xvdc ]; do usleep 50000; done; grep -q 1 /sys/block/xvdc/ro'
guest_run alice 'dd if=/dev/zero of=/dev/xvdc bs=4k count=1 conv=fsync' >/dev/null && fail "the guest wrote to a read-only disk"
same "a read-only disk in the guest" "$(guest_must alice 'sha256 /dev/xvdc | cut -d" " -f1')" "$(expected 12 16)"
same "its file in Dom0" "$(sha256sum </run/ro.img | cut -d' ' -f1)" "$(expected 12 16)"
must xl block-detach alice xvdc
must losetup -d "$loop"

# Blocks of 4 KiB.
truncate -s 32M /run/file.img
loop=$(losetup -f --show -b 4096 /run/file.img)
must xl block-attach alice "phy:$loop" xvdd w
guest_must alice 'until [ -b /dev/xvdd ]; do usleep 50000; done'
same "block size in the guest" "$(guest_must alice 'cat /sys/block/xvdd/queue/logical_block_size')" 4096
disk_fill alice /dev/xvdd 13 16
disk_verify alice /dev/xvdd 13 16
must xl block-detach alice xvdd
must losetup -d "$loop"

# A disk that begins to need stable pages: from then on writes are copied, and reads too, as some disks check the data of reads.
truncate -s 32M /run/file.img
loop=$(losetup -f --show /run/file.img)
must xl block-attach alice "phy:$loop" xvdf w
guest_must alice 'until [ -b /dev/xvdf ]; do usleep 50000; done; pattern 14 4194304 | dd of=/dev/xvdf bs=64k conv=fsync iflag=fullblock' >/dev/null
counted() { awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }' "/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[alice]}-51792/rings"; }
copied=$(counted copied) persistent=$(counted persistent)
[ "$persistent" -gt 0 ] || fail "the guest's pages were not mapped: $copied requests copied"
must sh -c "echo 1 >/sys/block/${loop##*/}/queue/stable_writes"
guest_must alice 'pattern 15 4194304 | dd of=/dev/xvdf bs=64k conv=fsync iflag=fullblock' >/dev/null
[ "$(counted copied)" -gt "$copied" ] || fail "no write was copied"
same "data in the file" "$(head -c 4194304 /run/file.img | sha256sum)" "$(pattern 15 4194304 | sha256sum)"
copied=$(counted copied)
guest_must alice 'echo 3 >/proc/sys/vm/drop_caches; dd if=/dev/xvdf of=/dev/null bs=64k count=16' >/dev/null
[ "$(counted copied)" -gt "$copied" ] || fail "no read was copied"
same "requests that used the guest's pages" "$(counted persistent)" "$persistent"
must sh -c "echo 0 >/sys/block/${loop##*/}/queue/stable_writes"
must xl block-detach alice xvdf
must losetup -d "$loop"
say "the data of a disk that needs stable pages is copied"

# A slow disk that completes requests in a timer's interrupt.
must modprobe null_blk nr_devices=1 gb=1 irqmode=2 completion_nsec=2000000
must xl block-attach alice phy:/dev/nullb0 xvde w
guest_must alice 'until [ -b /dev/xvde ]; do usleep 50000; done; dd if=/dev/xvde of=/dev/null bs=64k count=64 && dd if=/dev/zero of=/dev/xvde bs=64k count=64 conv=fsync' >/dev/null
must xl block-detach alice xvde
must rmmod null_blk
say "read-only disks, blocks of 4 KiB and null_blk work"

# counted_once DEVICE-NUMBER: checks that each completed request is counted in one bucket, in sysfs and in debugfs.
counted_once() {
	local class name=vbd-${GUEST_ID[alice]}-$1 column=1 sum
	for class in read:rd write:wr flush:f discard:ds; do
		column=$((column + 1))
		sum=$(awk '{ for (i = 1; i <= NF; i++) n += $i } END { print n }' "/sys/bus/xen-backend/devices/$name/statistics/latency_${class%:*}")
		same "${class%:*} requests in buckets" "$sum" "$(cat "/sys/bus/xen-backend/devices/$name/statistics/${class#*:}_req")"
		same "the same in debugfs" "$(awk -v c=$column '$1 ~ /^[0-9]+$|^inf$/ { n += $c } END { print n }' "/sys/kernel/debug/dom0/blkback/$name/latency")" "$sum"
	done
}

# A disk that takes 40 ms for each request: none is counted as faster, and its reads are counted in the bucket of 33 to 66 ms.
if modprobe -a dm-mod dm-delay 2>/dev/null; then
	must dmsetup create slow --table '0 32768 delay /dev/nvme0n6 0 40'
	must xl block-attach alice phy:/dev/mapper/slow xvdf w
	guest_must alice 'until [ -b /dev/xvdf ]; do usleep 50000; done
		dd if=/dev/xvdf of=/dev/null bs=4k count=20 iflag=direct && dd if=/dev/zero of=/dev/xvdf bs=4k count=5 oflag=direct conv=fsync' >/dev/null
	counted_once 51792
	vbd=vbd-${GUEST_ID[alice]}-51792
	read -ra buckets <"/sys/bus/xen-backend/devices/$vbd/statistics/latency_read"
	same "number of buckets" ${#buckets[@]} 24
	say "reads of a disk of 40 ms: ${buckets[*]}"
	for i in "${!buckets[@]}"; do
		[ "$i" -ge 13 ] || same "reads below $((8 << i)) us" "${buckets[i]}" 0
	done
	[ "${buckets[13]}" -gt 0 ] || fail "no read of 33 to 66 ms"
	same "the same bucket in debugfs" "$(awk '$1 == 65536 { print $2 }' "/sys/kernel/debug/dom0/blkback/$vbd/latency")" "${buckets[13]}"
	must xl block-detach alice xvdf
	must dmsetup remove slow
else
	say "this kernel has no dm-delay"
fi
counted_once 51712

# The trace events of one read and of one write, in their order.
tracing=/sys/kernel/tracing
[ -d $tracing/events ] || must mount -t tracefs tracefs $tracing
# steps WORD...: prints the trace events of one request, which dd makes in the guest.
steps() {
	: >$tracing/trace
	echo 1 >$tracing/events/dom0_blkback/enable
	guest_must alice "dd bs=4k count=1 $*" >/dev/null
	echo 0 >$tracing/events/dom0_blkback/enable
	grep -o ' blk_request_[a-z]*: ' $tracing/trace | tr -d ' :\n' | sed 's/blk_request_/ /g'
}
read_steps=$(steps if=/dev/xvda of=/dev/null iflag=direct)
case $(grep -o 'how=[a-z]*' $tracing/trace) in
how=copy) same "steps of a read" "$read_steps" ' take start data complete' ;;
how=persistent) same "steps of a read" "$read_steps" ' take data start complete' ;;
*) fail "steps of a read:$read_steps" ;;
esac
same "steps of a write" "$(steps if=/dev/zero of=/dev/xvda seek=100 oflag=direct)" ' take data start complete'
: >$tracing/trace
say "requests are counted by the time that they take, and traced"

guest_stop alice
rm -f /run/file.img /run/ro.img
census_back_to "$before"
pass
