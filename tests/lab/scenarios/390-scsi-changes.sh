# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# drivers: ours
# proves: a SCSI host works on when its driver is unbound and bound, when its frontend reconnects, and when the toolstack's requests are invalid, repeated or missing
. /lab/lib/scsi.sh
before=$(census)
scsi_begin
scsi_ram 0 32
scsi_ram 1 8
scsi_ram 2 12

guest_start alice
guest_must alice 'modprobe -a xen-scsifront sd_mod'
scsi_attach alice 0 0:0:0:0
scsi_connected alice 0
disk=$(scsi_disk alice 0:0:0:0)
scsi_fill alice "$disk" 21 8

# The toolstack makes invalid requests: for a name that does not exist, and for an address that is in use.
scsi_refused() {
	must xenstore-write "$(scsi_back alice)/state" 7
	wait_for 60 scsi_is alice 6 "$1"
	wait_for 60 scsi_is alice 4
	xenstore-rm "/local/domain/0/error/backend/vscsi" 2>/dev/null
}
must xenstore-write "$(scsi_back alice)/vscsi-devs/dev-7/p-dev" naa.0:0 "$(scsi_back alice)/vscsi-devs/dev-7/v-dev" 0:0:7:0 \
	"$(scsi_back alice)/vscsi-devs/dev-7/state" 1
scsi_refused 7
must xenstore-rm "$(scsi_back alice)/vscsi-devs/dev-7"
scsi_name_unit alice 1 0:0:0:0
scsi_refused 1
# Removing the second does not remove the first. Linux's frontend removes its device at that address, but the backend still has the unit.
scsi_remove alice 1
guest_must alice "until [ ! -e /sys/block/$disk ]; do usleep 100000; done; echo 0 0 0 >/sys/class/scsi_host/host0/scan"
disk=$(scsi_disk alice 0:0:0:0)
scsi_verify alice "$disk" 21 8
say "a name that does not exist, and a second unit at an address, are refused"

# The toolstack requests a unit twice: it stays. It removes a unit's directory without a request: the unit is removed.
scsi_add alice 1 0:0:1:5
second=$(scsi_disk alice 0:0:1:5)
scsi_fill alice "$second" 22 4
scsi_add alice 1 0:0:1:5
scsi_verify alice "$second" 22 4
must xenstore-rm "$(scsi_back alice)/vscsi-devs/dev-1"
must xenstore-write "$(scsi_back alice)/state" 7
wait_for 60 scsi_is alice 4
guest_must alice "! dd if=/dev/$second of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null"
guest_must alice "echo 1 >/sys/block/$second/device/delete"
scsi_verify alice "$disk" 21 8
say "a unit stays when it is requested twice, and is removed with its directory"

# The toolstack replaces a unit between the reads of its name and of its address: the old unit must not appear at the new address.
fault_hold vscsi_unit_read
scsi_name_unit alice 1 0:0:2:0
must xenstore-write "$(scsi_back alice)/state" 7
wait_for 60 fault_held vscsi_unit_read
must xenstore-write "$(scsi_back alice)/vscsi-devs/dev-1/p-dev" naa.6001405000000001:2 \
	"$(scsi_back alice)/vscsi-devs/dev-1/v-dev" 0:0:3:0 "$(scsi_back alice)/vscsi-devs/dev-1/state" 1
fault_release vscsi_unit_read
scsi_connected alice 1
third=$(scsi_disk alice 0:0:3:0)
same "sectors of the unit that replaced another" "$(guest_must alice "cat /sys/block/$third/size")" $((12 * 2048))
scsi_remove alice 1
guest_must alice "until [ ! -e /sys/block/$third ]; do usleep 100000; done"
scsi_verify alice "$disk" 21 8
say "a unit that was replaced while it was read is not served at the new unit's address"

# The in-tree driver registers the same fabric name, so it must not load beside ours.
insmod "/lib/modules/$(uname -r)/kernel/drivers/xen/xen-scsiback.ko" 2>/run/insmod && fail "the in-tree driver was loaded beside ours"
grep -q 'busy\|exists' /run/insmod || fail "the in-tree driver: $(cat /run/insmod)"
say "the in-tree driver is refused"

# work_begin SEED: the guest writes that data again and again, and has written it once when this returns. work_end SEED: ends this, and
# verifies the data.
work_begin() {
	guest_spawn alice work "rm -f /tmp/enough
		until [ -e /tmp/enough ]; do pattern $1 8388608 | dd of=/dev/$disk bs=256k oflag=direct iflag=fullblock || exit 1; done"
	wait_for 60 guest_run alice 'grep -q "^32+0 records out" /tmp/work.out'
}
work_end() {
	guest_must alice 'touch /tmp/enough'
	guest_join alice work >/dev/null || fail "the guest's writes failed"
	scsi_verify alice "$disk" "$1" 8
}

# The driver is unbound while the guest writes, and bound again.
work_begin 23
device=vscsi-${GUEST_ID[alice]}-0
must sh -c "echo $device >/sys/bus/xen-backend/drivers/vscsi/unbind"
must sh -c "echo $device >/sys/bus/xen-backend/drivers/vscsi/bind"
wait_for 60 scsi_is alice 4
work_end 23
say "the driver was unbound and bound while the guest wrote"

# The same while xenstore fails: a later attempt adds the unit, its state stays, and the guest's writes wait.
work_begin 24
fault_fail vscsi_unit_read 5 2
must sh -c "echo $device >/sys/bus/xen-backend/drivers/vscsi/unbind"
must sh -c "echo $device >/sys/bus/xen-backend/drivers/vscsi/bind"
# The state stays 4 while the driver is unbound, so first wait until it has read the unit a second time.
looked_again() { [ "$(fault_hits vscsi_unit_read)" = 2 ]; }
wait_for 60 looked_again
wait_for 60 scsi_is alice 4
fault_off
must scsi_is alice 4 0
work_end 24
say "the driver was unbound and bound while xenstore failed"

# The frontend reconnects and finds its unit again. Linux's frontend reacts to the backend's state Closed, so it must see InitWait.
guest_must alice 'echo vscsi-0 >/sys/bus/xen/drivers/vscsi/unbind'
wait_for 60 scsi_is alice 6
must xenstore-write "/local/domain/${GUEST_ID[alice]}/device/vscsi/0/state" 1
wait_for 60 scsi_is alice 2
guest_must alice 'echo vscsi-0 >/sys/bus/xen/drivers/vscsi/bind'
scsi_connected alice 0
disk=$(scsi_disk alice 0:0:0:0)
scsi_verify alice "$disk" 24 8
say "the frontend reconnected"

guest_destroy alice
scsi_clear alice
scsi_end
census_back_to "$before"
pass
