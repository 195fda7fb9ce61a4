# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a frontend with a control ring gets each packet with the hash and in the queue that it has asked for; errors on the ring affect only that frontend; a guest without a control ring gets no hash
# long: yes
# timeout: 1500
. /lab/lib/net.sh
. /lab/lib/fault.sh
. /lab/lib/hostile.sh
ours=0
[ "$LAB_DRIVERS" = intree ] || ours=1
netback=dom0-netback
[ $ours = 1 ] || netback=xen-netback
trace=/sys/kernel/tracing
before=$(census)
# One queue for each CPU is the default, and this Dom0 has one CPU.
must modprobe -r $netback
must modprobe $netback max_queues=4
guest_start alice nic=10.0.0.2
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl network-attach mallory bridge=xenbr0
mallory_may_look vif
id=${GUEST_ID[mallory]}
vif=vif$id.0
wait_for 20 test -e "/sys/class/net/xenbr0/brif/$vif"
mac=$(xenstore-read "/local/domain/0/backend/vif/$id/0/mac")
same "control ring on offer" "$(xenstore-read "/local/domain/0/backend/vif/$id/0/feature-ctrl-ring")" 1

run_cases() {
	local case said
	for case in "$@"; do
		said=$(guest_run mallory "hostile net 0 $case" 300)
		say "$said"
		grep -q '^pass' <<<"$said" || fail "$case did not pass: $said"
	done
}

# Packets of IPv6 with and without ports, to an address that no host has.
must ip -6 addr add fd00::1/64 dev xenbr0 nodad
must ip neigh replace fd00::66 lladdr "$mac" dev xenbr0 nud permanent
python3 - <<'END' &
import socket, time
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
while True:
    try:
        udp.sendto(b"hello", ("fd00::66", 9))
        tcp = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        tcp.setblocking(False)
        tcp.connect_ex(("fd00::66", 9))
        tcp.close()
    except OSError:
        pass
    time.sleep(0.1)
END
sender=$!

run_cases control-good control-good-indices-wrap control-fields-bad xsa-270-mapping-bounds xsa-270-mapping-entries \
	control-grefs-bad control-grefs-mixed control-full-ring control-storm control-indices-overwritten \
	control-change-under-load control-close-in-flight control-without-ring control-without-channel \
	control-ring-all-ones control-ring-2-32 control-ring-letters control-ring-bad-loop control-channel-unused \
	control-channel-far
run_cases hash-1-queue hash-2-queues hash-4-queues hash-4-queues-changes hash-4-queues-refused hash-off hash-reconnect \
	hash-ipv6
kill $sender
wait $sender 2>/dev/null
must ip -6 addr del fd00::1/64 dev xenbr0

if [ $ours = 1 ]; then
	# A packet in Dom0 has the hash that the guest has sent with it. Which event it passes depends on GRO.
	for event in napi_gro_receive_entry netif_receive_skb_entry; do
		must eval "echo 1 >$trace/events/net/$event/enable"
	done
	run_cases hash-from-guest
	for event in napi_gro_receive_entry netif_receive_skb_entry; do
		must eval "echo 0 >$trace/events/net/$event/enable"
	done
	for hash in "40 l4_hash=0" "41 l4_hash=1" "42 l4_hash=0" "43 l4_hash=1"; do
		grep -q "dev=$vif .*hash=0x716253$hash" $trace/trace || fail "no packet in Dom0 with the hash ...$hash"
	done
	grep -q "dev=$vif .*hash=0x7162534[4-8]" $trace/trace && fail "a packet in Dom0 has a hash of an unknown type"
	echo >$trace/trace

	# Invalid indices stop the device. After a reconnection it works again.
	run_cases control-producer-size-plus-1 control-producer-2-31 control-producer-backwards control-spoiled \
		control-readonly xsa-155-control-size-toggle
	[ "$(nic_counter "$vif" ctrl_requests)" -gt 1000 ] || fail "requests are not counted"
	[ "$(nic_counter "$vif" ctrl_refused)" -gt 100 ] || fail "requests that were refused are not counted"
	[ "$(nic_counter "$vif" tx_hashed)" -gt 100 ] || fail "packets with a hash are not counted"

	# The driver is unbound while it handles a request.
	device=vif-$id-0
	driver=/sys/bus/xen-backend/drivers/dom0-vif
	stopping() { cat /proc/[0-9]*/stack 2>/dev/null | grep -q vif_ctrl_stop; }
	fault_hold vif_ctrl
	guest_spawn mallory held 'hostile net 0 hash-2-queues'
	wait_for 60 fault_held vif_ctrl
	said=$(cat "/sys/kernel/debug/dom0/netback/$device")
	grep -q '^control' <<<"$said" || fail "debugfs does not show the control ring"
	grep -q 'hash none flags 0x0 mapping 0' <<<"$said" || fail "a change is visible before its response: $said"
	echo "$device" >$driver/unbind &
	unbind=$!
	wait_for 20 stopping
	fault_release vif_ctrl
	wait $unbind || fail "the driver could not be unbound"
	wait_for 20 test ! -e "/sys/kernel/debug/dom0/netback/$device"
	must eval "echo $device >$driver/bind"
fi

# A guest without a control ring gets its packets without a hash.
vif=vif${GUEST_ID[alice]}.0
tcp_to_guest alice 10.0.0.2 5 8
tcp_to_dom0 alice 6 8
if [ $ours = 1 ]; then
	same "packets with a hash" "$(nic_counter "$vif" tx_hashed)" 0
	same "requests on a control ring" "$(nic_counter "$vif" ctrl_requests)" 0
	grep -q '^control' "/sys/kernel/debug/dom0/netback/vif-${GUEST_ID[alice]}-0" && fail "debugfs shows a control ring that the guest does not have"
fi
mallory_stop
guest_stop alice
must modprobe -r $netback
must modprobe $netback
census_back_to "$before"
pass
