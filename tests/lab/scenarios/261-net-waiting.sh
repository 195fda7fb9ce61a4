# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: packets from one guest that wait for another pin no more of Dom0's memory than max_waiting_mb allows, whatever other packets share their pages
# drivers: ours
. /lab/lib/net.sh

free_kib() { awk '/^MemFree/ { print $2 }' /proc/meminfo; }
mac_of() { xenstore-read "/local/domain/0/backend/vif/${GUEST_ID[$1]}/0/mac"; }
waiting() { tc -s qdisc show dev "$1" | awk '$1 == "backlog" { print int($3); exit }'; }

# pins WHAT SCATTER-WORDS...: alice sends packets that bob does not receive. Bob's queue may use 4 of the 8 MiB. The other 8 MiB of the limit below are for memory that Dom0 uses for something else meanwhile.
pins() {
	local what=$1 before full pinned
	shift
	tc qdisc replace dev "$vif" root pfifo limit 100000
	before=$(free_kib)
	full=$(nic_counter "$vif" tx_backlog_full)
	guest_spawn alice scatter "chroot /tools python3 /tmp/scatter.py eth0 120 $*"
	wait_for 100 nic_moved "$vif" tx_backlog_full "$full"
	pinned=$((before - $(free_kib)))
	say "$what: $(waiting "$vif") packets wait, and Dom0 has $pinned KiB less"
	guest_must alice 'killall python3'
	guest_join alice scatter >/dev/null || true
	[ "$pinned" -lt 12288 ] || failed="$failed $what use $pinned KiB."
	# The packets that wait are dropped with their queueing discipline.
	tc qdisc del dev "$vif" root
}

before=$(census)
must rmmod dom0_netback
must modprobe dom0-netback rx_drain_timeout_msecs=600000 rx_stall_timeout_msecs=0 max_waiting_mb=8
guest_start alice mem=320 tools=yes nic=10.0.0.2
guest_start bob nic=10.0.0.3
vif=vif${GUEST_ID[bob]}.0
file_install alice /lab/lib/scatter.py
must bridge fdb replace "$(mac_of bob)" dev "$vif" master static
for netdev in "vif${GUEST_ID[alice]}.0" "$vif" xenbr0; do
	must ip link set "$netdev" mtu 9000
done
guest_must alice 'ip link set eth0 mtu 9000'
wait_for 60 guest_run bob 'ping -c 1 -W 1 10.0.0.1'
guest_must bob 'ip link set eth0 down'
dom0=$(cat /sys/class/net/xenbr0/address)

failed=
pins "frames of 60 bytes" mixed 60 "$(mac_of bob)" "$dom0" 16
pins "frames of 1700 bytes" mixed 1700 "$(mac_of bob)" "$dom0" 8
pins "TCP segments of 8 bytes" stream 8 "$(mac_of bob)"
[ -z "$failed" ] || fail "packets that wait:$failed"

must ip link set xenbr0 mtu 1500
guest_destroy bob
guest_stop alice
must rmmod dom0_netback
must modprobe dom0-netback
census_back_to "$before"
pass
