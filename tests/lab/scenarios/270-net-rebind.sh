# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a network card whose backend is bound again without its vif waits for the script of a new vif, serves the old connection, and answers a frontend that reconfigures
before=$(census)
# 271-net-reload has vifs that stay.
keep=/sys/module/dom0_xenbus/parameters/keep_netdevs
[ "$LAB_DRIVERS" = intree ] || must eval "echo N >$keep"
guest_start alice nic=10.0.0.2
vif=vif${GUEST_ID[alice]}.0
path=backend/vif/${GUEST_ID[alice]}/0
device=vif-${GUEST_ID[alice]}-0
driver=$(readlink -f "/sys/bus/xen-backend/devices/$device/driver")

state_is() { [ "$(device_state alice vif 0)" = "$1" ]; }
script_has_run() { xenstore-exists "/local/domain/0/$path/hotplug-status"; }
has_netdev() { [ -e "/sys/class/net/$vif" ]; }
no_netdev() { ! has_netdev; }
offer() { xenstore-read "/local/domain/0/$path/$1"; }
in_bridge() { [ -e "/sys/class/net/xenbr0/brif/$vif" ]; }

# A feature that our driver does not offer, as if another driver had served this guest before.
foreign=(feature-rx-flip)
for key in "${foreign[@]}"; do
	must xenstore-write "/local/domain/0/$path/$key" 1
done

# The queues that were offered may be in use: a reloaded driver with a lower parameter keeps them.
must xenstore-write "/local/domain/0/$path/multi-queue-max-queues" 3

wait_for 60 guest_run alice 'ping -c 1 -W 1 10.0.0.1'
for round in 1 2 3; do
	must script_has_run
	must eval "echo $device >$driver/unbind"
	wait_for 20 no_netdev
	must eval "echo $device >$driver/bind"
	wait_for 20 state_is 2
	must has_netdev
	# The script of the old network device does not count: the new device is in no bridge.
	sleep 1
	same "state before the script" "$(device_state alice vif 0)" 2
	# A feature that is switched off before the guest is connected stays off: the stack completes each checksum.
	[ $round != 2 ] || must ethtool -K "$vif" tx off
	script_has_run && fail "the script's status for the old network device is still in xenstore"
	in_bridge && fail "$vif is in the bridge before its script has run"

	# Without udev, the scenario must run the script itself.
	must env XENBUS_TYPE=vif "XENBUS_PATH=$path" XENBUS_BASE_PATH=backend "vif=$vif" \
		script=/etc/xen/scripts/vif-bridge /etc/xen/scripts/vif-bridge online type_if=vif
	wait_for 20 state_is 4
	must in_bridge
	wait_for 60 guest_run alice 'ping -c 1 -W 1 10.0.0.1'
	tcp_to_dom0 alice "$round" 8
	tcp_to_guest alice 10.0.0.2 $((round + 10)) 8
	[ $round != 2 ] || ethtool -k "$vif" | grep -q 'tx-checksum-ipv4: off' || fail "checksums are offloaded again"
	say "round $round: 8 MiB verified either way"
done
[ "$LAB_DRIVERS" = intree ] || must eval "echo Y >$keep"

for key in "${foreign[@]}"; do
	same "$key" "$(offer "$key")" 0
done
[ "$LAB_DRIVERS" = intree ] || same "queues on offer" "$(offer multi-queue-max-queues)" 3
# A frontend waits for the backend with locks held and without a timeout.
for round in 1 2; do
	guest_must alice 'xenstore-write device/vif/0/state 7'
	wait_for 20 state_is 8
	guest_must alice 'xenstore-write device/vif/0/state 4'
	wait_for 20 state_is 4
done
tcp_to_dom0 alice 21 8
say "reconfigured twice"

# The bus's device is removed with the guest, and nothing holds a reference to it.
trace=/sys/kernel/tracing
must eval "echo 'p:freed xenbus_dev_release name=+0(+0(%di)):string' >>$trace/kprobe_events"
must eval "echo 1 >$trace/events/kprobes/freed/enable"
guest_stop alice
wait_for 60 grep -q "name=\"$device\"" $trace/trace
echo 0 >$trace/events/kprobes/freed/enable
echo '-:freed' >>$trace/kprobe_events
census_back_to "$before"
pass
