# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # RATE is for the caller
# Data that can be checked: every stream is `pattern SEED BYTES`, so that seed and size determine the checksum.

# expected SEED MIB: prints the checksum of such a stream.
expected() {
	local file=/run/expected-$1-$2
	[ -s "$file" ] || pattern "$1" $(($2 << 20)) | sha256sum | cut -d' ' -f1 >"$file"
	cat "$file"
}

# disk_fill NAME DEVICE SEED MIB: the guest makes an ext4 file system there, writes one file, and unmounts the disk.
disk_fill() {
	local start
	guest_must "$1" "mkfs.ext4 -q -F $2 && mount -t ext4 $2 /mnt" >/dev/null
	start=$(now)
	guest_must "$1" "pattern $3 $(($4 << 20)) >/mnt/data && umount /mnt" >/dev/null
	RATE=$(rate "$4" "$start")
}

# disk_verify NAME DEVICE SEED MIB: the guest reads the file back from the disk.
disk_verify() {
	local start sum
	guest_must "$1" "mount -t ext4 -o ro $2 /mnt" >/dev/null
	start=$(now)
	sum=$(guest_must "$1" 'sha256 /mnt/data && umount /mnt')
	RATE=$(rate "$4" "$start")
	same "checksum in guest $1" "${sum%% *}" "$(expected "$3" "$4")"
}

# backing_verify DEVICE SEED MIB: Dom0 reads the same file on the backing device.
backing_verify() {
	local start sum
	must mount -t ext4 -o ro "$1" /mnt
	start=$(now)
	sum=$(sha256sum </mnt/data)
	RATE=$(rate "$3" "$start")
	must umount /mnt
	same "checksum in Dom0 of $1" "${sum%% *}" "$(expected "$2" "$3")"
}

# tcp_to_dom0 NAME SEED MIB and tcp_to_guest NAME ADDRESS SEED MIB: one stream, whose checksum the receiver computes.
tcp_to_dom0() {
	local start sum
	expected "$2" "$3" >/dev/null
	tcp receive 7001 | sha256sum >/run/tcp.sum &
	start=$(now)
	guest_must "$1" "pattern $2 $(($3 << 20)) | tcp send 10.0.0.1 7001" >/dev/null
	wait $!
	RATE=$(rate "$3" "$start")
	read -r sum _ </run/tcp.sum
	same "checksum of the stream from $1" "$sum" "$(expected "$2" "$3")"
}

tcp_to_guest() {
	local start sum
	expected "$3" "$4" >/dev/null
	guest_spawn "$1" tcp 'tcp receive 7002 | sha256'
	start=$(now)
	pattern "$3" $(($4 << 20)) | must tcp send "$2" 7002
	sum=$(guest_join "$1" tcp)
	RATE=$(rate "$4" "$start")
	same "checksum of the stream to $1" "${sum%% *}" "$(expected "$3" "$4")"
}

# listening PORT: whether a program in Dom0 listens there.
listening() {
	ss -ltn | grep -q ":$1 "
}

# disk_busy DISK and nic_busy NETDEV: whether requests or packets pass at the moment, from any sender. The kernel's name of the
# disk may differ from DISK (guest/init).
disk_busy() {
	moves awk '{ print $1 + $5 }' "/sys/dev/block/$(stat -c %Hr:%Lr "/dev/$1")/stat"
}

nic_busy() {
	moves cat "/sys/class/net/$1/statistics/rx_packets"
}

# moves COMMAND...: whether the command's output changes within a moment.
moves() {
	local before
	before=$("$@")
	nap 0.3
	[ "$("$@")" != "$before" ]
}
