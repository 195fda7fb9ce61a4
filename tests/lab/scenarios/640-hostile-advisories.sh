# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# timeout: 900
# cpus: 2
# long: yes
# proves: attacks that advisories describe, and events without work, do no harm to Dom0 or to another guest; barriers keep the order of writes
. /lab/lib/hostile.sh
# Without udev the device mapper has to make its own nodes.
export DM_DISABLE_UDEV=1
modprobe -a dm-mod dm-delay
before=$(census)
both_start
queues=/sys/module/dom0_blkback/parameters/max_queues
[ ! -e $queues ] || echo 2 >$queues
must xl block-attach mallory phy:/dev/nvme0n6 xvda w
must xl network-attach mallory bridge=xenbr0
mallory_may_look vbd
mallory_may_look vif

mallory_runs 30 blk 51712 good barrier-order good-32-bit ring-order-0 ring-ref0-missing xsa-155-nr-segments-toggle \
	xsa-155-indirect-sectors-toggle xsa-216-response-padding-32 xsa-229-one-frame-twice xsa-365-indirect-gref-11 \
	xsa-371-kept-and-bad
# Events of a guest whose requests wait for pages have no effect: the channel stays masked until the ring is empty.
limit=/sys/module/dom0_blkback/parameters/max_device_mb
if [ -e $limit ]; then
	trace=/sys/kernel/tracing
	echo "name ~ \"vbd-${GUEST_ID[mallory]}-*\"" >$trace/events/dom0_core/dom0_evtchn_event/filter
	echo 1 >$trace/events/dom0_core/dom0_evtchn_event/enable
	echo 1 >$limit
	mallory_runs 30 blk 51712 events-while-full
	echo 64 >$limit
	echo 0 >$trace/events/dom0_core/dom0_evtchn_event/enable
	events=$(grep -c ' dom0_evtchn_event: ' $trace/trace)
	echo 0 >$trace/events/dom0_core/dom0_evtchn_event/filter
	: >$trace/trace
	[ "$events" -gt 0 ] || fail "no event was traced"
	[ "$events" -lt 100 ] || fail "$events events reached the driver for a hundred requests"
	say "$events events reached the driver for a hundred requests"
fi

# The in-tree driver keeps no order between the rings of a device.
if [ -e $queues ]; then
	mallory_runs 30 blk 51712 barrier-queues barriers-at-once
	# A disk with slow writes, so that requests arrive while it handles a barrier.
	must dmsetup create slow --table "0 131072 delay /dev/nvme0n7 0 0 /dev/nvme0n7 0 400"
	must xl block-attach mallory phy:/dev/mapper/slow xvdb w
	mallory_runs 30 blk 51728 barrier-and-bad
	echo 1 >$queues
fi
mallory_runs 60 net 0 good receive-few-buffers cve-2026-45890-queues-0 xsa-155-size-toggle xsa-423-headers-split-14-3 \
	xsa-432-19-slots-of-6-bytes xsa-448-all-slots-empty

# No thread that all devices share may be stuck.
disk_comes_and_goes canary nvme0n8
mallory_stop
[ ! -e /dev/mapper/slow ] || wait_for 60 dmsetup remove slow
canary_stop
census_back_to "$before"
pass
