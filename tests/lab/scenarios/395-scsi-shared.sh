# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# drivers: ours
# proves: of two guests that share SCSI units, one that may only read a unit cannot stop, reserve or reset it for the other; a reservation ends when the guest's host disconnects
. /lab/lib/hostile.sh
. /lab/lib/scsi.sh
before=$(census)
scsi_begin
scsi_ram 0 32
scsi_disk_of_dom0 2 /dev/nvme0n7 readonly=1

# The same units in a second port group.
second=${SCSI_PORT%1}2
must mkdir -p "$second"
echo naa.6001405000000003 >"$second/nexus" || fail "no second nexus"
echo readers >"$second/param/alias" || fail "no alias"
for unit in rd_mcp_0 iblock_2; do
	must mkdir -p "$second/lun/lun_${unit##*_}"
	must ln -s "$TARGET/core/$unit/unit" "$second/lun/lun_${unit##*_}/port"
done

guest_start mallory
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
scsi_name_unit mallory 2 0:0:1:1
scsi_attach mallory 0 0:0:0:0
mallory_may_look vscsi
guest_start reader
guest_must reader 'modprobe -a xen-scsifront sd_mod'
SCSI_ALIAS=readers scsi_name_unit reader 2 0:0:1:1
SCSI_ALIAS=readers scsi_attach reader 0 0:0:0:0
scsi_connected reader 0
writable=$(scsi_disk reader 0:0:0:0)
readonly=$(scsi_disk reader 0:0:1:1)
reads() { guest_run reader "dd if=/dev/$1 of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null"; }
reads "$writable" || fail "the reader cannot read its unit before the attacks"
reads "$readonly" || fail "the reader cannot read its read-only unit before the attacks"

# ---- a unit that is read-only ----

resets() { cat "$TARGET/core/iblock_2/unit/statistics/scsi_lu/resets"; }
count=$(resets)
guest_spawn reader reads "while [ ! -e /tmp/stop ]; do
	dd if=/dev/$readonly of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null || exit 1
done"
for name in read-only read-only-resets; do
	guest_must mallory "hostile scsi 0 $name" 180
done
guest_must reader 'touch /tmp/stop'
guest_join reader reads >/dev/null || fail "a read of the reader failed"
same "resets of the unit" "$(resets)" "$count"
say "a guest that may only read a unit cannot stop or reset it for the other guest"

# ---- a unit that is reserved ----

guest_must mallory 'hostile scsi 0 reserve' 120
reads "$writable" || fail "a guest's reservation does not end with its connection"
reads "$readonly" || fail "the reader cannot read its other unit"
say "a reservation has ended with the connection"

guest_destroy mallory
guest_destroy reader
must xenstore-rm "$(scsi_back mallory)"
wait_for 60 scsi_gone mallory
scsi_clear reader
for unit in 0 2; do
	must rm "$second/lun/lun_$unit/port"
	must rmdir "$second/lun/lun_$unit"
done
must rmdir "$second"
scsi_end
census_back_to "$before"
pass
