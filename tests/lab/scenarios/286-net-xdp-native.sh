# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 900
# proves: an XDP program on a vif sees each packet from the guest as a whole frame, and passes, drops, sends back, aborts or redirects it to another guest; programs change under traffic, stay while the driver is unbound, and leave with the vif
# drivers: ours
. /lab/lib/net.sh
before=$(census)
programs=$(python3 /lab/lib/vif_xdp.py count)
must modprobe -r dom0-netback
must modprobe dom0-netback max_queues=2
guest_start alice vcpus=2 mem=320 tools=yes nic=10.0.0.2
guest_start bob vcpus=2 nic=10.0.0.3
vif=vif${GUEST_ID[alice]}.0
other=vif${GUEST_ID[bob]}.0
node=/local/domain/0/backend/vif/${GUEST_ID[alice]}/0
bpf=/run/bpf
must mkdir $bpf
must mount -t bpf bpf $bpf
must python3 /lab/lib/vif_xdp.py pin $bpf "$other"

program() { must ip -force link set dev "$vif" xdpdrv pinned $bpf/"$1"; }
no_program() { must ip link set dev "$vif" xdpdrv off; }
counter() { nic_counter "$vif" "$1"; }
queues() { grep -c '^queue' "/sys/kernel/debug/dom0/netback/vif-${GUEST_ID[alice]}-0"; }
one_queue() { [ "$(queues)" = 1 ]; }
pinged() { guest_run alice 'ping -c 1 -W 1 10.0.0.1' >/dev/null; }

# udp CODE: runs Python in alice, with a socket s that is bound to a port.
udp() {
	guest_must alice "chroot /tools python3 -c 'import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"10.0.0.2\", 7000))
s.settimeout(20)
$1'" 120
}

wait_for 60 pinged
must ip link set dev "$vif" mtu 9000
ip link set dev "$vif" xdpdrv pinned $bpf/pass 2>/dev/null && fail "a program is attached in spite of a large MTU"
must ip link set dev "$vif" mtu 1500
program pass
must eval "ip -d link show dev $vif | grep -q 'prog/xdp'"
ip link set dev "$vif" mtu 9000 2>/dev/null && fail "a large MTU is set in spite of a program"

# Streams: segments that Dom0 makes, then those of the guest, whose data lies in several slots.
wait_for 60 pinged
tcp_to_dom0 alice 1 4
tcp_to_guest alice 10.0.0.2 2 2
guest_must alice 'chroot /tools ethtool -K eth0 tso off gso off'
tcp_to_dom0 alice 3 2
guest_must alice 'chroot /tools ethtool -K eth0 gso on tso on'
same "frames without headroom or too long" "$(counter rx_xdp_errors)" 0
say "streams verified through a program that passes all"

# Datagrams: Dom0 answers none of those to the ports of the program.
program ports
dropped=$(counter rx_dropped)
same "queues of $vif" "$(queues)" 2
udp 'for n in range(20):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"unwanted", ("10.0.0.1", 7001))
for n in range(3):
    s.sendto(b"aborted", ("10.0.0.1", 7004))
for n in [1, 2, 17, 100, 999, 1400, 1472] * 4:
    data = os.urandom(n)
    s.sendto(data, ("10.0.0.1", 7003))
    answer, sender = s.recvfrom(2000)
    assert answer == data and sender == ("10.0.0.1", 7003), (n, len(answer), sender)'
same "datagrams dropped" "$(counter rx_xdp_drop)" 20
for n in 0 1; do
	nic_moved "$vif" queue_${n}_rx_xdp_drop 0 || fail "queue $n got no datagram"
done
same "datagrams aborted" "$(counter rx_xdp_errors)" 3
same "packets dropped for a fault" "$(counter rx_dropped)" $((dropped + 3))
same "datagrams sent back" "$(counter rx_xdp_tx)" 28
echo_start
echo_install alice
echo_check alice 10.0.0.1 2
ip -6 addr add fd00::1/64 dev xenbr0 nodad
guest_must alice 'ip -6 addr add fd00::2/64 dev eth0'
wait_for 20 guest_run alice 'ping6 -c 1 -W 1 fd00::1'
echo_check alice fd00::1 2
ip -6 addr del fd00::1/64 dev xenbr0
echo_stop
say "datagrams dropped, aborted and sent back, with verified data"

# A limit counts what the program drops.
waits=$(counter rx_rate_waits)
xenstore-write "$node/limits/from-guest-packets" 20,1
udp 'for n in range(40):
    s.sendto(b"unwanted", ("10.0.0.1", 7001))'
wait_for 60 nic_moved "$vif" rx_xdp_drop 59
nic_moved "$vif" rx_rate_waits "$waits" || fail "no packet has waited for the limit"
xenstore-rm "$node/limits/from-guest-packets"

# Frames that are longer than a page are dropped.
guest_must alice 'ip link set eth0 mtu 9000'
guest_run alice 'ping -c 1 -W 1 -s 5000 10.0.0.1' >/dev/null && fail "a frame of 5042 bytes has passed"
guest_must alice 'ip link set eth0 mtu 1500'
same "frames too long" "$(counter rx_xdp_too_long)" 1

# From guest to guest, past the bridge.
program redirect
tcp=$(counter rx_xdp_redirect)
rounds=$(counter rx_batches)
lost=$(nic_counter "$other" tx_dropped)
expected 4 4 >/dev/null
guest_spawn bob tcp 'tcp receive 7002 | sha256'
guest_must alice 'pattern 4 4194304 | tcp send 10.0.0.3 7002' 300
sum=$(guest_join bob tcp)
same "checksum of the stream to bob" "${sum%% *}" "$(expected 4 4)"
nic_moved "$vif" rx_xdp_redirect $((tcp + 2800)) || fail "the stream was not redirected, frame by frame"
same "failed verdicts" "$(counter rx_xdp_errors)" 3
frames=$(($(counter rx_xdp_redirect) - tcp))
rounds=$(($(counter rx_batches) - rounds))
lost=$(($(nic_counter "$other" tx_dropped) - lost))
say "4 MiB verified from guest to guest by redirection: $frames frames in $rounds rounds, $lost of them dropped"

# A round ends once it has 64 frames. The last packet may have 46 segments.
[ $frames -le $((rounds * 110)) ] || fail "a round took too many frames"

# Redirected frames take the queue of their flow: flows are spread, and the packets of a flow stay together.
mark_queues() { for n in 0 1; do mark[n]=$(nic_counter "$other" queue_${n}_tx_packets); done; }
queue_moved() { [ $(($(nic_counter "$other" "queue_$1_tx_packets") - mark[$1])) -ge "$2" ]; }
both_moved() { queue_moved 0 "$1" && queue_moved 1 "$1"; }
one_moved() { queue_moved 0 "$1" || queue_moved 1 "$1"; }
mark=()
same "queues of bob" "$(nic_counter "$other" queue_1_tx_packets | wc -l)" 1
mark_queues
udp 'for n in range(60):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"flow", ("10.0.0.3", 7100 + n))'
wait_for 20 both_moved 10
guest_must bob 'ip -6 addr add fd00::3/64 dev eth0'
wait_for 20 guest_run alice 'ping6 -c 1 -W 1 fd00::3'
mark_queues
udp 'flow = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for n in range(60):
    flow.sendto(bytes(10 * n), ("fd00::3", 7100))'
wait_for 20 one_moved 60
both_moved 10 && fail "the packets of a flow took both queues"
say "redirected flows keep their queues"

# Frames for a card that is unplugged are counted.
unplugged() { [ "$(cat "/sys/class/net/$other/carrier")" = 0 ]; }
plugged() { [ "$(cat "/sys/class/net/$other/carrier")" = 1 ]; }
must xenstore-write "/local/domain/0/backend/vif/${GUEST_ID[bob]}/0/link" 0
wait_for 20 unplugged
lost=$(nic_counter "$other" tx_dropped)
udp 'for n in range(20):
    s.sendto(b"unplugged", ("10.0.0.3", 7001))'
wait_for 20 nic_moved "$other" tx_dropped $((lost + 19))
must xenstore-rm "/local/domain/0/backend/vif/${GUEST_ID[bob]}/0/link"
wait_for 20 plugged

# Programs come, change and go while a stream runs.
no_program
expected 5 24 >/dev/null
tcp receive 7001 | sha256sum >/run/tcp.sum &
receiver=$!
guest_spawn alice stream 'pattern 5 25165824 | tcp send 10.0.0.1 7001'
changes=0
while [ -d /proc/$receiver ]; do
	program pass
	program ports
	no_program
	changes=$((changes + 1))
done
wait $receiver
guest_join alice stream >/dev/null
read -r sum _ </run/tcp.sum
same "checksum of the stream" "$sum" "$(expected 5 24)"
say "24 MiB verified while programs changed $changes times"
[ $changes -gt 0 ] || fail "the programs did not change often enough"

# The program stays while the guest connects again with another number of queues.
program ports
sent_back=$(counter rx_xdp_tx)
guest_must alice 'echo 1 >/sys/module/xen_netfront/parameters/max_queues
	echo vif-0 >/sys/bus/xen/drivers/vif/unbind && echo vif-0 >/sys/bus/xen/drivers/vif/bind'
wait_for 20 one_queue
guest_must alice 'ip addr replace 10.0.0.2/24 dev eth0 && ip link set eth0 up'
wait_for 60 pinged
udp 's.sendto(b"once more", ("10.0.0.1", 7003))
assert s.recv(99) == b"once more"'
same "datagrams sent back" "$(counter rx_xdp_tx)" $((sent_back + 1))

# It stays while the driver is unbound; then no other can take its place, and the MTU cannot grow.
device=vif-${GUEST_ID[alice]}-0
driver=/sys/bus/xen-backend/drivers/dom0-vif
unbind() {
	must eval "echo $device >$driver/unbind"
	wait_for 20 test ! -e "/sys/kernel/debug/dom0/netback/$device"
}
unbind
must eval "ip -d link show dev $vif | grep -q 'prog/xdp'"
ip -force link set dev "$vif" xdpdrv pinned $bpf/pass 2>/dev/null && fail "a program is attached without a driver"
ip link set dev "$vif" mtu 9000 2>/dev/null && fail "a large MTU is set without a driver, in spite of a program"
must eval "echo $device >$driver/bind"
wait_for 60 pinged
udp 's.sendto(b"again", ("10.0.0.1", 7003))
assert s.recv(99) == b"again"'
same "datagrams sent back by the new driver" "$(counter rx_xdp_tx)" 1
unbind

# The vif goes with its program, which is free then.
must umount $bpf
must rmdir $bpf
guest_stop alice
guest_stop bob
programs_are() { [ "$(python3 /lab/lib/vif_xdp.py count)" = "$1" ]; }
wait_for 20 programs_are "$programs"
must modprobe -r dom0-netback
must modprobe dom0-netback
census_back_to "$before"
pass
