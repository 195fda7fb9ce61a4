# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the disk driver can be unbound, bound, removed and loaded again under I/O, and the guest sees only latency
# kernel: stock debug bare
# drivers: ours
before=$(census)
guest_start alice disk=/dev/nvme0n5
files_begin alice /dev/xvda
vbd=vbd-${GUEST_ID[alice]}-51712
driver=/sys/bus/xen-backend/drivers/dom0-vbd

for _ in 1 2 3 4 5; do
	wait_for 60 disk_busy nvme0n5
	echo "$vbd" >$driver/unbind || fail "unbind"
	echo "$vbd" >$driver/bind || fail "bind"
done
wait_for 60 disk_busy nvme0n5
say "unbound and bound five times"

# A bound device holds its driver's module; loading a module binds every device that waits.
echo "$vbd" >$driver/unbind || fail "unbind"
must rmmod dom0_blkback
must modprobe dom0-blkback
wait_for 60 disk_busy nvme0n5
files_end alice
say "removed and loaded anew; $FILES files verified beside all that"
guest_stop alice
census_back_to "$before"
pass
