# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: an XDP program of a guest finds the headroom that it asked for before each frame, can change, pass and drop frames, and streams survive attaching and detaching it
# drivers: ours
. /lab/lib/net.sh
before=$(census)
guest_start alice mem=320 tools=yes nic=10.0.0.2
vif=vif${GUEST_ID[alice]}.0
front=/local/domain/${GUEST_ID[alice]}/device/vif/0

pinged() { guest_run alice 'ping -c 1 -W 1 10.0.0.1' >/dev/null; }
headroom_is() { [ "$(xenstore-read "$front/xdp-headroom" 2>/dev/null)" = "$1" ]; }
connected() { [ "$(device_state alice vif 0)" = 4 ] && [ "$(xenstore-read "$front/state")" = 4 ]; }
tso_is() { ethtool -k "$vif" | grep -q "^tcp-segmentation-offload: $1"; }

# udp_arrives PORT TEXT: sends two packets to port 7001. Checks that the first one that the guest gets arrives at PORT and has TEXT.
udp_arrives() {
	guest_spawn alice udp "chroot /tools python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"10.0.0.2\", $1))
s.settimeout(60)
print(s.recv(99).decode())'"
	wait_for 60 guest_run alice "grep -q :$(printf %04X "$1") /proc/net/udp"
	printf unwanted >/dev/udp/10.0.0.2/7001
	printf wanted >/dev/udp/10.0.0.2/7001
	same "UDP at port $1" "$(guest_join alice udp)" "$2"
}

wait_for 60 pinged
must headroom_is 0
must tso_is on
tcp_to_guest alice 10.0.0.2 1 2

file_install alice /lab/lib/xdp.py
for round in 1 2; do
	guest_spawn alice xdp 'chroot /tools python3 /tmp/xdp.py eth0 600'
	wait_for 60 headroom_is 256
	wait_for 20 connected
	wait_for 20 tso_is off
	wait_for 60 pinged
	tcp_to_guest alice 10.0.0.2 $((10 + round)) 2
	tcp_to_dom0 alice $((20 + round)) 2
	# Check that the program runs: it drops the first packet, and changes the port of the second.
	guest_must alice 'chroot /tools /sbin/ip -d link show eth0' | grep -q 'prog/xdp' || fail "no program is attached"
	udp_arrives 7002 wanted
	say "round $round: 2 MiB verified in each direction with an XDP program"

	guest_must alice 'killall python3'
	guest_join alice xdp >/dev/null || true
	wait_for 60 headroom_is 0
	wait_for 20 connected
	wait_for 20 tso_is on
	wait_for 60 pinged
	tcp_to_guest alice 10.0.0.2 $((30 + round)) 2
	udp_arrives 7001 unwanted
done

# An invalid headroom is reported, and counts as none.
guest_must alice 'xenstore-write device/vif/0/xdp-headroom 2579 && xenstore-write device/vif/0/state 7'
backend_is() { [ "$(device_state alice vif 0)" = "$1" ]; }
wait_for 20 backend_is 8
xenstore-read "/local/domain/0/error/backend/vif/${GUEST_ID[alice]}/0/error" | grep -q 'xdp-headroom' ||
	fail "a headroom that is too large is not reported"
guest_must alice 'xenstore-write device/vif/0/xdp-headroom 0 && xenstore-write device/vif/0/state 4'
wait_for 20 backend_is 4
wait_for 60 pinged

guest_stop alice
census_back_to "$before"
pass
