# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest finds, reads and writes SCSI units backed by memory and by a file, which can be added and removed while it runs; Dom0 survives a guest that is destroyed
. /lab/lib/scsi.sh
before=$(census)
scsi_begin
scsi_ram 0 32
scsi_file 1 32

guest_start alice
guest_must alice 'modprobe -a xen-scsifront sd_mod'
scsi_attach alice 0 0:0:0:0
scsi_connected alice 0
disk=$(scsi_disk alice 0:0:0:0)
same "vendor" "$(guest_must alice "cat /sys/block/$disk/device/vendor" | xargs)" LIO-ORG
same "sectors" "$(guest_must alice "cat /sys/block/$disk/size")" $((32 * 2048))
scsi_fill alice "$disk" 21 24
scsi_verify alice "$disk" 21 24
say "a unit of memory has the data that the guest wrote"

scsi_add alice 1 0:0:1:5
second=$(scsi_disk alice 0:0:1:5)
scsi_fill alice "$second" 22 16
scsi_verify alice "$second" 22 16
guest_must alice "blockdev --flushbufs /dev/$second; sync"
same "checksum of the file" "$(head -c $((16 << 20)) /run/scsi1.img | sha256sum | cut -d' ' -f1)" "$(expected 22 16)"
scsi_verify alice "$disk" 21 24
say "a second unit was added while the guest ran, and its file has the data that the guest wrote"

# A port group and its session cannot be removed while they are in use.
rmdir "$SCSI_PORT" 2>/dev/null && fail "configfs removed a port group in use"
[ "$LAB_DRIVERS" = intree ] || { echo NULL 2>/dev/null >"$SCSI_PORT/nexus" && fail "configfs removed a session in use"; }

scsi_remove alice 1
guest_must alice "until [ ! -e /sys/block/$second ]; do usleep 100000; done"
scsi_verify alice "$disk" 21 24
say "the second unit was removed"

scsi_detach alice
guest_must alice "until [ ! -e /sys/block/$disk ]; do usleep 100000; done"
say "the host was detached"

# A guest is destroyed while it writes.
scsi_attach alice 1 0:0:0:0
scsi_connected alice 1
disk=$(scsi_disk alice 0:0:0:0)
scsi_verify alice "$disk" 22 16
guest_spawn alice work "while :; do dd if=/dev/zero of=/dev/$disk bs=1M count=16 oflag=direct; done"
scsi_moves() { [ "$(head -c 65536 /run/scsi1.img | tr -d '\0' | wc -c)" = 0 ]; }
wait_for 60 scsi_moves
guest_destroy alice
scsi_clear alice
scsi_end
census_back_to "$before"
pass
