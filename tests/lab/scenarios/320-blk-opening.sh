# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# cpus: 2
# timeout: 900
# proves: a disk is free when its device is Closed; a disk that cannot be opened delays no guest and can be set again; a reused device number is refused; a disk that is written has one user
# long: yes
before=$(census)
modprobe -a loop 2>/dev/null
driver=/sys/bus/xen-backend/drivers/dom0-vbd

# A hotplug script that writes physical-device and other keys of the toolstack, and detaches the loop device when the state is Closed.
cat >/etc/xen/scripts/block-lab <<'SCRIPT'
#!/bin/bash
. /etc/xen/scripts/block-common.sh
params=$(xenstore_read "$XENBUS_PATH/params")
case $command in
add)
	for key in mode diskseq; do
		[ ! -e "/run/lab-$key" ] || xenstore_write "$XENBUS_PATH/$key" "$(cat "/run/lab-$key")"
	done
	write_dev "$params"
	;;
remove)
	losetup -d "$params"
	if [ -e "/sys/block/${params##*/}/loop/backing_file" ]; then echo held; else echo free; fi >>/run/lab-detached
	;;
esac
SCRIPT
chmod 755 /etc/xen/scripts/block-lab

guest_start alice disk=/dev/nvme0n5
id=${GUEST_ID[alice]}
vbd=vbd-$id-51728
node=/local/domain/0/backend/vbd/$id/51728
front=/local/domain/$id/device/vbd/51728
error=/local/domain/0/error/backend/vbd/$id/51728/error
state_is() { [ "$(xenstore-read "$1/state")" = "$2" ]; }
in_guest() { guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'; }
attach() { must xl block-attach alice "vdev=xvdb,access=${2:-rw},script=block-lab,target=$1"; }
detach() {
	must xl block-detach alice xvdb
	wait_for 10 test ! -e "/sys/bus/xen-backend/devices/$vbd"
	wait_for 10 no_error
}
no_error() { ! xenstore-exists "$error"; }
new_loop() {
	truncate -s "${2:-32M}" "/run/$1.img"
	losetup -f --show "${@:3}" "/run/$1.img"
}
unbound() { [ ! -e "/sys/block/${1##*/}/loop/backing_file" ]; }

# Detach the device with the frontend connected, then with the frontend closed: the script finds the disk free each time.
: >/run/lab-detached
for round in 1 2 3 4 5 6; do
	loop=$(new_loop one)
	attach "$loop"
	in_guest
	if [ $round -gt 3 ]; then
		guest_must alice 'echo vbd-51728 >/sys/bus/xen/drivers/vbd/unbind'
		wait_for 20 state_is "$node" 6
	fi
	detach
done
same "the disk's states that the script found" "$(sort /run/lab-detached | uniq -c | xargs)" "6 free"
say "six detaches, and each time the disk was free when its script ran"

# A Closed device is detached by "online" alone: the disk is free. A disk that a script sets after that stays free, too.
loop=$(new_loop one)
attach "$loop"
in_guest
guest_must alice 'echo vbd-51728 >/sys/bus/xen/drivers/vbd/unbind'
wait_for 20 state_is "$node" 6
must xenstore-write "$node/online" 0
late=$(new_loop two)
wait_for 10 sh -c "losetup -d $loop; [ ! -e /sys/block/${loop##*/}/loop/backing_file ]"
must xenstore-write "$node/physical-device" "$(stat -c %t:%T "$late")"
named_late() { [ "$(cat "/sys/bus/xen-backend/devices/$vbd/physical_device")" = "$(stat -c %t:%T "$late")" ]; }
wait_for 10 named_late
must losetup -d "$late"
wait_for 5 unbound "$late"
must losetup "$loop" /run/one.img
detach
say "a device that is being detached does not open its disk again"

# A disk that cannot be opened: both ends close at once, and the error is in xenstore.
readonly_loop=$(new_loop two 32M -r)
attach "$readonly_loop"
wait_for 10 state_is "$front" 6
wait_for 10 state_is "$node" 6
wait_for 10 xenstore-exists "$error"
wait_for 10 xenstore-exists "$node/hotplug-error"
detach
say "a guest does not wait for a disk that cannot be opened: $(logs_kernel "$LAB_NAME" | grep -o "$vbd: .*" | tail -n 1)"

# The right disk is set before the guest connects: the guest sees no error.
readonly_loop=$(new_loop two 32M -r)
loop=$(new_loop one)
must xl pause alice
attach "$readonly_loop"
wait_for 10 state_is "$node" 6
# At first the number of the opened disk cannot be stored in xenstore, so the disk is closed again.
fault_fail vbd_opened 28 1
must xenstore-write "$node/physical-device" "$(stat -c %t:%T "$loop")"
wait_for 10 sh -c "xenstore-read $node/hotplug-error | grep -q 'error 28'"
same "state without the stored number" "$(xenstore-read "$node/state")" 6
must xenstore-write "$node/physical-device" "$(stat -c %t:%T "$loop")"
wait_for 10 state_is "$node" 2
fault_off
must xl unpause alice
in_guest
disk_fill alice /dev/xvdb 21 8
xenstore-exists "$error" && fail "the error stays: $(xenstore-read "$error")"
xenstore-exists "$node/hotplug-error" && fail "hotplug-error stays"
say "the right disk, set later, connects"

# Read all files while the driver is unbound and bound.
readers=()
for _ in 1 2 3 4 5 6 7 8; do
	while :; do
		cat "/sys/bus/xen-backend/devices/$vbd/"{statistics/*,mode,physical_device} "/sys/kernel/debug/dom0/blkback/$vbd"/*
	done >/dev/null 2>&1 &
	readers+=($!)
done
for _ in 1 2 3 4 5 6; do
	echo "$vbd" >$driver/unbind || fail "unbind"
	echo "$vbd" >$driver/bind || fail "bind"
	wait_for 30 state_is "$node" 4
done
kill "${readers[@]}"
disk_verify alice /dev/xvdb 21 8
say "the driver was unbound and bound six times beside eight readers of its files"

# A disk that is written has only one user.
mkdir -p /run/lab-mount
mount "$loop" /run/lab-mount 2>/dev/null && fail "Dom0 mounts a disk that a guest writes"
guest_must alice 'sync'

# When the driver is bound again, the device number belongs to another disk. The first attempt to open it fails for lack of memory.
echo "$vbd" >$driver/unbind || fail "unbind"
wait_for 20 sh -c "losetup -d $loop; [ ! -e /sys/block/${loop##*/}/loop/backing_file ]"
truncate -s 32M /run/other.img
pattern 22 33554432 >/run/other.img
must losetup "$loop" /run/other.img
fault_fail vbd_open 12 1
echo "$vbd" >$driver/bind || fail "bind"
wait_for 20 state_is "$node" 6
same "attempts without memory" "$(fault_hits vbd_open)" 1
fault_off
wait_for 10 xenstore-exists "$error"
case $(xenstore-read "$error") in
*another\ disk*) ;;
*) fail "the error is: $(xenstore-read "$error")" ;;
esac
detach
same "the other disk" "$(sha256sum </run/other.img)" "$(pattern 22 33554432 | sha256sum)"
losetup -d "$loop"
say "a disk that has got the device number of the former disk is not opened"

# The toolstack may also write the disk's sequence number, which must match.
loop=$(new_loop one)
seq=$(cat "/sys/block/${loop##*/}/diskseq")
printf %x $((seq + 1)) >/run/lab-diskseq
attach "$loop"
wait_for 10 xenstore-exists "$error"
detach
loop=$(new_loop one)
printf %x "$(cat "/sys/block/${loop##*/}/diskseq")" >/run/lab-diskseq
attach "$loop"
in_guest
rm /run/lab-diskseq
detach
say "a sequence number from the toolstack is checked"

# A disk in use in Dom0 is refused, unless it is shared (mode "w!") or read-only.
loop=$(new_loop one 32M)
mkfs.ext4 -q -F "$loop"
must mount "$loop" /run/lab-mount
attach "$loop"
wait_for 10 xenstore-exists "$error"
must umount /run/lab-mount
detach
loop=$(new_loop one 32M)
must mount "$loop" /run/lab-mount
echo 'w!' >/run/lab-mode
attach "$loop"
in_guest
rm /run/lab-mode
must umount /run/lab-mount
detach
loop=$(new_loop one 32M)
must mount "$loop" /run/lab-mount
attach "$loop" ro
in_guest
must umount /run/lab-mount
detach
say "a mounted disk can be attached read-only or shared, but not writable"

# An empty drive; attaching and detaching inserts and removes the medium.
cdrom() { must xl block-attach alice "format=raw,vdev=xvdb,access=ro,devtype=cdrom,target=$1"; }
loop=$(losetup -f)
cdrom "$loop"
wait_for 20 state_is "$node" 4
same "sectors of an empty drive" "$(xenstore-read "$node/sectors")" 0
same "size in the guest" "$(guest_must alice 'cat /sys/block/xvdb/size')" 0
must xl block-detach alice xvdb
truncate -s 8M /run/medium.img
pattern 23 8388608 >/run/medium.img
must losetup -r "$loop" /run/medium.img
cdrom "$loop"
in_guest
same "the medium" "$(guest_must alice 'sha256 /dev/xvdb | cut -d" " -f1')" "$(sha256sum </run/medium.img | cut -d' ' -f1)"
must xl block-detach alice xvdb
must losetup -d "$loop"
wait_for 5 unbound "$loop"
cdrom "$loop"
wait_for 20 state_is "$node" 4
same "sectors after the medium was removed" "$(xenstore-read "$node/sectors")" 0
must xl block-detach alice xvdb
say "an empty drive is a disk of 0 sectors; a medium can be inserted and removed"

# Sectors of 512 bytes on a disk with blocks of 4 KiB, for frontends that handle larger sectors wrongly.
truncate -s 32M /run/one.img
pattern 24 33554432 >/run/one.img
inner=$(losetup -f --show -b 4096 /run/one.img)
loop=$(losetup -f --show -b 512 "$inner")
attach "$loop"
in_guest
same "sector size in the guest" "$(guest_must alice 'cat /sys/block/xvdb/queue/logical_block_size')" 512
guest_must alice 'pattern 25 512 | dd of=/dev/xvdb bs=512 seek=11 count=1 oflag=direct conv=notrunc' >/dev/null
detach
must losetup -d "$inner"
same "the sector" "$(dd if=/run/one.img bs=512 skip=11 count=1 2>/dev/null | sha256sum)" "$(pattern 25 512 | sha256sum)"
same "the sectors before it" "$(head -c 5632 /run/one.img | sha256sum)" "$(pattern 24 33554432 | head -c 5632 | sha256sum)"
same "the sectors after it" "$(tail -c +6145 /run/one.img | sha256sum)" "$(pattern 24 33554432 | tail -c +6145 | sha256sum)"
say "a loop device gives a guest sectors of 512 bytes where the disk has blocks of 4 KiB"

guest_stop alice
rm -f /run/*.img /etc/xen/scripts/block-lab
census_back_to "$before"
pass
