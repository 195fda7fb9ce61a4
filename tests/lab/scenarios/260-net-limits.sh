# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the rate key and the limits hold for all queues together and lose no packet; packets for a guest that receives none use bounded memory; its vif has no carrier until it receives again
# cpus: 2
. /lab/lib/net.sh

# flood NAME [SOCKETS]: sends packets to a guest whose interface is down, so that it receives none. About 90 packets of each socket wait.
flood() {
	local pids=() i
	ip neigh replace 10.0.0.2 lladdr "$(xenstore-read "/local/domain/0/backend/vif/${GUEST_ID[$1]}/0/mac")" dev xenbr0 nud permanent
	guest_must "$1" 'ip link set eth0 down'
	for ((i = 0; i < ${2:-1}; i++)); do
		dd if=/dev/zero bs=1400 count=20000 2>/dev/null | timeout 20 socat -b 1400 -u STDIN UDP:10.0.0.2:9 &
		pids+=($!)
	done
	wait "${pids[@]}"
}

before=$(census)
must rmmod dom0_netback
must modprobe dom0-netback rx_drain_timeout_msecs=1000 rx_stall_timeout_msecs=4000
guest_start alice vcpus=2 mem=320 tools=yes nic=10.0.0.2
vif=vif${GUEST_ID[alice]}.0
node=/local/domain/0/backend/vif/${GUEST_ID[alice]}/0

# 1 MiB per second for all queues together: never more, and in one of three tries not much less, as this computer may be busy.
must xenstore-write "$node/rate" 52429,50000
iperf3 -s -D --pidfile /run/iperf3.pid
wait_for 10 listening 5201
sleep 1
for _ in 1 2 3; do
	sent=$(guest_must alice 'chroot /tools iperf3 -c 10.0.0.1 -P 2 -t 6 -f k' | awk '/SUM.*receiver/ { print int($6) }')
	say "limited to 8389 kbit/s, two streams reached $sent kbit/s"
	[ "$sent" -lt 9300 ] || fail "$sent kbit/s are above the limit of 8389 kbit/s"
	[ "$sent" -le 2000 ] || break
done
[ "$sent" -gt 2000 ] || fail "only $sent kbit/s with the limit of 8389 kbit/s"
waits=$(nic_counter "$vif" rx_rate_waits)
[ "$waits" -gt 0 ] || fail "no packet waited"

# An invalid value changes nothing; 0 removes the limit.
must xenstore-write "$node/rate" nonsense,5
still_limited() { guest_run alice 'chroot /tools iperf3 -c 10.0.0.1 -t 1' && nic_moved "$vif" rx_rate_waits "$waits"; }
wait_for 30 still_limited
must xenstore-write "$node/rate" 0,0
no_limit() {
	waits=$(nic_counter "$vif" rx_rate_waits)
	guest_run alice 'chroot /tools iperf3 -c 10.0.0.1 -P 2 -t 2' && [ "$(nic_counter "$vif" rx_rate_waits)" = "$waits" ]
}
wait_for 30 no_limit
kill "$(cat /run/iperf3.pid)"

# Removing a limit of one byte per hour takes effect at once, not after the hours for which the next packet would wait.
must xenstore-write "$node/rate" 1,3600000000
waits=$(nic_counter "$vif" rx_rate_waits)
guest_run alice 'ping -c 3 -W 1 10.0.0.1' >/dev/null
nic_moved "$vif" rx_rate_waits "$waits" || fail "no packet waited at one byte per hour"
must xenstore-write "$node/rate" 0,0
wait_for 20 guest_run alice 'ping -c 1 -W 1 10.0.0.1'

# Packets and bytes of either direction, each within 10 per cent over some seconds. by_second COUNTER: prints its growth per second. It
# starts no program between reading the counter and the time, as that takes tenths of a second on a busy computer.
passed() { awk -v a="$1" -v b="$(now)" 'BEGIN { exit b - a < 4 }'; }
by_second() {
	local file=/sys/class/net/$vif/statistics/$1 from start to end
	read -r from <"$file"
	read -r start _ </proc/uptime
	wait_for 30 passed "$start"
	read -r to <"$file"
	read -r end _ </proc/uptime
	awk -v n=$((to - from)) -v a="$start" -v b="$end" 'BEGIN { print int(n / (b - a)) }'
}
# limited KEY VALUE WAITS COUNTER: checks that endless traffic keeps to the limit, in one of three tries, and that the driver drops no packet.
limited() {
	local waits n dropped
	waits=$(nic_counter "$vif" "$3")
	# A burst of one second makes up for pauses of this computer. It is used up when a packet waits.
	must xenstore-write "$node/limits/$1" "$2,$2"
	wait_for 20 nic_moved "$vif" "$3" "$waits"
	dropped=$(nic_counter "$vif" tx_dropped)
	for _ in 1 2 3; do
		n=$(by_second "$4")
		say "$1 $2: $n per second"
		if [ $((n * 10)) -ge $(($2 * 9)) ] && [ $((n * 10)) -le $(($2 * 11)) ]; then
			same "packets dropped under $1" "$(nic_counter "$vif" tx_dropped)" "$dropped"
			must xenstore-rm "$node/limits/$1"
			return
		fi
	done
	fail "$1 $2: $n per second"
}
# A sender ends if its packet has no receiver, so start the receiver first.
receiver="cat /proc/net/udp* | grep -q ':0009 '"
guest_spawn alice sink 'chroot /tools timeout 300 socat -u UDP-RECV:9 OPEN:/dev/null'
wait_for 60 guest_run alice "$receiver"
timeout 300 socat -b 1400 -u OPEN:/dev/zero UDP:10.0.0.2:9 &
sender=$!
limited to-guest-packets 100 tx_rate_waits tx_packets
limited to-guest-bytes 200000 tx_rate_waits tx_bytes
kill $sender
socat -u UDP-RECV:9 OPEN:/dev/null &
sink=$!
wait_for 60 eval "$receiver"
guest_spawn alice source 'chroot /tools timeout 300 socat -b 1400 -u OPEN:/dev/zero UDP:10.0.0.1:9'
limited from-guest-packets 100 rx_rate_waits rx_packets
limited from-guest-bytes 200000 rx_rate_waits rx_bytes
guest_must alice 'killall socat'
guest_join alice source >/dev/null || true
kill $sink
must xenstore-write "$node/limits/to-guest-bytes" 2097152
tcp_to_guest alice 10.0.0.2 26 4
must xenstore-rm "$node/limits"

# A guest whose interface is down posts no more buffers.
free_before=$(awk '/^MemFree/ { print $2 }' /proc/meminfo)
flood alice
no_carrier() { [ "$(cat "/sys/class/net/$vif/carrier")" = 0 ]; }
has_carrier() { [ "$(cat "/sys/class/net/$vif/carrier")" = 1 ]; }
wait_for 20 no_carrier
free_after=$(awk '/^MemFree/ { print $2 }' /proc/meminfo)
[ $((free_before - free_after)) -lt 8192 ] || fail "20000 packets that were not received use $((free_before - free_after)) KiB"
say "no carrier after $(nic_counter "$vif" tx_stalls) stall, $(nic_counter "$vif" tx_dropped) packets dropped by the driver"
guest_must alice 'ip link set eth0 up'
wait_for 20 has_carrier
wait_for 20 guest_run alice 'ping -c 1 -W 1 10.0.0.1'
guest_stop alice

# One guest may use half of the memory for waiting packets: 512 KiB. A packet counts as 1442 bytes, three pages and 256 bytes. So
# 524288 / 13986 = 37 packets may wait, and one more that the driver has already taken. A timeout of 0 means that there is none.
must rmmod dom0_netback
must modprobe dom0-netback rx_drain_timeout_msecs=60000 rx_stall_timeout_msecs=0 max_waiting_mb=1
guest_start bob nic=10.0.0.2
vif=vif${GUEST_ID[bob]}.0
flood bob 8
nic_moved "$vif" tx_backlog_full 0 || fail "no packet was dropped because too many waited"
few_wait() {
	waiting=$(tc -s qdisc show dev "$vif" | awk '$1 == "backlog" { print int($3); exit }')
	[ "$waiting" -le 40 ]
}
wait_for 20 few_wait
say "$waiting packets wait, $(nic_counter "$vif" tx_backlog_full) were dropped because too many waited"
[ "$waiting" -gt 25 ] || fail "only $waiting packets wait"
same "carrier without a time limit" "$(cat "/sys/class/net/$vif/carrier")" 1
same "stalls without a time limit" "$(nic_counter "$vif" tx_stalls)" 0
ip neigh del 10.0.0.2 dev xenbr0
guest_destroy bob
must rmmod dom0_netback
must modprobe dom0-netback
census_back_to "$before"
pass
