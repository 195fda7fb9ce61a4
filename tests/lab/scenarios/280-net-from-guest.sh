# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: for packets from a guest, copies fit their array, requests are read once, GSO checksums are completed, segments fit the packet and the MTU, and GRO merges none; without memory packets are dropped; features do not carry over to the next frontend
# cpus: 2
# drivers: ours
. /lab/lib/hostile.sh
. /lab/lib/net.sh
tracing=/sys/kernel/tracing
before=$(census)
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl network-attach mallory bridge=xenbr0
mallory_may_look vif
vif=vif${GUEST_ID[mallory]}.0

# In the traces, "work" counts the packets of one poll, and "packets" those of one round of a poll.
: >$tracing/trace
must eval "echo 'budget == 256 && work > 64' >$tracing/events/napi/napi_poll/filter"
must eval "echo 'packets > 64' >$tracing/events/dom0_netback/vif_tx_batch/filter"
must eval "echo 1 >$tracing/events/napi/napi_poll/enable"
must eval "echo 1 >$tracing/events/dom0_netback/vif_tx_batch/enable"
python3 /lab/lib/busypoll.py 9 256 >/run/busypoll.out &
poller=$!
wait_for 20 grep -q listening /run/busypoll.out
polled() { grep -c "napi_poll:.*$vif" $tracing/trace; }
# The program polls most of the time, but not all of it.
for _ in 1 2 3 4 5; do
	guest_must mallory 'hostile net 0 full-ring' 300
	[ "$(polled)" = 0 ] || break
done
kill $poller
wait $poller 2>/dev/null
echo 0 >$tracing/events/napi/napi_poll/enable
echo 0 >$tracing/events/dom0_netback/vif_tx_batch/enable
echo 0 >$tracing/events/napi/napi_poll/filter
echo 0 >$tracing/events/dom0_netback/vif_tx_batch/filter

polls=$(polled)
rounds=$(grep -c 'vif_tx_batch:' $tracing/trace)
[ "$polls" -gt 0 ] || fail "no poll took more than 64 packets, so nothing was tested"
same "rounds of more than 64 packets" "$rounds" 0
say "$polls polls took more than 64 packets each, no round did"

guest_must mallory 'hostile net 0 race-size' 300

dropped=$(nic_counter "$vif" rx_dropped) fixed=$(nic_counter "$vif" rx_gso_checksum_fixup)
guest_must mallory 'hostile net 0 gso-ipv6-without-checksum' 120
same "checksums completed" "$(nic_counter "$vif" rx_gso_checksum_fixup)" $((fixed + 1))
same "packets dropped" "$(nic_counter "$vif" rx_dropped)" "$dropped"

# refused CASE COUNTER: checks that Dom0 drops one packet of this case, and counts it.
refused() {
	local before
	before="$(nic_counter "$vif" rx_dropped) $(nic_counter "$vif" "$2")"
	guest_must mallory "hostile net 0 $1" 120
	same "$1: rx_dropped and $2" "$(nic_counter "$vif" rx_dropped) $(nic_counter "$vif" "$2")" \
		"$((${before% *} + 1)) $((${before#* } + 1))"
}
refused checksum-short-header rx_dropped
refused gso-size-2900 rx_gso_too_long
# The kernel would walk all extension headers of the packet, and write to the log.
refused checksum-ipv6-long-chain rx_dropped
dmesg | grep 'bad partial csum' && fail "the kernel walked extension headers of 64 KiB"

# A network device that segments packets gets a GSO packet unchanged. It gets none that the IP layer has cut to less than a segment.
must modprobe dummy numdummies=0
must ip link add sink type dummy
must ip link set sink up
must ip route add 10.77.0.0/24 dev sink
forwards=$(cat /proc/sys/net/ipv4/ip_forward)
echo 1 >/proc/sys/net/ipv4/ip_forward
must eval "echo 'name == \"sink\" && gso_size != 0' >$tracing/events/net/net_dev_start_xmit/filter"
must eval "echo 1 >$tracing/events/net/net_dev_start_xmit/enable"
: >$tracing/trace
for length in 40 60; do
	guest_must mallory "hostile net 0 gso-routed-cut-to-$length" 120
done
guest_must mallory 'hostile net 0 gso-routed' 120
echo 0 >$tracing/events/net/net_dev_start_xmit/enable
# sink_got: the length, gso_size and gso_type of each packet with segmentation. Type 1 is TCP of IPv4, and 2 says that its source is not trusted.
sink_got() {
	grep 'net_dev_start_xmit: dev=sink' $tracing/trace |
		sed -n 's/.* len=\([0-9]*\) .*gso_size=\([0-9]*\) .*gso_type=\(0x[0-9a-f]*\).*/\1 \2 \3/p'
}
same "packets that the device segments" "$(sink_got)" "3054 1448 0x3"

# GRO would merge these packets. Then a device without frag_list would make the stack segment them, which ends in BUG().
must ethtool -K sink tx-scatter-gather-fraglist off
must ethtool -K "$vif" gro on
: >$tracing/trace
echo 1 >$tracing/events/net/net_dev_start_xmit/enable
guest_must mallory 'hostile net 0 gso-merged-head' 120
echo 0 >$tracing/events/net/net_dev_start_xmit/enable
echo 0 >$tracing/events/net/net_dev_start_xmit/filter
must ethtool -K "$vif" gro off
same "packets that GRO might merge" "$(sink_got | sort | uniq -c | sed 's/^ *//')" "19 1054 500 0x3"
echo "$forwards" >/proc/sys/net/ipv4/ip_forward
must ip link del sink

# A packet for which Dom0 has no memory gets the status XEN_NETIF_RSP_DROPPED, -2. An error would mean that the request was invalid.
lost=$(nic_counter "$vif" rx_no_buffer)
fault_fail vif_tx_alloc 12 1
said=$(guest_run mallory 'hostile net 0 good' 120)
same "packets dropped for lack of memory" "$(nic_counter "$vif" rx_no_buffer)" $((lost + 1))
case $said in
*'answered with -2'*) ;;
*) fail "a packet that Dom0 has no memory for: $said" ;;
esac
fault_off vif_tx_alloc

must ip link set "$vif" mtu 9000
guest_must mallory 'hostile net 0 feature-sg-letters && hostile net 0 feature-sg-0' 120
same "MTU for a frontend without feature-sg" "$(cat "/sys/class/net/$vif/mtu")" 1500
guest_must mallory 'hostile net 0 good' 120
same "MTU for the next" "$(cat "/sys/class/net/$vif/mtu")" 9000
mallory_stop
census_back_to "$before"
pass
