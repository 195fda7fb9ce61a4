# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Virtual SCSI hosts: targets in configfs, made without targetcli, and the nodes that a toolstack writes. xl does not support vscsi.

TARGET=/sys/kernel/config/target
SCSI_PORT=$TARGET/xen-pvscsi/naa.6001405000000001/tpgt_1

# scsi_begin: loads the driver, and creates a target with a session and no unit.
scsi_begin() {
	must modprobe target_core_mod
	mountpoint -q /sys/kernel/config || must mount -t configfs configfs /sys/kernel/config
	must modprobe xen-scsiback
	must mkdir -p "$SCSI_PORT"
	echo naa.6001405000000002 >"$SCSI_PORT/nexus" || fail "no nexus"
}

# scsi_ram N MIB [TYPE], scsi_file N MIB and scsi_disk_of_dom0 N DISK [HOW]: create unit N of the target: of memory, with that type of
# protection information; of the file /run/scsiN.img; or of a disk, with more parameters for its control file.
scsi_ram() {
	must mkdir -p "$TARGET/core/rd_mcp_$1/unit"
	echo "rd_pages=$(($2 * 256))" >"$TARGET/core/rd_mcp_$1/unit/control" || fail "no memory for unit $1"
	scsi_unit "$1" "$TARGET/core/rd_mcp_$1/unit" "${3:-}"
}

scsi_file() {
	must truncate -s "$2M" "/run/scsi$1.img"
	must mkdir -p "$TARGET/core/fileio_$1/unit"
	echo "fd_dev_name=/run/scsi$1.img,fd_dev_size=$(($2 << 20))" >"$TARGET/core/fileio_$1/unit/control" || fail "no file for unit $1"
	scsi_unit "$1" "$TARGET/core/fileio_$1/unit"
}

scsi_disk_of_dom0() {
	must mkdir -p "$TARGET/core/iblock_$1/unit"
	echo "udev_path=$2${3:+,$3}" >"$TARGET/core/iblock_$1/unit/control" || fail "no disk for unit $1"
	scsi_unit "$1" "$TARGET/core/iblock_$1/unit"
}

scsi_unit() {
	echo 1 >"$2/enable" || fail "unit $1 cannot be enabled"
	[ -z "${3:-}" ] || echo "$3" >"$2/attrib/pi_prot_type" || fail "unit $1 keeps no protection information"
	must mkdir -p "$SCSI_PORT/lun/lun_$1"
	must ln -s "$2" "$SCSI_PORT/lun/lun_$1/port"
}

# scsi_end: removes the target in the order that rtslib uses, and unloads the driver.
scsi_end() {
	local folder
	for folder in "$SCSI_PORT"/lun/lun_[0-9]*; do
		must rm "$folder/port"
		must rmdir "$folder"
	done
	must rmdir "$SCSI_PORT" "${SCSI_PORT%/*}"
	rmdir "$TARGET/xen-pvscsi" 2>/dev/null
	for folder in "$TARGET"/core/{rd_mcp,fileio,iblock}_*/unit; do
		[ ! -d "$folder" ] || must rmdir "$folder" "${folder%/*}"
	done
	must rmmod "$(scsi_module)" target_core_iblock target_core_file target_core_mod
	rm -f /run/scsi*.img
}

scsi_module() {
	[ "$LAB_DRIVERS" = intree ] && echo xen_scsiback || echo dom0_scsiback
}

scsi_back() {
	echo "/local/domain/0/backend/vscsi/${GUEST_ID[$1]}/0"
}

# scsi_name_unit NAME N ADDRESS: writes the nodes of dev-N, with a state that requests the unit. dev-N is unit N of the target, or of the
# port group whose alias is SCSI_ALIAS.
scsi_name_unit() {
	local dev
	dev=$(scsi_back "$1")/vscsi-devs/dev-$2
	must xenstore-write "$dev/p-dev" "${SCSI_ALIAS:-naa.6001405000000001}:$2" "$dev/v-dev" "$3" "$dev/state" 1
}

# scsi_attach NAME N ADDRESS: attaches a host with one unit.
scsi_attach() {
	local id=${GUEST_ID[$1]} back front
	back=$(scsi_back "$1") front=/local/domain/$id/device/vscsi/0
	scsi_name_unit "$1" "$2" "$3"
	must xenstore-write "$back/frontend-id" "$id" "$back/frontend" "$front" "$back/online" 1 "$back/feature-host" 0
	must xenstore-chmod -r "$back" n0 "r$id"
	must xenstore-write "$front/backend-id" 0 "$front/backend" "$back"
	must xenstore-chmod -r "$front" "n$id" r0
	# Write both states at once: each end reads the other's state as soon as its own exists, and the in-tree driver fails without it.
	must xenstore-write "$back/state" 1 "$front/state" 1
}

# scsi_state NAME [N]: prints the state of the host, or of its dev-N.
scsi_state() {
	xenstore-read "$(scsi_back "$1")${2:+/vscsi-devs/dev-$2}/state" 2>/dev/null
}

scsi_is() {
	[ "$(scsi_state "$1" "${3:-}")" = "$2" ]
}

# scsi_connected NAME N: waits for the host and its dev-N.
scsi_connected() {
	wait_for 60 scsi_is "$1" 4 "$2"
	wait_for 60 scsi_is "$1" 4
}

# scsi_disk NAME ADDRESS: prints the name of that disk in the guest.
scsi_disk() {
	guest_must "$1" "until set -- /sys/bus/scsi/devices/$2/block/sd* && [ -b /dev/\${1##*/} ]; do usleep 100000; done; echo \${1##*/}"
}

# scsi_add NAME N ADDRESS and scsi_remove NAME N: add and remove a unit while the guest runs.
scsi_add() {
	scsi_name_unit "$1" "$2" "$3"
	must xenstore-write "$(scsi_back "$1")/state" 7
	scsi_connected "$1" "$2"
}

scsi_remove() {
	must xenstore-write "$(scsi_back "$1")/vscsi-devs/dev-$2/state" 5 "$(scsi_back "$1")/state" 7
	wait_for 60 scsi_is "$1" 6 "$2"
	wait_for 60 scsi_is "$1" 4
	must xenstore-rm "$(scsi_back "$1")/vscsi-devs/dev-$2"
}

# scsi_detach NAME: detaches the host as a toolstack does.
scsi_detach() {
	local back
	back=$(scsi_back "$1")
	must xenstore-write "$back/online" 0 "$back/state" 5
	wait_for 60 scsi_is "$1" 6
	must xenstore-rm "$back"
	must xenstore-rm "/local/domain/${GUEST_ID[$1]}/device/vscsi/0"
	# The frontend would take a new device that is attached too soon for the old one.
	guest_must "$1" 'while [ -e /sys/bus/xen/devices/vscsi-0 ]; do usleep 100000; done'
}

# scsi_clear NAME: removes the nodes after the guest is gone, as xl does for the devices that it supports.
scsi_clear() {
	must xenstore-rm "$(scsi_back "$1")"
	wait_for 60 scsi_gone "$1"
	xenstore-rm /local/domain/0/backend/vscsi
	xenstore-rm /local/domain/0/error/backend/vscsi 2>/dev/null
}

# Our driver may go on with a device that has left the bus. It is then still in the table.
scsi_gone() {
	[ ! -e "/sys/bus/xen-backend/devices/vscsi-${GUEST_ID[$1]}-0" ] &&
		! grep -qs "^vscsi-${GUEST_ID[$1]}-0 " /sys/kernel/debug/dom0/xenbus/devices
}

# scsi_fill NAME DISK SEED MIB and scsi_verify: write and verify data on the disk itself, bypassing the guest's cache.
scsi_fill() {
	guest_must "$1" "pattern $3 $(($4 << 20)) | dd of=/dev/$2 bs=1M oflag=direct iflag=fullblock" >/dev/null
}

scsi_verify() {
	local sum
	sum=$(guest_must "$1" "dd if=/dev/$2 bs=1M count=$4 iflag=direct 2>/dev/null | sha256")
	same "checksum of $2 in guest $1" "${sum%% *}" "$(expected "$3" "$4")"
}
