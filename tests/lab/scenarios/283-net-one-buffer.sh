# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest with one receive buffer, too few for the packets sent to it, uses bounded memory of Dom0, and gets packets again when it has more buffers
# long: yes
# drivers: ours
. /lab/lib/net.sh
has_carrier() { [ "$(cat "/sys/class/net/$vif/carrier" 2>/dev/null)" = 1 ]; }
before=$(census)
must modprobe -r dom0-netback
must modprobe dom0-netback rx_drain_timeout_msecs=1000 rx_stall_timeout_msecs=3000
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl network-attach mallory bridge=xenbr0
vif=vif${GUEST_ID[mallory]}.0
wait_for 20 test -e "/sys/class/net/xenbr0/brif/$vif"
must ip link set "$vif" mtu 9000
must ip link set xenbr0 mtu 9000
ip neigh replace 10.0.0.2 lladdr "$(xenstore-read "/local/domain/0/backend/vif/${GUEST_ID[mallory]}/0/mac")" dev xenbr0 nud permanent
guest_spawn mallory hostile 'hostile net 0 receive-one-buffer'
wait_for 30 has_carrier
free_before=$(awk '/^MemFree/ { print $2 }' /proc/meminfo)
timeout 30 socat -b 6000 -u OPEN:/dev/zero UDP:10.0.0.2:9 &
flood=$!
wait_for 30 nic_moved "$vif" tx_stalls 0
free_after=$(awk '/^MemFree/ { print $2 }' /proc/meminfo)
kill $flood
wait $flood 2>/dev/null
[ $((free_before - free_after)) -lt 65536 ] || fail "frames that do not fit use $((free_before - free_after)) KiB"
say "one buffer: $(nic_counter "$vif" tx_stalls) stall, $(nic_counter "$vif" tx_dropped) packets dropped by the driver"
guest_join mallory hostile || fail "no frame arrives after the guest has added buffers"
must ip link set xenbr0 mtu 1500
guest_destroy mallory
must rmmod dom0_netback
must modprobe dom0-netback
census_back_to "$before"
pass
