# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Attaches and detaches devices while there is other I/O. For scenarios to source.

# files_begin NAME DEVICE [MIB [MICROSECONDS]]: the guest writes, re-reads and verifies file after file of MIB there, each with other data
# than the one before, and sleeps MICROSECONDS in between. files_end NAME stops that, fails if a file was wrong or there was none, and
# sets FILES to their number.
files_begin() {
	local mib=${3:-8} words
	words="3 $(expected 3 "$mib") 4 $(expected 4 "$mib")"
	guest_must "$1" "mkfs.ext4 -q -F $2 && mount -t ext4 $2 /mnt && rm -f /tmp/stop" >/dev/null
	guest_spawn "$1" files "set -- $words
	while [ ! -e /tmp/stop ]; do
		pattern \$1 $((mib << 20)) >/mnt/data && sync && echo 3 >/proc/sys/vm/drop_caches
		[ \"\$(sha256 /mnt/data)\" = \"\$2  /mnt/data\" ] || exit 1
		echo round
		set -- \$3 \$4 \$1 \$2
		usleep ${4:-0}
	done"
}

files_end() {
	local rounds
	guest_must "$1" 'touch /tmp/stop'
	rounds=$(guest_join "$1" files) || fail "guest $1 read wrong data"
	guest_must "$1" 'umount /mnt'
	# shellcheck disable=SC2034 # for the caller
	FILES=$(grep -cx round <<<"$rounds")
	[ "$FILES" -gt 0 ] || fail "guest $1 verified no file"
}

# disk_comes_and_goes NAME DISK [DEVICE]: attaches DISK as xvdb, writes, detaches, and checks the data on the backing device. The data is
# not that of an earlier call or guest, which may still be there.
VISITS=0
disk_comes_and_goes() {
	local got seed device=${3:-xvdb}
	VISITS=$((VISITS + 1))
	seed=$((1000 * ${GUEST_ID[$1]:-0} + VISITS))
	must xl block-attach "$1" "phy:/dev/$2" "$device" w
	guest_must "$1" "until [ -b /dev/$device ]; do usleep 200000; done
		pattern $seed 4194304 | dd of=/dev/$device bs=64k oflag=direct" >/dev/null
	must xl block-detach "$1" "$device"
	guest_must "$1" "while [ -b /dev/$device ]; do usleep 200000; done"
	got=$(head -c 4194304 "/dev/$2" | sha256sum)
	same "data behind the detached disk" "${got%% *}" "$(expected $seed 4)"
}

# nic_comes_and_goes NAME: attaches, uses and detaches a second network card.
nic_comes_and_goes() {
	must xl network-attach "$1" bridge=xenbr0
	guest_must "$1" 'until [ -e /sys/class/net/eth1 ]; do usleep 200000; done
		ip addr add 10.0.1.2/24 dev eth1 && ip link set eth1 up'
	ip addr add 10.0.1.1/24 dev xenbr0
	wait_for 60 guest_run "$1" 'ping -c 1 -W 1 -I eth1 10.0.1.1'
	must xl network-detach "$1" 1
	guest_must "$1" 'while [ -e /sys/class/net/eth1 ]; do usleep 200000; done'
	ip addr del 10.0.1.1/24 dev xenbr0
}
