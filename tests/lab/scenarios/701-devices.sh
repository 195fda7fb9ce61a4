# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the toolstack works on our evtchn, privcmd and xenfs: PV and PVH guests run, their consoles work, and the modules can be reloaded
# boot: last
# drivers: ours
# devices: ours
devices_must_serve
before=$(census)

# console_says NAME WORD: checks that xl console shows what the guest writes to its console.
console_says() {
	local name=$1 word=$2 console
	guest_must "$name" "(sleep 2; echo $word >/dev/console) >/dev/null 2>&1 &"
	xl console "$name" </dev/null >"/run/$name.console" 2>&1 &
	console=$!
	wait_for 60 grep -q "$word" "/run/$name.console"
	kill $console
	wait $console
}

seed=70
for type in pv pvh; do
	name=carol-$type disk=/dev/nvme0n5
	guest_start "$name" type=$type disk=$disk nic=10.0.0.2
	xl list | grep -q "^$name " || fail "xl list does not show $name"
	console_says "$name" "hello-from-$type"
	disk_fill "$name" /dev/xvda $seed 16
	result "$type guest: 16 MiB of seeded data written to ext4" "$RATE"
	tcp_to_dom0 "$name" $((seed + 1)) 4
	result "$type guest: 4 MiB over TCP to Dom0, checksum equal" "$RATE"
	tcp_to_guest "$name" 10.0.0.2 $((seed + 2)) 4
	result "$type guest: 4 MiB over TCP from Dom0, checksum equal" "$RATE"
	guest_destroy "$name"
	backing_verify $disk $seed 16
	result "$type guest: the 16 MiB verified by Dom0" "$RATE"
	seed=$((seed + 10))
done
census_back_to "$before"
devices_must_serve

# The toolstack stops, its devices are unloaded, and both start again.
toolstack_stop
for round in 1 2 3; do
	must rmmod "${DEVICES[@]}"
	for node in /dev/xen/evtchn /dev/xen/privcmd /dev/xen/hypercall; do
		[ ! -e $node ] || fail "$node is still there after round $round"
	done
	must modprobe -a xenfs xen-privcmd xen-evtchn
done
devices_must_serve
toolstack_start
same "capabilities" "$(cat /proc/xen/capabilities)" control_d
xl list | grep -q '^Domain-0 ' || fail "xl list does not show Dom0 after the reload"
say "the device modules were unloaded and loaded three times, and the toolstack was restarted on them"
pass
