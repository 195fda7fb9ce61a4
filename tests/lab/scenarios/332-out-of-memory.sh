# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: if any allocation of a probe or a connection fails, the driver tries again by itself, and the device then works
# kernel: debug
# drivers: ours
# long: yes
# timeout: 2400
# tolerates: remove_proc_entry: the kernel removes the files of an interrupt in /proc, though it had no memory to create them
. /lab/lib/hostile.sh

error_of() { echo "/local/domain/0/error/backend/$1/${GUEST_ID[mallory]}/$2/error"; }

# probe TYPE NUMBER: unbinds mallory's device and binds it again, with two queues whatever the number of Dom0's processors.
probed() { [ "$(fault_hits backend_probed)" -gt 0 ]; }
probe() {
	local driver=/sys/bus/xen-backend/drivers/dom0-$1 device=$1-${GUEST_ID[mallory]}-$2
	echo "$device" >"$driver/unbind" || fail "unbind $device"
	must xenstore-write "/local/domain/0/backend/$1/${GUEST_ID[mallory]}/$2/multi-queue-max-queues" 2
	# The probe is to make a new network device.
	[ "$1" != vif ] || xenstore-rm "/local/domain/0/backend/vif/${GUEST_ID[mallory]}/$2/netdev-id" 2>/dev/null
	echo "$device" >"$driver/bind" || fail "bind $device"
	wait_for 20 probed
}

# connect TYPE NUMBER: a frontend with two queues connects, does I/O, and closes.
connect() {
	local kind=${1/vbd/blk}
	guest_run mallory "hostile ${kind/vif/net} $2 good-2-queues" >/run/hostile.out
	grep -q '^pass' /run/hostile.out || fail "$1: $(tail -n 2 /run/hostile.out)"
}

# failed_once END TYPE NUMBER: whether the first attempt failed. A connection clears the error node, a probe leaves it.
failed_once() { [ "$(fault_hits "$1")" -gt 1 ] || xenstore-exists "$(error_of "$2" "$3")"; }

# each_allocation STEP BEGIN END TYPE NUMBER: repeats the step, which runs from the fault point BEGIN to END. In each round the
# next allocation fails, until the step has no more. Beyond the first 100, only every fifth fails.
each_allocation() {
	local nth=1 tried=0 failed=0 short=0
	while :; do
		xenstore-rm "$(error_of "$4" "$5")" 2>/dev/null
		fault_mem "$3"
		fault_nomem "$2" $nth
		"$1" "$4" "$5"
		short=$(fault_short "$3")
		[ "$short" = 0 ] || break
		! failed_once "$3" "$4" "$5" || failed=$((failed + 1))
		tried=$((tried + 1))
		nth=$((nth < 100 ? nth + 1 : nth + 5))
	done
	fault_off "$2" "$3"
	[ $failed -gt 0 ] || fail "$1 $4: no attempt has failed for lack of memory"
	say "$1 $4: $((nth - short)) allocations, $tried of them failed in turn: $failed made the first attempt fail; the next one worked"
}

before=$(census)
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl block-attach mallory phy:/dev/nvme0n6 xvda w
must xl network-attach mallory bridge=xenbr0
mallory_may_look vbd
mallory_may_look vif
counters_begin
for device in vbd/51712 vif/0; do
	each_allocation probe backend_probe backend_probed "${device%/*}" "${device#*/}"
	each_allocation connect backend_connect backend_connect_done "${device%/*}" "${device#*/}"
done
counters_end 2048
mallory_stop
census_back_to "$before"
pass
