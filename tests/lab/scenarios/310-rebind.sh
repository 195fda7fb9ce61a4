# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the disk driver can be unbound, bound, unloaded and loaded again under I/O, and the guest's requests are only delayed
# kernel: stock debug bare
# drivers: ours
before=$(census)
guest_start alice disk=/dev/nvme0n5
files_begin alice /dev/xvda
vbd=vbd-${GUEST_ID[alice]}-51712
driver=/sys/bus/xen-backend/drivers/dom0-vbd
xs_commit_failed() { [ "$(fault_hits xs_commit)" = 1 ]; }

for _ in 1 2 3 4 5; do
	wait_for 60 disk_busy nvme0n5
	echo "$vbd" >$driver/unbind || fail "unbind"
	echo "$vbd" >$driver/bind || fail "bind"
done
wait_for 60 disk_busy nvme0n5
say "unbound and bound five times"

# xenstore fails once while the driver is bound: in its probe, then when it opens the disk. The guest's requests wait.
for point in backend_probe backend_probed; do
	wait_for 60 disk_busy nvme0n5
	echo "$vbd" >$driver/unbind || fail "unbind"
	fault_hold $point
	echo "$vbd" >$driver/bind || fail "bind"
	wait_for 20 fault_held $point
	fault_fail xs_commit 5 1
	fault_release $point
	wait_for 20 xs_commit_failed
	wait_for 60 disk_busy nvme0n5
	fault_off
done
say "bound while xenstore failed"

# A bound device keeps its driver's module loaded. Loading the module binds all devices without a driver.
echo "$vbd" >$driver/unbind || fail "unbind"
must rmmod dom0_blkback
must modprobe dom0-blkback
wait_for 60 disk_busy nvme0n5
files_end alice
say "unloaded and loaded again; $FILES files verified meanwhile"
guest_stop alice
census_back_to "$before"
pass
