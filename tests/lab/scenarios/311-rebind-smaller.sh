# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest keeps its disk when the driver is reloaded with lower limits than it has offered before
# drivers: ours
# long: yes
before=$(census)
params=/sys/module/dom0_blkback/parameters
driver=/sys/bus/xen-backend/drivers/dom0-vbd
echo 2 >$params/max_queues
guest_start alice vcpus=2 disk=/dev/nvme0n5 'extra=xen_blkfront.max_queues=2 xen_blkfront.max_ring_page_order=2'
vbd=vbd-${GUEST_ID[alice]}-51712
rings=/sys/kernel/debug/dom0/blkback/$vbd/rings
files_begin alice /dev/xvda
as_before() { [ "$(grep -c '^queue ' "$rings")" = 2 ] && [ "$(grep -c 'slots 128' "$rings")" = 2 ]; }
must as_before

for _ in 1 2; do
	echo "$vbd" >$driver/unbind || fail "unbind"
	must rmmod dom0_blkback
	must modprobe dom0-blkback max_queues=1 max_ring_page_order=0
	wait_for 60 as_before
	wait_for 60 disk_busy nvme0n5
done
files_end alice
say "two queues of four pages work on with limits of one queue and one page; $FILES files verified"

# A new device gets the limits of the parameters.
must xl block-attach alice phy:/dev/nvme0n6 xvdb w
guest_must alice 'until [ -b /dev/xvdb ]; do usleep 50000; done'
rings=/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[alice]}-51728/rings
same "queues of a new device" "$(grep -c '^queue ' "$rings")" 1
same "slots of a new device" "$(grep -c 'slots 32' "$rings")" 1
must xl block-detach alice xvdb

guest_stop alice
must rmmod dom0_blkback
must modprobe dom0-blkback
census_back_to "$before"
pass
