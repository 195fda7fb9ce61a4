# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest of 32 virtual CPUs works with as many queues as our backends offer, and each CPU reads the disk correctly
# long: yes
# timeout: 1200
# drivers: ours
# devices: ours
# kernel: stock debug bare

# works_with TYPE VCPUS: checks a guest whose disk gets a queue for each CPU, up to 16, and whose network card gets 8.
works_with() {
	local type=$1 vcpus=$2 name=legion-$1 queues=$(($2 < 16 ? $2 : 16)) sum
	# A guest asks for four queues by default.
	guest_start "$name" type="$type" vcpus="$vcpus" mem=512 disk=/dev/nvme0n5 nic=10.0.0.2 extra=xen_blkfront.max_queues=16
	same "online CPUs" "$(guest_run "$name" nproc)" "$vcpus"
	same "queues of the disk" "$(guest_run "$name" 'ls /sys/block/xvda/mq | wc -l')" $queues
	same "queues of the network card" "$(guest_run "$name" 'ls -d /sys/class/net/eth0/queues/tx-* | wc -l')" 8
	# Each CPU reads its own part of the disk, and so each queue is used.
	pattern 96 $((64 << 20)) | dd of=/dev/nvme0n5 bs=1M iflag=fullblock oflag=direct status=none
	guest_must "$name" "for cpu in \$(seq 0 $((vcpus - 1))); do
		taskset \$(printf %x \$((1 << cpu))) \
			dd if=/dev/xvda of=/tmp/part.\$cpu bs=64k count=$((1024 / vcpus)) skip=\$((cpu * $((1024 / vcpus)))) iflag=direct 2>/dev/null &
	done; wait"
	sum=$(guest_must "$name" "for cpu in \$(seq 0 $((vcpus - 1))); do cat /tmp/part.\$cpu; done | sha256; rm /tmp/part.*")
	same "checksum of the parts that all CPUs read" "${sum%% *}" "$(expected 96 64)"
	guest_works "$name" "${type^^}, $vcpus CPUs" xvda nvme0n5 10.0.0.2 97
}

must rmmod dom0_netback dom0_blkback
must modprobe dom0-blkback max_queues=16
must modprobe dom0-netback max_queues=8
before=$(census)
works_with pv 32
# On one emulated CPU, 32 CPUs of a PVH guest wait for one another until its kernel reports a hang.
works_with pvh 8
census_back_to "$before"
pass
