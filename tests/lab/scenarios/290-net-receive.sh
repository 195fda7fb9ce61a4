# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: packets of several slots arrive complete, no packet is sent to a queue that the guest has closed, and one event channel for both rings delays no packet
# long: yes
# cpus: 2
. /lab/lib/net.sh
before=$(census)
split=/sys/module/dom0_netback/parameters/separate_tx_rx_irq
trace=/sys/kernel/tracing
pktgen=/proc/net/pktgen
guest_start alice vcpus=2 mem=320 tools=yes nic=10.0.0.2
echo N >$split
guest_start bob nic=10.0.0.3
echo Y >$split
vif=vif${GUEST_ID[alice]}.0

# Traffic in one direction at a time. A spurious event delays the events after it.
wait_for 60 guest_run bob 'ping -c 1 -W 1 10.0.0.1'
tcp_to_dom0 bob 1 16
tcp_to_guest bob 10.0.0.3 2 16
read -r events spurious < <(awk -v name="vif${GUEST_ID[bob]}.0-q0" '$1 == name { print $9, $11 }' /sys/kernel/debug/dom0/core/evtchns)
say "one channel for both rings: $events events, $spurious of them spurious"
[ "$events" -gt 20 ] || fail "only $events events"
[ $((spurious * 10)) -le "$events" ] || fail "$spurious of $events events were spurious"

# Segments that Dom0 merges by GRO, which is off by default, become packets of several slots.
must ethtool -K "$vif" gro on
guest_must alice 'chroot /tools /sbin/ip link set eth0 gso_max_size 16000'
must eval "echo 'p:segmented skb_segment' >>$trace/kprobe_events"
must eval "echo 1 >$trace/events/kprobes/segmented/enable"
guest_spawn bob stream 'tcp receive 7003 | sha256'
guest_must alice 'pattern 3 16777216 | tcp send 10.0.0.3 7003'
sum=$(guest_join bob stream)
same "checksum of the stream from guest to guest" "${sum%% *}" "$(expected 3 16)"
segmented=$(grep -c 'segmented:' $trace/trace)
must eval "echo 0 >$trace/events/kprobes/segmented/enable"
must eval "echo '-:segmented' >>$trace/kprobe_events"
same "packets that Dom0 cut into segments between two guests" "$segmented" 0
guest_stop bob

# The packet generator sends to the second queue, also after the guest has reconnected with one queue. It sends the first two packets
# without a pause, and the third one ten seconds later: the guest must have reconnected by then. A stop of the host may take that long,
# so there are three tries.
queues() { grep -c '^queue' "/sys/kernel/debug/dom0/netback/vif-${GUEST_ID[alice]}-0"; }
queues_are() { [ "$(queues)" = "$1" ]; }
sent() { sed -n 's/.*pkts-sofar: \([0-9]*\) .*/\1/p' "$pktgen/$vif"; }
two_sent() { [ "$(sent)" -ge 2 ]; }
reconnect() {
	guest_must alice "echo $1 >/sys/module/xen_netfront/parameters/max_queues
		echo vif-0 >/sys/bus/xen/drivers/vif/unbind && echo vif-0 >/sys/bus/xen/drivers/vif/bind"
	wait_for 20 queues_are "$1"
}
same "queues of $vif" "$(queues)" 2
for try in 1 2 3; do
	if [ "$try" -gt 1 ]; then
		reconnect 2
		guest_must alice 'ip link set eth0 up'
	fi
	must modprobe pktgen
	must eval "echo 'add_device $vif' >$pktgen/kpktgend_0"
	for word in 'count 3' 'clone_skb 9' 'delay 9999999999' 'pkt_size 60' 'queue_map_min 1' 'queue_map_max 1' 'dst_mac 02:00:00:00:00:01'; do
		must eval "echo '$word' >$pktgen/$vif"
	done
	echo start >$pktgen/pgctrl &
	generator=$!
	wait_for 20 two_sent
	reconnect 1
	early=$(sent)
	sleep 11
	echo stop >$pktgen/pgctrl
	wait $generator
	must rmmod pktgen
	[ "$early" -gt 2 ] || break
	say "the guest reconnected after the third packet, try $try"
done
guest_must alice 'ip addr replace 10.0.0.2/24 dev eth0 && ip link set eth0 up'
wait_for 60 guest_run alice 'ping -c 1 -W 1 10.0.0.1'
say "a packet for a queue without rings does no harm"
guest_stop alice
census_back_to "$before"
pass
