# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# drivers: ours
# long: yes
# timeout: 900
# proves: two and four guests with the same load on one slow disk get the same share of it, within 10 %
before=$(census)
must modprobe null_blk nr_devices=0
mountpoint -q /sys/kernel/config || must mount -t configfs configfs /sys/kernel/config
disk=/sys/kernel/config/nullb/slow
must mkdir $disk
for setting in size=1024 blocksize=4096 irqmode=0 submit_queues=1 hw_queue_depth=64 mbps=1 power=1; do
	must sh -c "echo ${setting#*=} >$disk/${setting%%=*}"
done
device=/dev/slow
wait_for 10 test -b "$device"

# Eight processes in each guest. Each reads one block after the other.
load='for i in 0 1 2 3 4 5 6 7; do
	( until [ -e /tmp/enough ]; do dd if=/dev/xvda of=/dev/null bs=4k count=1000 skip=$((i * 8192)) iflag=direct; done 2>/dev/null ) &
done; wait'
reads() { cat "/sys/bus/xen-backend/devices/vbd-${GUEST_ID[$1]}-51712/statistics/rd_req"; }
busy() { [ "$(reads "$1")" -gt $(($2 + 200)) ]; }
join() {
	guest_spawn "$1" load "$load"
	local had
	had=$(reads "$1")
	wait_for 60 busy "$1" "$had"
}
# measure GUEST...: counts the reads of 30 seconds: got, total and took, for shares.
measure() {
	local guest start
	local -A had=()
	total=0
	start=$(now)
	for guest in "$@"; do had[$guest]=$(reads "$guest"); done
	nap 30
	for guest in "$@"; do
		got[$guest]=$(($(reads "$guest") - had[$guest]))
		total=$((total + got[$guest]))
	done
	took=$(since "$start")
	say "$total reads of $# guests in $took s"
}
# shares GUEST...: fails unless each guest has an equal share within 10 per cent, while the disk is busy all the time.
shares() {
	local guest total took
	local -A got=()
	# The disk completes 256 reads per second. With much fewer reads, the processor is the bottleneck and not the disk, or the host has
	# stopped the computer for seconds. It rarely does so three times.
	for _ in 1 2 3; do
		measure "$@"
		[ "$total" -le $((${took%.*} * 200)) ] || break
	done
	[ "$total" -gt $((${took%.*} * 200)) ] || fail "the disk was not busy: $total reads in $took s"
	for guest in "$@"; do
		result "share of $guest among $#, in percent of an equal one" $((got[$guest] * 100 * $# / total))
	done
	for guest in "$@"; do
		if [ $((got[$guest] * 10 * $#)) -lt $((total * 9)) ] || [ $((got[$guest] * 10 * $#)) -gt $((total * 11)) ]; then
			fail "$guest had ${got[$guest]} of $total reads, among $# guests"
		fi
	done
}
# Attach the disk while it is idle: the hotplug script has a time limit.
for guest in alice bob carol dave; do
	guest_start $guest disk="$device,ro"
done
join alice
join bob
shares alice bob
join carol
join dave
shares alice bob carol dave
for guest in alice bob carol dave; do
	guest_must $guest 'touch /tmp/enough'
	guest_stop $guest
done
must sh -c "echo 0 >$disk/power"
must rmdir $disk
must rmmod null_blk
census_back_to "$before"
pass
