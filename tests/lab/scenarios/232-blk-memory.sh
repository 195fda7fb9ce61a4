# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# proves: a disk's buffers grow with its load within the limits, leave room for devices that connect, and shrink when they are unused or Dom0 is short of memory
# long: yes
before=$(census)
params=/sys/module/dom0_blkback/parameters
debug=/sys/kernel/debug/dom0/blkback
echo 2 >$params/persistent_grant_unused_seconds
guest_start alice disk=/dev/nvme0n5
ring() { awk -v key="$2" '$1 == key { print $2 }' "$debug/vbd-${GUEST_ID[alice]}-$1/rings"; }
pages_above() { [ "$(ring 51728 pages)" -gt "$1" ]; }
pages_are() { [ "$(ring 51728 pages)" -eq "$1" ]; }
connected() { [ "$(device_state alice vbd "$1")" = 4 ]; }
postponed() { awk -v name="$vbd" '$1 == name { n = $NF } END { exit !n }' /sys/kernel/debug/dom0/xenbus/devices; }
no_grants() { [ "$(ring 51712 persistent_grants)" -eq 0 ]; }

# A slow disk, so that a full ring has 4 MiB in flight, in bounce pages of Dom0.
must modprobe null_blk nr_devices=1 gb=1 irqmode=2 completion_nsec=20000000 no_sched=1
echo N >$params/feature_persistent
must xl block-attach alice phy:/dev/nullb0 xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
echo Y >$params/feature_persistent
same "pages at first" "$(ring 51728 pages)" 256

load() { guest_spawn alice load "for i in 0 1 2 3 4 5 6 7; do dd if=/dev/xvdb of=/dev/null iflag=direct bs=1M skip=\$((i * 100)) count=$1 & done; wait"; }
load 20
wait_for 60 pages_above 900
guest_join alice load >/dev/null || fail "reads failed"
wait_for 60 pages_are 256
say "the buffers grew from 1 MiB to almost 4 MiB under load, and shrank again"

echo 1 >$params/max_device_mb
load 4
for _ in 1 2 3 4 5 6 7 8; do
	same "pages at the device's limit" "$(ring 51728 pages)" 256
	sleep 0.2
done
guest_join alice load >/dev/null || fail "reads failed at the device's limit"
echo 64 >$params/max_device_mb
say "at the device's limit the buffers do not grow, and all requests complete"

# While memory is not short, unused pages are freed 5 to 10 seconds after the load.
for _ in 1 2 3 4 5; do
	load 20
	guest_join alice load >/dev/null || fail "reads failed"
	! pages_above 256 || break
done
pages_above 256 || fail "no unused page was kept"
echo 2 >/proc/sys/vm/drop_caches
wait_for 2 pages_are 256
say "pages are freed at once when memory is short"

guest_must alice 'dd if=/dev/xvda of=/dev/null bs=1M count=16' >/dev/null
[ "$(ring 51712 persistent)" -gt 0 ] || fail "no request went by persistent grants"
wait_for 20 no_grants
copied=$(ring 51712 copied)
failed=$(ring 51712 failed)
fault_fail gnttab_map 28
guest_must alice 'dd if=/dev/xvda of=/dev/null bs=1M count=16 skip=64 iflag=direct' >/dev/null
[ "$(fault_hits gnttab_map)" -gt 0 ] || fail "no mapping was attempted"
fault_off
same "failed requests without room for mappings" "$(ring 51712 failed)" "$failed"
[ "$(ring 51712 copied)" -gt "$copied" ] || fail "no request was copied instead of mapped"
say "while the hypervisor has no room for mappings, data is copied"

# An idle worker with persistent grants sleeps until they count as unused. Unused pages are freed before that.
echo 600 >$params/persistent_grant_unused_seconds
# After a lack of room, nothing is mapped for a second.
grants_are_mapped() {
	guest_must alice 'dd if=/dev/xvda of=/dev/null bs=1M count=16 iflag=direct' && [ "$(ring 51712 persistent_grants)" -gt 0 ]
}
wait_for 10 grants_are_mapped
nap 1
for _ in 1 2 3 4 5 6 7 8 9 10; do
	fault_fail gnttab_map 28
	guest_must alice 'dd if=/dev/xvda of=/dev/null bs=4M count=8 skip=24 iflag=direct' >/dev/null
	fault_off
	[ "$(ring 51712 pages)" -eq 256 ] || break
done
[ "$(ring 51712 pages)" -gt 256 ] || fail "the load needed no more pages"
pages_of_grants_are_back() { [ "$(ring 51712 pages)" -eq 256 ]; }
wait_for 60 pages_of_grants_are_back
say "pages are freed while persistent grants stay mapped"
echo 60 >$params/persistent_grant_unused_seconds
say "persistent grants are unmapped when they are unused"

# One guest may use half of the limit for all. Its first disk has reserved 1056 grants, so 50 are left for the next one.
attach_c() {
	must xl block-attach alice phy:/dev/nvme0n6 xvdc w
	guest_must alice 'until [ -b /dev/xvdc ]; do usleep 50000; done' 60
}
echo 2212 >$params/max_all_persistent_grants
attach_c
guest_must alice 'dd if=/dev/xvdc of=/dev/null bs=1M count=16 iflag=direct' >/dev/null
[ "$(ring 51744 persistent_grants)" -le 50 ] || fail "$(ring 51744 persistent_grants) grants are mapped"
[ "$(ring 51744 persistent)" -gt 0 ] || fail "no request used a persistent grant"
[ "$(ring 51744 copied)" -gt 0 ] || fail "no request beyond the share was copied"
must xl block-detach alice xvdc
echo 65536 >$params/max_all_persistent_grants
say "a disk keeps to its share of all persistent grants, and copies its other data"

# Without memory for the cache of persistent grants, or beyond three quarters of the limit for all devices, data is copied. The two
# other disks need 3 MiB, this one 1.5 MiB.
only_copies() {
	attach_c
	guest_must alice 'dd if=/dev/xvdc of=/dev/null bs=1M count=4 iflag=direct' >/dev/null
	same "requests that used persistent grants" "$(ring 51744 persistent)" 0
	[ "$(ring 51744 copied)" -gt 0 ] || fail "nothing was copied"
	must xl block-detach alice xvdc
}
fault_fail blk_pgrants_create 12
only_copies
[ "$(fault_hits blk_pgrants_create)" -gt 0 ] || fail "no allocation of a cache failed"
fault_off
echo 5 >$params/max_memory_mb
only_copies
echo 0 >$params/max_memory_mb
say "a disk without memory for persistent grants connects, and copies"

# Xen has no room for more mappings, as if other guests had used it up: a device waits, and connects when there is room again.
fault_fail gnttab_ring_map 28 3
attach_c
[ "$(fault_hits gnttab_ring_map)" -ge 3 ] || fail "mapping the ring failed less than three times"
fault_off
same "state of a device that waited for mappings" "$(device_state alice vbd 51744)" 4
must xl block-detach alice xvdc
say "a ring that cannot be mapped for lack of room is mapped later"

# No interrupt is left for the event channel. If the first attempt did not close its port, the next ones could not bind to the frontend's.
fault_fail core_evtchn_irq 12 3
attach_c
[ "$(fault_hits core_evtchn_irq)" -ge 3 ] || fail "binding the event channel failed less than three times"
fault_off
same "state of a device that waited for an interrupt" "$(device_state alice vbd 51744)" 4
must xl block-detach alice xvdc
say "an event channel without an interrupt is closed, and bound later"

# While one device uses all that it can get, another connects. Two devices need 3 MiB, the third 1.6 MiB; the load would use 3 MiB more.
echo 7 >$params/max_memory_mb
load 200
wait_for 60 pages_above 700
must xl block-attach alice phy:/dev/nvme0n6 xvdc w
guest_must alice 'until [ -b /dev/xvdc ]; do usleep 50000; done'
same "state of a device that connected under load" "$(device_state alice vbd 51744)" 4
guest_join alice load >/dev/null || fail "reads failed at the limit for all devices"
must xl block-detach alice xvdc
echo 0 >$params/max_memory_mb
say "the load of one device does not keep another from connecting"

# A device that does not fit reports the reason, and connects when it fits.
node=/local/domain/0/error/backend/vbd/${GUEST_ID[alice]}/51744/error
echo 1 >$params/max_memory_mb
xl block-attach alice phy:/dev/nvme0n6 xvdc w
wait_for 20 xenstore-exists "$node"
xenstore-read "$node" | grep -q max_memory_mb || fail "the reason is: $(xenstore-read "$node")"
echo 0 >$params/max_memory_mb
wait_for 60 connected 51744
must xl block-detach alice xvdc
must xl block-detach alice xvdb
must rmmod null_blk
say "a device that exceeds the limit for all devices waits, and reports the reason"

# The same for a disk whose driver is unbound and bound: the guest must see no error.
vbd=vbd-${GUEST_ID[alice]}-51712
driver=/sys/bus/xen-backend/drivers/dom0-vbd
node=/local/domain/0/error/backend/vbd/${GUEST_ID[alice]}/51712/error
must eval "echo $vbd >$driver/unbind"
echo 1 >$params/max_memory_mb
guest_spawn alice waiting 'dd if=/dev/xvda of=/dev/null bs=1M count=4 iflag=direct'
must eval "echo $vbd >$driver/bind"
wait_for 60 postponed
same "state of a disk without memory" "$(device_state alice vbd 51712)" 2
xenstore-read "$node" | grep -q max_memory_mb || fail "the reason is: $(xenstore-read "$node")"
echo 0 >$params/max_memory_mb
guest_join alice waiting >/dev/null || fail "a read failed in the guest"
same "state of the disk" "$(device_state alice vbd 51712)" 4
! xenstore-exists "$node" || fail "an error is left: $(xenstore-read "$node")"
say "a disk whose driver was bound when memory was short works again"

guest_stop alice
census_back_to "$before"
pass
