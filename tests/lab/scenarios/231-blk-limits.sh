# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# proves: a disk's limits hold for both queues together, and separately for reads and writes; no request is lost when a limit changes or the guest is destroyed; a guest that reconnects keeps within them
before=$(census)
queues=/sys/module/dom0_blkback/parameters/max_queues
queues_before=$(cat $queues)
echo 2 >$queues
guest_start alice vcpus=2 disk=/dev/nvme0n5
id=${GUEST_ID[alice]}
node=/local/domain/0/backend/vbd/$id/51712
counter() { cat "/sys/bus/xen-backend/devices/vbd-$id-51712/statistics/$1"; }
above() { [ "$(counter "$1")" -gt "$2" ]; }
ring_key() { awk -v key="$1" '$1 == key { print $2 }' "/sys/kernel/debug/dom0/blkback/vbd-$id-51712/rings"; }
held() { [ "$(ring_key held | awk '{ sum += $1 } END { print sum }')" -gt 0 ]; }
passed() { awk -v a="$1" -v b="$(now)" -v s="$2" 'BEGIN { exit b - a < s }'; }
limit() { must xenstore-write "$node/limits/$1" "$2"; }

# by_second COUNTER: prints its growth per second, measured over four seconds. It starts no program between reading the counter and the
# time, as that takes tenths of a second on a busy computer.
by_second() {
	local file=/sys/bus/xen-backend/devices/vbd-$id-51712/statistics/$1 from start to end
	read -r from <"$file"
	read -r start _ </proc/uptime
	wait_for 30 passed "$start" 4
	read -r to <"$file"
	read -r end _ </proc/uptime
	awk -v n=$((to - from)) -v a="$start" -v b="$end" 'BEGIN { print int(n / (b - a)) }'
}

# is_about WHAT COUNTER WANTED: fails unless the counter grows by WANTED per second, within 10 per cent, in one of three tries. A try in
# which this computer stops for a second has less, and one right after the stop has more.
is_about() {
	local what=$1 wanted=$3 n
	for _ in 1 2 3; do
		n=$(by_second "$2")
		say "$what: $n per second, limit $wanted"
		if [ $((n * 10)) -ge $((wanted * 9)) ] && [ $((n * 10)) -le $((wanted * 11)) ]; then
			return
		fi
	done
	fail "$what: $n per second instead of $wanted"
}

# work TAG OPTIONS: starts eight processes, four on each CPU, and so four on each queue. Fails if one of them does.
work() {
	guest_spawn alice "$1" "for cpu in 1 2 1 2 1 2 1 2; do
		( taskset \$cpu dd $2 || touch /tmp/$1.failed ) &
	done
	wait
	[ ! -e /tmp/$1.failed ]"
}

# Bytes read: 1 MiB per second on both queues together, then 2 MiB.
limit read-bytes 1048576
work read 'if=/dev/xvda of=/dev/null bs=64k count=120 iflag=direct'
wait_for 20 held
is_about "sectors read" rd_sect 2048
limit read-bytes 2097152,262144
is_about "sectors read when the limit is doubled" rd_sect 4096
same "queues" "$(ring_key rd_req | wc -l)" 2
for reads in $(ring_key rd_req); do
	[ "$reads" -gt 40 ] || fail "one of the queues had $reads reads"
done

# An invalid value is reported, and changes nothing.
limit read-bytes 5MiB
wait_for 10 xenstore-exists "/local/domain/0/error/backend/vbd/$id/51712/error"
must grep -q "limits/read-bytes is not of the form" <<<"$(xenstore-read "/local/domain/0/error/backend/vbd/$id/51712/error")"
held || fail "an invalid limit removed the valid one"

# One byte per second: reads wait for hours. Writes are not delayed, and arrive intact on the disk.
limit read-bytes 1
stands_still() {
	reads=$(counter rd_sect)
	wait_for 10 passed "$(now)" 1
	[ "$(counter rd_sect)" = "$reads" ]
}
wait_for 30 stands_still
guest_must alice 'pattern 31 4194304 | dd of=/dev/xvda bs=64k seek=3200 iflag=fullblock oflag=direct' >/dev/null
[ $(($(counter rd_sect) - reads)) -le 512 ] || fail "$(($(counter rd_sect) - reads)) sectors were read at one byte per second"
same "data on the disk" "$(dd if=/dev/nvme0n5 bs=64k skip=3200 count=64 iflag=direct 2>/dev/null | sha256sum)" "$(pattern 31 4194304 | sha256sum)"
held || fail "no read waits"

# When the limit is removed, the reads end at once.
must xenstore-rm "$node/limits/read-bytes"
guest_join alice read >/dev/null || fail "reads failed after they had waited"
above rd_rate_waits 0 || fail "no read was counted as waiting"
above rd_rate_usecs 1000000 || fail "the time that reads waited was not counted"
same "writes that waited without a limit" "$(counter wr_rate_waits)" 0

# Operations of any size: 50 writes per second.
limit write-ops 50
work write 'if=/dev/zero of=/dev/xvda bs=4k count=4000 oflag=direct'
wait_for 20 held
is_about "writes" wr_req 50

# A guest is destroyed while its requests wait.
limit write-ops 1
guest_spawn alice more 'dd if=/dev/zero of=/dev/xvda bs=1M oflag=direct seek=64 count=16'
wait_for 20 held
guest_destroy alice
echo "$queues_before" >$queues

# A guest that disconnects while its reads wait, and reconnects: eight times 1408 KiB at 64 KiB per second.
guest_start mallory
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl block-attach mallory phy:/dev/nvme0n5 xvda w
id=${GUEST_ID[mallory]}
node=/local/domain/0/backend/vbd/$id/51712
limit read-bytes 65536
start=$(now)
said=$(guest_run mallory 'hostile blk 51712 leave-with-full-ring') || fail "leave-with-full-ring: $said"
sectors=$(counter rd_sect)
allowed=$(awk -v a="$start" -v b="$(now)" 'BEGIN { print int(128 * (b - a + 3)) }')
say "$sectors sectors read by a guest that reconnects again and again, at most $allowed allowed"
above rd_rate_waits 0 || fail "no read of the guest that reconnects has waited"
[ "$sectors" -le "$allowed" ] || fail "$sectors sectors were read instead of $allowed"
guest_destroy mallory
xenstore-rm "/local/domain/0/error/backend/vbd/$id" 2>/dev/null
census_back_to "$before"
pass
