# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: when a driver domain is destroyed under I/O, its guest's other disk and card work on; a new driver domain serves the guest, no data is lost, and nothing stays behind
# long: yes
# timeout: 1200
#
# When a disk's backend domain is destroyed with requests in flight, Linux 6.1 keeps the requests, and programs wait for them without
# end. Such a disk cannot be detached, so the new disk has another name. A network card can be detached.
. /lab/lib/driver_domain.sh
before=$(census)
driver_domain_start dora pv 10.0.0.2
ip addr add 10.0.1.1/24 dev xenbr0
guest_start alice backend=dora disk=/dev/xvda nic=10.0.0.3 backend= disk=/dev/nvme0n6 nic=10.0.1.3
guest_must alice 'mkdir /served && mkfs.ext4 -q -F /dev/xvda && mount /dev/xvda /served && pattern 45 8388608 >/served/kept && sync'

# Write to dora's disk and to Dom0's without the page cache: a program that waits for one must not wait for the other.
guest_spawn alice served 'while pattern 9 4194304 | dd of=/served/new bs=64k oflag=direct iflag=fullblock; do :; done'
guest_spawn alice own 'while pattern 3 4194304 | dd of=/dev/xvdb bs=64k oflag=direct iflag=fullblock &&
		[ "$(dd if=/dev/xvdb bs=64k count=64 iflag=direct | sha256)" = "'"$(expected 3 4)"'  -" ] && [ ! -e /tmp/stop ]; do
	:
done; [ -e /tmp/stop ]'
guest_spawn alice stream 'while pattern 4 65536; do :; done | tcp send 10.0.0.1 7009'
tcp receive 7009 >/dev/null &
receiver=$!
wait_for 60 disk_busy nvme0n5
wait_for 60 disk_busy nvme0n6
wait_for 60 nic_busy "vif${GUEST_ID[dora]}.0"
dead=${GUEST_ID[dora]}
guest_destroy dora
kill $receiver
say "dora destroyed while alice wrote to the disk and sent through the card that dora serves"

wait_for 60 disk_busy nvme0n6
tcp_to_guest alice 10.0.1.3 46 2
guest_must alice 'true' 30
say "alice's other disk and card work on"
alice=/local/domain/${GUEST_ID[alice]}
timeout 100 xl network-detach alice 0 || say "network-detach: exit code $?"
guest_must alice 'until [ ! -e /sys/class/net/eth0 ]; do usleep 200000; done'

driver_domain_start dora pv 10.0.0.2
must xl block-attach alice backend=dora,format=raw,vdev=xvdc,access=w,target=/dev/xvda
must xl network-attach alice backend=dora bridge=br0
guest_must alice 'until [ -b /dev/xvdc ] && [ -e /sys/class/net/eth0 ]; do usleep 200000; done
	ip addr add 10.0.0.3/24 dev eth0 && ip link set eth0 up && mkdir /again && mount -t ext4 /dev/xvdc /again'
# The file "new" may not be on the disk, if the journal did not have it yet.
kept=$(guest_must alice 'sha256 /again/kept && rm -f /again/new && umount /again')
same "checksum of what alice had written before" "${kept%% *}" "$(expected 45 8)"
disk_fill alice /dev/xvdc 47 16
disk_verify alice /dev/xvdc 47 16
wait_for 30 guest_run alice 'ping -c 1 -W 1 10.0.0.1'
tcp_to_dom0 alice 48 4
tcp_to_guest alice 10.0.0.3 49 4
say "a new dora serves alice: the data from before is intact, and disk and card work"

guest_must alice 'touch /tmp/stop'
guest_join alice own || fail "alice read wrong data from its other disk"
guest_destroy alice
wait_for 60 driver_domain_idle dora
guest_destroy dora
backing_verify /dev/nvme0n5 47 16
ip addr del 10.0.1.1/24 dev xenbr0
! xenstore-exists "/local/domain/$dead" || fail "xenstore still has nodes of the first dora: $(xenstore-ls -f "/local/domain/$dead")"
! xenstore-exists "$alice" || fail "xenstore still has nodes of alice: $(xenstore-ls -f "$alice")"
census_back_to "$before"
pass
