# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the bus xen-backend has the same folders, files, values and uevents in the kernel and in dom0-xenbus
# kernel: stock debug bare
# drivers: ours
# lib/bus.txt, the expected list, was recorded on the kernel's own bus. The scenario acts as toolstack and frontends by
# xenstore-write. The devices are a disk and a network card.

bus=/sys/bus/xen-backend
state_is() { [ "$(xenstore-read "/local/domain/0/backend/$1/state" 2>/dev/null)" = "$2" ]; }

# offer NODE [KEY VALUE]...: writes what libxl writes, in one transaction, with a frontend that has no driver yet.
offer() {
	local node=$1 args=()
	shift
	while [ $# -gt 0 ]; do
		args+=("/local/domain/0/backend/$node/$1" "$2")
		shift 2
	done
	must xenstore-write "/test/$node/state" 1 "/test/$node/backend" "/local/domain/0/backend/$node" "${args[@]}" \
		"/local/domain/0/backend/$node/frontend" "/test/$node" "/local/domain/0/backend/$node/frontend-id" 0 \
		"/local/domain/0/backend/$node/online" 1 "/local/domain/0/backend/$node/state" 1
}

attach() {
	offer "$@"
	wait_for 20 state_is "$1" 2
}

detach() {
	must xenstore-write "/local/domain/0/backend/$1/online" 0 "/local/domain/0/backend/$1/state" 5
	must xenstore-write "/test/$1/state" 6
	wait_for 20 state_is "$1" 6
	must xenstore-rm "/local/domain/0/backend/$1"
	must xenstore-rm "/test/$1"
}

bus_is_empty() { [ -z "$(ls $bus/devices)" ]; }

# Prints directories, files and links with their permissions. power, net and statistics are not the bus's.
tree() {
	(cd $bus && find . -mindepth 1 -maxdepth 1 -printf '%P %M\n')
	(cd $bus/drivers && find dom0-vbd dom0-vif -printf 'driver %p %M %l\n')
	for device in vbd-0-51712 vif-0-0; do
		(cd $bus/devices && find $device -printf "device %p %M %l\n")
		(cd $bus/devices/$device/ && find . -mindepth 1 \( -name power -o -name net -o -name statistics \) -prune -o \
			-printf "$device %P %M %l\n")
	done
	(cd /sys/module && find dom0_blkback/drivers dom0_netback/drivers -type l -printf 'module %p %l\n')
}

values() {
	local file
	for file in vbd-0-51712/{devtype,modalias,nodename,state} vif-0-0/{devtype,modalias,nodename,state} \
		vbd-0-51712/xenbus/{event_channels,events,spurious_events,jiffies_eoi_delayed,spurious_threshold}; do
		echo "value $file $(cat "$bus/devices/$file")"
	done
}

python3 /lab/lib/uevents.py xen-backend >/run/uevents &
listener=$!
wait_for 60 grep -q listening /run/uevents

attach vbd/0/51712 physical-device "$(stat -c %t:%T /dev/nvme0n5)" mode w type phy dev xvda
attach vif/0/0 handle 0 mac 00:16:3e:00:00:01 script /etc/xen/scripts/vif-bridge
{
	tree
	values
} >/run/bus
must eval "echo 0x20 >$bus/devices/vbd-0-51712/xenbus/spurious_threshold"
same threshold "$(cat $bus/devices/vbd-0-51712/xenbus/spurious_threshold)" 32
! echo many >$bus/devices/vbd-0-51712/xenbus/spurious_threshold || fail "spurious_threshold accepts a value that is not a number"

must eval "echo vbd-0-51712 >$bus/drivers/dom0-vbd/unbind"
[ ! -e $bus/devices/vbd-0-51712/xenbus ] || fail "the directory xenbus exists without a driver"
must eval "echo vbd-0-51712 >$bus/drivers/dom0-vbd/bind"
wait_for 20 state_is vbd/0/51712 2
must eval "echo change >$bus/devices/vbd-0-51712/uevent"
detach vbd/0/51712
must ip link set vif0.0 name lab0
detach vif/0/0
wait_for 20 bus_is_empty
removed() { [ "$(grep -c ACTION=remove /run/uevents)" = 2 ]; }
wait_for 20 removed
kill $listener
sed -n 's/^\(.*ACTION=\)/uevent \1/p' /run/uevents >>/run/bus

sort /run/bus | sed 's/ *$//' >"$LAB_OUT/bus"
difference=$(diff /lab/lib/bus.txt "$LAB_OUT/bus")
[ -z "$difference" ] || fail "differences from lib/bus.txt: $(echo "$difference" | grep '^[<>]' | head -n 4 | xargs -d '\n')"
say "$(wc -l <"$LAB_OUT/bus") folders, files, values and uevents, as listed"

# Remove a network card during its probe, each time 1 ms later. Some are removed before the bus has seen them.
python3 /lab/lib/uevents.py xen-backend >/run/uevents &
listener=$!
wait_for 60 grep -q listening /run/uevents
for ((i = 0; i < 60; i++)); do
	offer "vif/0/$i" handle "$i" mac 00:16:3e:00:00:01 script /etc/xen/scripts/vif-bridge
	sleep "$(printf 0.%03d "$i")"
	must xenstore-rm "/local/domain/0/backend/vif/0/$i"
done
no_vifs() { ! compgen -G '/sys/class/net/vif0.*' >/dev/null; }
wait_for 60 bus_is_empty
wait_for 60 no_vifs
kill $listener
probed=$(grep -c ACTION=add /run/uevents)
[ "$probed" -gt 0 ] || fail "each network card was removed before its probe"
say "60 network cards removed, $probed of them during their probe or after it"

# Only dom0-xenbus's own bus has these fault points: xenstore fails while it looks for a device that has been created, and for one
# that has been removed. Nothing is written later.
on_bus() { [ -e "$bus/devices/vbd-0-51712" ]; }
failed_often() { [ "$(fault_hits bus_read)" -ge "$1" ]; }
if [ "$LAB_KERNEL" = bare ]; then
	fault_fail bus_read 12
	offer vbd/0/51712 physical-device "$(stat -c %t:%T /dev/nvme0n5)" mode w type phy dev xvda
	wait_for 20 failed_often 2
	! on_bus || fail "a device that could not be read is on the bus"
	fault_off
	wait_for 20 state_is vbd/0/51712 2
	fault_fail bus_read 12
	must xenstore-rm /local/domain/0/backend/vbd/0/51712
	wait_for 20 failed_often 2
	on_bus || fail "a device is off the bus, though nothing says that its directory is gone"
	fault_off
	wait_for 20 bus_is_empty
	say "devices found and removed after xenstore had failed"
fi
xenstore-rm /test
pass
