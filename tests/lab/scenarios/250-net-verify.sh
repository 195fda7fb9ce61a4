# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 900
# proves: data between a guest and Dom0 arrives intact over TCP and UDP, IPv4 and IPv6, with each offload on and off, on several queues, with split and shared event channels
# cpus: 2
. /lab/lib/net.sh
before=$(census)
split=/sys/module/dom0_netback/parameters/separate_tx_rx_irq
echo_start

for way in "pv Y 2 4" "pvh N 1 1"; do
	read -r type separate vcpus channels <<<"$way"
	echo "$separate" >$split
	guest_start alice "type=$type" "vcpus=$vcpus" mem=320 tools=yes nic=10.0.0.2
	echo Y >$split
	vif=vif${GUEST_ID[alice]}.0
	same "queues of $vif" "$(grep -c '^queue' "/sys/kernel/debug/dom0/netback/vif-${GUEST_ID[alice]}-0")" "$vcpus"
	same "channels of $vif" "$(grep -c "$vif-q" /proc/interrupts)" "$channels"
	if [ "$LAB_DRIVERS" != intree ]; then
		same "queues of $vif in ethtool, at most and now" "$(ethtool -l "$vif" | awk '/^Combined/ { print $2 }' | xargs)" "2 $vcpus"
		ethtool -L "$vif" combined 1 2>/dev/null && fail "the number of queues, which the guest decides, was changed"
	fi
	echo_install alice

	echo_check alice 10.0.0.1 8
	say "$type: verified with all offloads"
	guest_must alice 'chroot /tools ethtool -K eth0 tso off gso off'
	must ethtool -K "$vif" tso off gso off
	echo_check alice 10.0.0.1 4
	say "$type: verified without segmentation offload"
	guest_must alice 'chroot /tools ethtool -K eth0 sg off; chroot /tools ethtool -K eth0 tx off'
	must ethtool -K "$vif" sg off tx off
	echo_check alice 10.0.0.1 4
	say "$type: verified without any offload"
	guest_must alice 'chroot /tools ethtool -K eth0 tx on sg on tso on gso on'
	must ethtool -K "$vif" tx on sg on tso on gso on

	ip -6 addr add fd00::1/64 dev xenbr0 nodad
	guest_must alice 'ip -6 addr add fd00::2/64 dev eth0'
	wait_for 20 guest_run alice 'ping6 -c 1 -W 1 fd00::1'
	echo_check alice fd00::1 4
	say "$type: verified over IPv6"
	ip -6 addr del fd00::1/64 dev xenbr0

	must ip link set "$vif" mtu 9000
	must ip link set xenbr0 mtu 9000
	guest_must alice 'ip link set eth0 mtu 9000'
	echo_check alice 10.0.0.1 8
	say "$type: verified with large frames"
	must ip link set xenbr0 mtu 1500

	for counter in rx_copy_errors tx_copy_errors rx_no_buffer; do
		same "$counter" "$(nic_counter "$vif" $counter)" 0
	done
	guest_stop alice
	census_back_to "$before"
done
echo_stop
pass
