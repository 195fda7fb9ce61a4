# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest of 32 virtual CPUs works, with as many queues as our backends give it, and every CPU uses them
# long: yes
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare
must rmmod dom0_netback dom0_blkback
must modprobe dom0-blkback max_queues=16
must modprobe dom0-netback max_queues=8
before=$(census)
for type in pv pvh; do
	name=legion-$type
	guest_start "$name" type=$type vcpus=32 mem=512 disk=/dev/nvme0n5 nic=10.0.0.2
	same "CPUs at work" "$(guest_run "$name" nproc)" 32
	same "queues of the disk" "$(guest_run "$name" 'ls /sys/block/xvda/mq | wc -l')" 16
	same "queues of the network card" "$(guest_run "$name" 'ls -d /sys/class/net/eth0/queues/tx-* | wc -l')" 8
	# Every CPU reads a part of the disk of its own, and so by every queue.
	pattern 96 $((64 << 20)) >/dev/nvme0n5
	# shellcheck disable=SC2016 # for the guest's shell
	guest_must "$name" 'for cpu in $(seq 0 31); do
		taskset $(printf %x $((1 << cpu))) dd if=/dev/xvda of=/tmp/part.$cpu bs=64k count=32 skip=$((cpu * 32)) iflag=direct 2>/dev/null &
	done; wait'
	sum=$(guest_must "$name" 'for cpu in $(seq 0 31); do cat /tmp/part.$cpu; done | sha256; rm /tmp/part.*')
	same "what all of them read" "${sum%% *}" "$(expected 96 64)"
	guest_works "$name" "${type^^}, 32 CPUs" xvda nvme0n5 10.0.0.2 97
done
census_back_to "$before"
pass
