# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# proves: dom0-netback is unbound, bound, unloaded and loaded under TCP between two guests, which goes on, and each vif keeps all that Dom0 has set; a vif goes with its device, and none passes to another device
# drivers: ours
driver=/sys/bus/xen-backend/drivers/dom0-vif
keep=/sys/module/dom0_xenbus/parameters/keep_netdevs
before=$(census)
guest_start alice nic=10.0.0.2
guest_start bob nic=10.0.0.3 nic=10.0.1.3
a=${GUEST_ID[alice]}
b=${GUEST_ID[bob]}
vifs=("vif$a.0" "vif$b.0")
devices=("vif-$a-0" "vif-$b-0" "vif-$b-1")

in_lab() { ip netns exec lab "$@"; }
has_carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }
lab_has_carrier() { in_lab ip -o link show "vif$b.1" | grep -q 'LOWER_UP.* state UP'; }
unbind() { must eval "echo $1 >$driver/unbind"; }
bind() { must eval "echo $1 >$driver/bind"; }
unbound() { [ ! -e "/sys/kernel/debug/dom0/netback/$1" ]; }
packets() { cat "/sys/class/net/$1/statistics/rx_packets"; }

# settings: prints what Dom0 has set up around the vifs.
settings() {
	local vif
	for vif in "${vifs[@]}"; do
		grep -H . "/sys/class/net/$vif"/{ifindex,ifalias,address,flags,mtu,netdev_group,tx_queue_len,queues/rx-0/rps_cpus}
		grep -H . "/sys/class/net/$vif"/brport/{path_cost,priority,isolated,state}
		readlink "/sys/class/net/$vif/master" "/sys/class/net/$vif/device"
		tc qdisc show dev "$vif"
		ethtool -k "$vif"
	done
	# Addresses of the link are checked for duplicates when the carrier returns, and all vifs have the same.
	ip -o addr show | grep -v ' fe80:'
	ip route
	ip -6 route | grep -v '^fe80:'
	bridge fdb show br xenbr0 | grep static
	in_lab ip -o addr show
	in_lab ip route
}

ip netns add lab
must ip link set "vif$b.1" netns lab
must in_lab ip addr add 192.0.2.1/24 dev "vif$b.1"
must in_lab ip link set "vif$b.1" up
n=0
for vif in "${vifs[@]}"; do
	n=$((n + 1))
	must ip link set "$vif" mtu 1450 txqueuelen 77 alias "lab $vif" group 7
	must ip addr add 198.51.100.$n/32 dev "$vif"
	must ip addr add 2001:db8::$n/128 dev "$vif" nodad
	must ip route add 203.0.113.$n dev "$vif"
	must tc qdisc replace dev "$vif" root pfifo limit 777
	must ethtool -K "$vif" tso off gro on
	must eval "echo 1 >/sys/class/net/$vif/queues/rx-0/rps_cpus"
	must eval "echo 33 >/sys/class/net/$vif/brport/path_cost"
done
must eval "echo 1 >/sys/class/net/vif$b.0/brport/isolated"
must bridge fdb replace 02:00:00:00:00:01 dev "vif$b.0" master static
guest_must alice 'ip link set eth0 mtu 1450'
guest_must bob 'ip link set eth0 mtu 1450'
for vif in "${vifs[@]}"; do
	wait_for 60 has_carrier "$vif"
done
wait_for 60 lab_has_carrier
wait_for 60 guest_run alice 'ping -c 1 -W 1 10.0.0.3'
settings >/run/settings

# each_returns: waits until the cards are back, and checks that all is as it was and that packets pass.
each_returns() {
	local vif
	for vif in "${vifs[@]}"; do
		wait_for 60 has_carrier "$vif"
	done
	wait_for 60 lab_has_carrier
	for _ in {1..20}; do
		difference=$(settings | diff /run/settings - | grep '^[<>]' | head -n 6 | xargs -d '\n')
		[ -n "$difference" ] || break
		nap 1
	done
	[ -z "$difference" ] || fail "$1: $difference"
	wait_for 100 nic_busy "vif$a.0"
}

# A stream of 48 MiB that would take 80 seconds by itself.
node=/local/domain/0/backend/vif/$a/0
must xenstore-write "$node/limits/from-guest-bytes" 600000
guest_spawn bob sink 'tcp receive 7003 | sha256'
guest_spawn alice stream "until ping -c 1 -W 1 10.0.0.3; do :; done; pattern 7 $((48 << 20)) | tcp send 10.0.0.3 7003"
counted=0
for round in 1 2 3; do
	for device in "${devices[@]}"; do
		wait_for 100 nic_busy "vif$a.0"
		unbind "$device"
		wait_for 20 unbound "$device"
		bind "$device"
	done
	each_returns "unbound and bound, round $round"
done
say "unbound and bound three times under a stream"

for round in 1 2; do
	for device in "${devices[@]}"; do
		unbind "$device"
	done
	must rmmod dom0_netback
	for vif in "${vifs[@]}"; do
		must test -e "/sys/class/net/$vif"
		same "carrier of $vif without a driver" "$(cat "/sys/class/net/$vif/carrier")" 0
		[ "$(packets "$vif")" -gt 0 ] || fail "$vif has forgotten its statistics"
		ethtool -S "$vif" >/dev/null 2>&1 && fail "$vif has counters of a driver that is gone"
		ethtool -i "$vif" >/dev/null || fail "ethtool -i $vif"
	done
	# Programs may use a vif that has no driver.
	must ip link set "vif$b.0" mtu 1400
	must ip link set "vif$b.0" mtu 1450
	must ip neigh replace 198.51.100.99 lladdr 02:00:00:00:00:02 dev "vif$b.0" nud permanent
	busybox ping -c 1 -W 1 -I "vif$b.0" 198.51.100.99 >/dev/null && fail "a ping was answered without a driver"
	must ip neigh del 198.51.100.99 dev "vif$b.0"
	[ "$(packets "vif$a.0")" -gt "$counted" ] || fail "the statistics of vif$a.0 go backwards"
	counted=$(packets "vif$a.0")
	must modprobe dom0-netback
	each_returns "unloaded and loaded, round $round"
	[ "$(packets "vif$a.0")" -gt "$counted" ] || fail "the statistics of vif$a.0 go backwards"
done
must xenstore-rm "$node/limits"
must guest_join alice stream >/dev/null
sum=$(guest_join bob sink)
same "checksum of the stream from alice to bob" "${sum%% *}" "$(expected 7 48)"
say "unloaded and loaded twice; 48 MiB verified"

# A network device is not for a directory that has been made anew.
index=$(cat "/sys/class/net/vif$a.0/ifindex")
unbind "vif-$a-0"
wait_for 20 unbound "vif-$a-0"
must xenstore-rm "$node/netdev-id"
bind "vif-$a-0"
state_is() { [ "$(device_state "$1" vif 0)" = "$2" ]; }
wait_for 20 state_is alice 2
wait_for 20 test -e "/sys/class/net/vif$a.0"
[ "$(cat "/sys/class/net/vif$a.0/ifindex")" != "$index" ] || fail "the vif of another directory was used"
same "MTU of the new vif" "$(cat "/sys/class/net/vif$a.0/mtu")" 1500
[ ! -e "/sys/class/net/vif$a.0/master" ] || fail "the new vif is in a bridge"
xenstore-exists "$node/hotplug-status" && fail "the new vif has the script's status for the old one"

# The administrator may have it removed, and may turn it off.
gone() { [ ! -e "/sys/class/net/$1" ]; }
returns() {
	bind "vif-$a-0"
	wait_for 20 test -e "/sys/class/net/vif$a.0"
	wait_for 20 state_is alice 2
}
unbind "vif-$a-0"
wait_for 20 unbound "vif-$a-0"
must test -e "/sys/class/net/vif$a.0"
must eval "echo N >$keep"
wait_for 20 gone "vif$a.0"
returns
unbind "vif-$a-0"
wait_for 20 gone "vif$a.0"
must eval "echo Y >$keep"
returns

# The directory is made anew during a probe that has taken a vif.
index=$(cat "/sys/class/net/vif$a.0/ifindex")
unbind "vif-$a-0"
wait_for 20 unbound "vif-$a-0"
fault_hold vif_probe 50000
bind "vif-$a-0"
wait_for 20 fault_held vif_probe
same "the vif that was taken" "$(cat "/sys/class/net/vif$a.0/ifindex")" "$index"
must xenstore-rm "$node/netdev-id"
fault_release vif_probe
wait_for 30 xenstore-exists "$node/netdev-id"
[ "$(cat "/sys/class/net/vif$a.0/ifindex")" != "$index" ] || fail "another directory got the vif during probe"
wait_for 20 state_is alice 2

# The guest is destroyed during a probe that has taken a vif, and while a vif has no driver.
unbind "vif-$a-0"
wait_for 20 unbound "vif-$a-0"
fault_hold vif_probe 50000
bind "vif-$a-0"
wait_for 20 fault_held vif_probe
guest_destroy alice
must test -e "/sys/class/net/vif$a.0"
fault_release vif_probe
wait_for 20 gone "vif$a.0"
fault_off
unbind "vif-$b-0"
unbind "vif-$b-1"
wait_for 20 unbound "vif-$b-0"
must test -e "/sys/class/net/vif$b.0"
guest_destroy bob
wait_for 20 gone "vif$b.0"
lab_is_empty() { ! in_lab ip link show "vif$b.1" 2>/dev/null; }
wait_for 20 lab_is_empty
ip netns del lab
say "each vif went with its guest"
census_back_to "$before"
pass
