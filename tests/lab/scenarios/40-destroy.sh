# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest destroyed in the middle of full-depth I/O leaves nothing behind, PV or PVH, again and again
# cpus: 2
# timeout: 900
before=$(census)
iperf3 -s -D --pidfile /run/iperf3.pid
# With two virtual CPUs, emulated SVM leaves a PVH guest little time beside its own interrupts.
for kind in "pv 2" "pvh 1" "pv 2"; do
	read -r type vcpus <<<"$kind"
	guest_start mallory type="$type" vcpus="$vcpus" disk=/dev/nvme0n5 disk=/dev/nvme0n6 nic=10.0.0.4 tools=yes
	guest_spawn mallory fio 'chroot /tools fio --output=/dev/null --direct=1 --ioengine=libaio --iodepth=64 --time_based --runtime=900 \
		--name=small --filename=/dev/xvda --rw=randrw --bs=4k --name=large --filename=/dev/xvdb --rw=write --bs=256k'
	guest_spawn mallory net 'chroot /tools iperf3 -c 10.0.0.1 -t 900 --bidir >/dev/null'
	wait_for 120 disk_busy nvme0n5
	wait_for 120 disk_busy nvme0n6
	wait_for 120 nic_busy "vif${GUEST_ID[mallory]}.0"
	guest_destroy mallory
	# A connection that lost its other end would answer for minutes yet.
	kill "$(cat /run/iperf3.pid)"
	iperf3 -s -D --pidfile /run/iperf3.pid
	census_back_to "$before"
	say "$type guest destroyed under load, nothing left"
done
kill "$(cat /run/iperf3.pid)"
pass
