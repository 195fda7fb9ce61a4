# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# proves: a PV guest's CD-ROM drive loses its medium and gets another one while the guest reads it; the last of several changes holds, and one that cannot be opened leaves the drive empty and connected
before=$(census)
modprobe -a loop 2>/dev/null
for seed in 51 52 53; do
	pattern $seed $((seed % 10 << 20)) >/run/cd-$seed.img
done
first=$(losetup -r -f --show /run/cd-51.img)
second=$(losetup -r -f --show /run/cd-52.img)
third=$(losetup -r -b 4096 -f --show /run/cd-53.img)
# The number of a disk that no driver has.
must mknod /dev/lab-none b 240 0
guest_start alice disk=/dev/nvme0n5
id=${GUEST_ID[alice]}
vbd=vbd-$id-51744
node=/local/domain/0/backend/vbd/$id/51744
driver=/sys/bus/xen-backend/drivers/dom0-vbd
error=/local/domain/0/error/backend/vbd/$id/51744/error
in_guest() { guest_must alice "cat /sys/block/xvdc/$1"; }
size_is() { [ "$(in_guest size)" = "$1" ]; }
state_is() { [ "$(xenstore-read "$node/state")" = "$1" ]; }
error_is() { xenstore-read "$error" 2>/dev/null | grep -q "$1"; }
# medium SEED: the guest reads this medium.
medium() {
	wait_for 20 size_is $(($1 % 10 * 2048))
	same "medium $1 in the guest" "$(guest_must alice 'echo 3 >/proc/sys/vm/drop_caches; sha256 /dev/xvdc | cut -d" " -f1')" "$(expected "$1" $(($1 % 10)))"
	same "the disk in sysfs" "$(cat "/sys/bus/xen-backend/devices/$vbd/physical_device")" "$(xenstore-read "$node/physical-device")"
}
no_medium() {
	wait_for 20 size_is 0
	same "bytes in an empty drive" "$(guest_run alice 'dd if=/dev/xvdc bs=2048 count=1 iflag=direct 2>/dev/null | wc -c')" 0
	xenstore-exists "$node/physical-device" && fail "an empty drive has a physical-device"
	state_is 4 || fail "the drive is in state $(xenstore-read "$node/state")"
}
# The nodes that libxl writes for xl cd-eject and xl cd-insert; these two commands want an HVM guest.
insert() { xenstore-write "$node/type" phy "$node/params" "$1"; }

# The last name that the driver has acted on.
acted_on() { [ "$(xenstore-read "$node/medium" | cut -d' ' -f2-)" = "$1" ]; }
opened_is() { [ "$(xenstore-read "$node/opened")" = "$1" ]; }
number_of() { stat -c %t:%T "$1"; }

must xl block-attach alice "vdev=xvdc,devtype=cdrom,access=ro,target=$first"
guest_must alice 'until [ -b /dev/xvdc ]; do usleep 50000; done'
same "flags of the drive: CD-ROM, removable, read-only" "$(xenstore-read "$node/info")" 7
same "removable in the guest" "$(in_guest removable)" 1
same "read-only in the guest" "$(in_guest ro)" 1
medium 51

# While the guest reads: the medium goes, is free in Dom0, and another one comes. The blocks of the third are larger than the guest knows.
guest_spawn alice reader 'until [ -e /tmp/enough ]; do dd if=/dev/xvdc of=/dev/null bs=64k iflag=direct; done 2>/dev/null'
wait_for 20 moves cat "/sys/bus/xen-backend/devices/$vbd/statistics/rd_sect"
insert ""
wait_for 20 opened_is none
must losetup -d "$first"
[ ! -e "/sys/block/${first##*/}/loop/backing_file" ] || fail "the medium is in use after xenstore says that it is free"
no_medium
insert "raw:$second"
medium 52
for _ in 1 2; do
	insert "$third"
	medium 53
	insert "$second"
	medium 52
done
# Changes one after the other: the last one holds.
for last in "" "$second" "" "$third"; do
	for _ in 1 2 3 4 5 6 7 8; do
		must xenstore-write "$node/params" "" "$node/params" "$second" "$node/params" "$third" "$node/params" "$last"
	done
	wait_for 30 acted_on "$last"
	case $last in
	"") no_medium ;;
	"$second") medium 52 ;;
	*) medium 53 ;;
	esac
done
say "of changes one after the other the last one holds"
# A script writes the number before the toolstack writes the name.
must xenstore-write "$node/physical-device" "$(number_of "$second")"
wait_for 20 error_is 'stays in use'
insert "$second"
medium 52
# Requests that wait for a limit do not delay it.
must xenstore-write "$node/limits/read-bytes" 65536
held() { grep -q 'held [1-9]' "/sys/kernel/debug/dom0/blkback/$vbd/rings"; }
wait_for 20 held
insert ""
no_medium
must xenstore-rm "$node/limits"
guest_must alice 'touch /tmp/enough'
guest_join alice reader >/dev/null || fail "the guest's reader ended early"
say "media come and go under a guest that reads"

# A name that is no disk, and a disk that cannot be opened, leave the drive empty.
insert /run/cd-51.img
wait_for 20 error_is 'is no disk here'
no_medium
insert /dev/lab-none
wait_for 20 error_is 'cannot open physical-device f0:0'
no_medium
same "lines in the log" "$(logs_kernel "$LAB_NAME" | grep -c "$vbd: cannot open physical-device")" 1
insert "$third"
medium 53
say "a medium that cannot be opened leaves an empty drive"

# The medium is taken out while no driver is bound.
echo "$vbd" >$driver/unbind || fail "unbind"
insert ""
echo "$vbd" >$driver/bind || fail "bind"
no_medium
must xl block-detach alice xvdc
wait_for 10 test ! -e "/sys/bus/xen-backend/devices/$vbd"

# A drive that connects without a medium.
must xl block-attach alice "vdev=xvdc,devtype=cdrom,access=ro,target=/dev/lab-none"
guest_must alice 'until [ -b /dev/xvdc ]; do usleep 50000; done' 60
wait_for 20 error_is 'could not be opened'
no_medium
insert "$second"
medium 52
same "sector size of a drive that was connected empty" "$(in_guest queue/logical_block_size)" 2048
echo "$vbd" >$driver/unbind || fail "unbind"
echo "$vbd" >$driver/bind || fail "bind"
is_open() { [ "$(cat "/sys/bus/xen-backend/devices/$vbd/physical_device")" = "$(xenstore-read "$node/physical-device")" ]; }
wait_for 20 is_open
medium 52
say "an empty drive connects, and gets a medium later"

# A drive as the toolstack creates it, without a medium. Each driver answers what the guest sends.
echo "$vbd" >$driver/unbind
for key in medium opened physical-device physical-device-path diskseq; do
	xenstore-rm "$node/$key" 2>/dev/null
done
insert ""
echo "$vbd" >$driver/bind
no_medium
for name in "" /run/cd-51.img "$third"; do
	echo "$vbd" >$driver/unbind
	insert "$name"
	echo "$vbd" >$driver/bind
	wait_for 20 acted_on "$name"
	case $name in
	"$third") medium 53 ;;
	*) no_medium ;;
	esac
done
say "a drive that was created empty stays a drive when its driver is bound again"

must xl block-detach alice xvdc
guest_stop alice
must losetup -d "$second" "$third"
rm -f /run/cd-5?.img /dev/lab-none
census_back_to "$before"
pass
