# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 2400
# cpus: 2
# drivers: ours
# proves: a SCSI frontend that breaks the protocol in any known way harms only itself
. /lab/lib/hostile.sh
. /lab/lib/scsi.sh
before=$(census)
scsi_begin
scsi_ram 0 32
must modprobe -a dm-mod dm-delay
must dmsetup create slow --table '0 65536 delay /dev/nvme0n7 0 0 /dev/nvme0n7 0 1000'
scsi_disk_of_dom0 1 "/dev/dm-$(must dmsetup info -c --noheadings -o minor slow | xargs)"
must dmsetup create still --table '0 65536 linear /dev/nvme0n7 0'
scsi_disk_of_dom0 2 "/dev/dm-$(must dmsetup info -c --noheadings -o minor still | xargs)" readonly=1
scsi_ram 3 4 1
both_start
scsi_name_unit mallory 1 0:0:1:0
scsi_name_unit mallory 2 0:0:1:1
scsi_name_unit mallory 3 0:0:0:1
scsi_attach mallory 0 0:0:0:0
mallory_may_look vscsi

counters_begin
mallory_runs 12 scsi 0 all
counter() { awk -v name="$1" '$1 == name { print $2 }' "/sys/kernel/debug/dom0/scsiback/vscsi-${GUEST_ID[mallory]}-0/ring"; }
pauses=$(counter pauses)
[ "${pauses:-0}" -gt 0 ] || fail "a host with so many invalid requests was not paused"
mallory_runs 40 scsi 0 cycle 20
# A host keeps the memory of its commands while it is connected, and mallory's host is not connected.
counters_end 4096

# Destroy mallory in the middle of its I/O.
guest_spawn mallory last 'while hostile scsi 0 large random; do :; done'
wait_for 60 moves counter commands
mallory_stop
scsi_clear mallory
canary_stop
scsi_end
must dmsetup remove slow
must dmsetup remove still
census_back_to "$before"
pass
