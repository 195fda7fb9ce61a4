# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PVH Dom0 with our modules alone serves disks and networks of PV and PVH guests, and its grant devices behave as in a PV Dom0
# dom0: pvh
# kernel: stock debug bare
# long: yes
# timeout: 1800
# drivers: ours
# devices: ours
. /lab/lib/hostile.sh
devices_must_serve
grep -q '^dom0_core: PVH Dom0' <(dmesg | sed 's/^\[[^]]*\] //') || fail "this is no PVH Dom0"
before=$(census)
guest_life alice pvh nvme0n5 10.0.0.2 10
guest_life bob pv nvme0n6 10.0.0.3 20
census_back_to "$before"
guest_start carol type=pvh disk=/dev/nvme0n7 nic=10.0.0.4
files_begin carol /dev/xvda
wait_for 60 disk_busy nvme0n7
disk_comes_and_goes carol nvme0n8
nic_comes_and_goes carol
files_end carol
say "a disk and a card were attached and detached while $FILES files were verified"
# The two rings that the domain builder has granted have the same pages when a program maps them as grants and as a dma-buf.
same "results for carol's rings" "$(must timeout 60 gnt rings "${GUEST_ID[carol]}" | sed 's/^rings //' | xargs -d '\n')" \
	"the same: 1 a console: 1 too far: EINVAL still there: ok wait in vain: ETIMEDOUT wait: ENOENT"
files_begin carol /dev/xvda
wait_for 60 disk_busy nvme0n7
guest_destroy carol
census_back_to "$before"
say "destroyed in the middle of I/O, nothing left"
# gnt runs the calls that need no mapping of Dom0's own grants. Such a mapping is refused, as Xen would move a page of Dom0's.
must timeout 120 gnt copy-arguments copy-data copy-many copy-stops share-counts-cve-2026-98900 share-pointers share-maps share-ends \
	share-forked share-notify-arguments >"$LAB_OUT/gnt"
timeout 10 gnt hold 1 >"$LAB_OUT/own" 2>&1
must grep -q 'mapping grants: Invalid argument' "$LAB_OUT/own"
say "$(wc -l <"$LAB_OUT/gnt") results of gntdev and gntalloc"
census_back_to "$before"

# If Xen refuses some pages of a ring, a translated Dom0 must unmap the others from the pages at which they were mapped.
both_start
must xl block-attach mallory phy:/dev/nvme0n6 xvda w
must xl block-attach mallory phy:/dev/nvme0n7 xvdb r
mallory_may_look vbd
mallory_runs 30 blk 51712 good ring-page-bad-first ring-page-bad-last ring-page-in-use grefs-good-and-bad-persistent
mallory_stop
canary_stop
guest_life dora pvh nvme0n5 10.0.0.5 30
census_back_to "$before"
pass
