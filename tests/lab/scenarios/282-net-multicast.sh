# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a frontend that asks for multicast control, at the start or later, gets all broadcasts and only the multicast addresses that it has registered, up to 64
# long: yes
. /lab/lib/net.sh
before=$(census)
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl network-attach mallory bridge=xenbr0
vif=vif${GUEST_ID[mallory]}.0
wait_for 20 test -e "/sys/class/net/xenbr0/brif/$vif"

python3 - <<'END' &
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.0.0.1"))
while True:
    for to in "239.1.1.1", "239.1.1.2", "10.0.0.255":
        try:
            s.sendto(b"hello", (to, 9))
        except OSError:
            pass
    time.sleep(0.1)
END
sender=$!

cases='multicast-filter-at-start multicast-filter-at-any-time multicast-64-and-one-more multicast-request-flapping
multicast-request-letters multicast-with-data'
for case in $cases; do
	said=$(guest_must mallory "hostile net 0 $case" 300)
	say "$said"
	grep -q '^pass' <<<"$said" || fail "$case did not pass: $said"
done
if [ "$LAB_DRIVERS" != intree ]; then
	[ "$(nic_counter "$vif" tx_mcast_filtered)" -gt 0 ] || fail "filtered packets are not counted"
	# One address too many, and one that is not multicast.
	same "addresses refused" "$(nic_counter "$vif" rx_mcast_refused)" 2
fi
kill $sender
wait $sender 2>/dev/null
guest_destroy mallory
census_back_to "$before"
pass
