# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a disk or a network card that the toolstack removes or replaces during its probe leaves nothing behind
# kernel: stock debug bare
# drivers: ours
# The scenario acts as toolstack and frontends by xenstore-write, as in 240-bus.

home=/local/domain/0/backend
bus=/sys/bus/xen-backend/devices
table=/sys/kernel/debug/dom0/xenbus/devices

state_is() { [ "$(xenstore-read "$home/$1/state" 2>/dev/null)" = "$2" ]; }
on_bus() { [ -e "$bus/${1//\//-}" ]; }
off_bus() { ! on_bus "$1"; }
given_up() { state_is "$1" 5 || state_is "$1" 6; }
probe_fails() { [ "$(fault_hits "$1_probe")" -gt 0 ]; }
all_gone() {
	! grep -qE '^(vbd|vif)-' $table && [ -z "$(ls $bus)" ] && [ -z "$(find /sys/class/net -name 'vif*')" ] &&
		[ -z "$(xenstore-ls /local/domain/0/error/backend 2>/dev/null)" ]
}

# attach NODE: writes what libxl writes, in one transaction, with a frontend that has no driver yet.
attach() {
	local node=$1 keys
	case $node in
	vbd/*) keys=(physical-device "$(stat -c %t:%T /dev/nvme0n5)" mode w type phy dev xvda) ;;
	vif/*) keys=(handle "${node##*/}" mac 00:16:3e:00:00:01) ;;
	esac
	set --
	while [ ${#keys[@]} -gt 0 ]; do
		set -- "$@" "$home/$node/${keys[0]}" "${keys[1]}"
		keys=("${keys[@]:2}")
	done
	must xenstore-write "/test/$node/state" 1 "/test/$node/backend" "$home/$node" "$@" "$home/$node/frontend" "/test/$node" \
		"$home/$node/frontend-id" 0 "$home/$node/online" 1 "$home/$node/state" 1
}

remove() {
	must xenstore-rm "/test/$1"
	must xenstore-rm "$home/$1"
}

# held NODE POINT: attaches the device, and waits until its probe is held at that fault point.
held() {
	fault_hold "$2" 30000 1
	attach "$1"
	wait_for 20 fault_held "$2"
}

wait_for 20 all_gone
for node in vbd/0/51712 vif/0/7; do
	kind=${node%%/*}
	for point in backend_probe "${kind}_probe" backend_probed; do
		held "$node" "$point"
		remove "$node"
		wait_for 20 off_bus "$node"
		fault_release "$point"
		wait_for 20 all_gone

		held "$node" "$point"
		remove "$node"
		wait_for 20 off_bus "$node"
		attach "$node"
		wait_for 20 on_bus "$node"
		fault_release "$point"
		wait_for 20 state_is "$node" 2
		remove "$node"
		wait_for 20 all_gone
	done
	fault_fail "${kind}_probe" 22 1
	attach "$node"
	wait_for 20 given_up "$node"
	remove "$node"
	wait_for 20 all_gone
	# Memory is short for a moment.
	fault_fail "${kind}_probe" 12 2
	attach "$node"
	wait_for 20 state_is "$node" 2
	same "failed probes" "$(fault_hits "${kind}_probe")" 2
	remove "$node"
	wait_for 20 all_gone
	# Memory is short until the device is gone.
	fault_fail "${kind}_probe" 12
	attach "$node"
	wait_for 20 probe_fails "$kind"
	remove "$node"
	wait_for 20 all_gone
	fault_off "${kind}_probe"
	say "$kind: removed and replaced at three steps of its probe, refused and postponed at one"
done
fault_off
xenstore-rm /test
pass
