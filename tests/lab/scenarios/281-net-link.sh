# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a card that is unplugged in xenstore has no carrier and passes no packet while its guest gets responses; when it is plugged in again, it works; an invalid value changes nothing
# drivers: ours
. /lab/lib/net.sh
before=$(census)
guest_start alice nic=10.0.0.2
vif=vif${GUEST_ID[alice]}.0
node=/local/domain/0/backend/vif/${GUEST_ID[alice]}/0
error=/local/domain/0/error/backend/vif/${GUEST_ID[alice]}/0/error
device=vif-${GUEST_ID[alice]}-0

carrier_is() { [ "$(cat "/sys/class/net/$vif/carrier" 2>/dev/null)" = "$1" ]; }
pinged() { guest_run alice 'ping -c 1 -W 1 10.0.0.1' >/dev/null; }
told() { xenstore-read "$error" 2>/dev/null | grep -q 'link is neither'; }
# Every request of the ring has its response.
ring_idle() { awk '$1 == "tx" { exit $3 != $9 }' "/sys/kernel/debug/dom0/netback/$device"; }

wait_for 60 pinged
# Dom0's root has no other ping.
ping_guest() { busybox ping -c "$1" -W 1 10.0.0.2 >/dev/null; }
wait_for 20 ping_guest 1
tcp_to_dom0 alice 1 4

for round in 1 2; do
	must xenstore-write "$node/link" 0
	wait_for 20 carrier_is 0
	sent=$(nic_counter "$vif" rx_packets)
	got=$(nic_counter "$vif" tx_packets)
	dropped=$(nic_counter "$vif" rx_link_down)
	# 328 packets, more than a ring of 256 slots: a guest whose requests get no response would stall.
	guest_must alice 'for i in 1 2 3 4 5 6 7 8; do ping -s 60000 -c 1 -W 1 10.0.0.1 & done; wait' >/dev/null
	ping_guest 3 && fail "a ping reached a guest whose card is unplugged"
	pinged && fail "a ping came from a guest whose card is unplugged"
	nic_moved "$vif" rx_link_down "$dropped" || fail "the packets that the guest sent are not counted"
	same "packets from the guest in round $round" "$(nic_counter "$vif" rx_packets)" "$sent"
	same "packets to the guest in round $round" "$(nic_counter "$vif" tx_packets)" "$got"
	wait_for 20 ring_idle
	say "unplugged: $(($(nic_counter "$vif" rx_link_down) - dropped)) packets of the guest dropped"

	# An invalid value does not plug it in.
	xenstore-rm "$error" 2>/dev/null
	must xenstore-write "$node/link" up
	wait_for 20 told
	must carrier_is 0

	if [ $round = 1 ]; then
		must xenstore-write "$node/link" 1
	else
		must xenstore-rm "$node/link"
	fi
	wait_for 20 carrier_is 1
	wait_for 60 pinged
	tcp_to_dom0 alice $((10 + round)) 4
	tcp_to_guest alice 10.0.0.2 $((20 + round)) 4
done

# The setting stays for a frontend that reconnects.
must xenstore-write "$node/link" 0
wait_for 20 carrier_is 0
guest_must alice 'echo vif-0 >/sys/bus/xen/drivers/vif/unbind && echo vif-0 >/sys/bus/xen/drivers/vif/bind'
connected() { [ "$(device_state alice vif 0)" = 4 ]; }
wait_for 20 connected
guest_must alice 'ip addr replace 10.0.0.2/24 dev eth0 && ip link set eth0 up'
must carrier_is 0
pinged && fail "a frontend that reconnected plugged its card in"
must carrier_is 0
same "stalls, after which the vif has no carrier" "$(nic_counter "$vif" tx_stalls)" 0
must xenstore-rm "$node/link"
wait_for 20 carrier_is 1
wait_for 60 pinged

guest_stop alice
census_back_to "$before"
pass
