# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Measures the cost of a byte and of a packet over a vif in Dom0.
#
#   guest a (10.9.0.2) --- vifA.0 --- xenbr0 (10.9.0.1) --- vifB.0 --- guest b (10.9.0.3)
#
# timeout: 3000
# cpus: 1

# shellcheck source=tests/bench/lib.sh
. /lab/bench/lib.sh

cases=(tcp-guest-to-dom0 tcp-dom0-to-guest tcp-guest-to-guest udp64-guest-to-dom0 udp64-dom0-to-guest ping-dom0
	ping-guest drop-udp64-guest-tx drop-udp1400-guest-tx pktgen64-guest-rx pktgen1400-guest-rx)
for i in "${!cases[@]}"; do
	cases[i]=net-$LAB_GUEST-${cases[i]}
done
wanted_any "${cases[@]}" || pass

ip addr add 10.9.0.1/24 dev xenbr0 2>/dev/null
ip link set xenbr0 up
guest_start a type="$LAB_GUEST" mem=384 tools=yes nic=10.9.0.2
guest_start b type="$LAB_GUEST" mem=384 tools=yes nic=10.9.0.3
vif_a=vif${GUEST_ID[a]}.0
vif_b=vif${GUEST_ID[b]}.0
from_a=/sys/class/net/$vif_a/statistics/rx
to_a=/sys/class/net/$vif_a/statistics/tx
to_b=/sys/class/net/$vif_b/statistics/tx
wait_for 60 guest_run a "ping -c 1 -W 1 10.9.0.1"
wait_for 60 guest_run b "ping -c 1 -W 1 10.9.0.1"
iperf3 -s -D
guest_must b "(chroot /tools iperf3 -s >/dev/null 2>&1 &)"
idle_phase

# load_phase CASE UNIT FILE DIVISOR GUEST-COMMAND
load_phase() {
	local case=net-$LAB_GUEST-$1 unit=$2 counter=$3 divisor=$4
	wanted "$case" || return 0
	guest_spawn a load "$5"
	wait_for 60 moving "$counter"
	measure "$case" "$unit" "$counter" "$divisor"
	guest_join a load 120 >/dev/null || fail "the load failed in $case"
}

load_phase tcp-guest-to-dom0 kb "${from_a}_bytes" 1024 "chroot /tools iperf3 -c 10.9.0.1 -t 4"
load_phase tcp-dom0-to-guest kb "${to_a}_bytes" 1024 "chroot /tools iperf3 -c 10.9.0.1 -t 4 -R"
load_phase tcp-guest-to-guest kb "${to_b}_bytes" 1024 "chroot /tools iperf3 -c 10.9.0.3 -t 4"
load_phase udp64-guest-to-dom0 packet "${from_a}_packets" 1 "chroot /tools iperf3 -u -b 0 -l 64 -c 10.9.0.1 -t 4"
load_phase udp64-dom0-to-guest packet "${to_a}_packets" 1 "chroot /tools iperf3 -u -b 0 -l 64 -c 10.9.0.1 -t 4 -R"

# The cases below measure the backend alone: the kernel's packet generator on one side, no receiver on the other.
# pktgen_setup DEVICE SIZE DELAY: shell commands that prepare the generator, the same in Dom0 and in a guest.
pktgen_setup() {
	local line
	echo "echo add_device $1 >/proc/net/pktgen/kpktgend_0"
	for line in "count 0" "pkt_size $2" "delay $3" "dst 10.9.0.99" "dst_mac 02:00:00:00:00:99"; do
		echo "echo $line >/proc/net/pktgen/$1"
	done
}

# pktgen_away DEVICE: shell commands that remove the device from the generator, and wait. Its thread does that when it next wakes up;
# a device that is added before is removed too.
pktgen_away() {
	echo "echo rem_device_all >/proc/net/pktgen/kpktgend_0"
	echo "while [ -e /proc/net/pktgen/$1 ]; do sleep 0.1; done"
}

# A filter drops the guest's packets at the vif, before Dom0's network stack.
drop_phase() {
	load_phase "$1" packet "${from_a}_packets" 1 "$(pktgen_setup eth0 "$2" 0)
		(echo start >/proc/net/pktgen/pgctrl) & sleep 4; echo stop >/proc/net/pktgen/pgctrl; wait
		$(pktgen_away eth0)"
}
guest_must a "insmod /tools/lib/modules/\$(uname -r)/kernel/net/core/pktgen.ko"
tc qdisc add dev "$vif_a" clsact
tc filter add dev "$vif_a" ingress protocol ip prio 1 u32 match ip protocol 17 0xff action drop
drop_phase drop-udp64-guest-tx 64
drop_phase drop-udp1400-guest-tx 1400
tc qdisc del dev "$vif_a" clsact

# Dom0 sends to an address that no host has, and the guest drops the packets. A generator that spins while the ring is full would
# count as work of Dom0. So it sends slower than any backend, and sleeps between packets (it spins for delays below 100 us).
pktgen_phase() {
	local case=net-$LAB_GUEST-$1 generator
	wanted "$case" || return 0
	. <(pktgen_setup "$vif_a" "$2" 500000)
	(echo start >/proc/net/pktgen/pgctrl) &
	generator=$!
	wait_for 30 moving "${to_a}_packets"
	measure "$case" packet "${to_a}_packets" 1
	echo stop >/proc/net/pktgen/pgctrl
	wait $generator
	. <(pktgen_away "$vif_a")
}
modprobe pktgen
pktgen_phase pktgen64-guest-rx 64
pktgen_phase pktgen1400-guest-rx 1400
rmmod pktgen

# ping_phase CASE ADDRESS: measures the round trip in microseconds. The guest waits first, as an answer takes many times as long
# while Dom0 still handles the command to the guest. The median keeps one late answer out of the result.
ping_phase() {
	local case=net-$LAB_GUEST-$1 median
	wanted "$case" || return 0
	median=$(guest_run a "sleep 1; ping -c 50 -i 0.05 $2" 60 | sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
		awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] * 1000 }')
	report bench "$case" round_trip_us "$median"
}
ping_phase ping-dom0 10.9.0.1
ping_phase ping-guest 10.9.0.3

guest_destroy a
guest_destroy b
pass
