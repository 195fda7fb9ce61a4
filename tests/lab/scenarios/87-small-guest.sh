# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest of 64 MiB works, or ends for want of memory, and in either case nothing of it stays behind
# drivers: ours
# devices: ours
# kernel: stock debug bare
before=$(census)
for type in pv pvh; do
	name=tiny-$type log=/var/log/xen/console/guest-tiny-$type.log
	if ! guest_create "$name" type=$type mem=64 disk=/dev/nvme0n5 nic=10.0.0.2 2>"/run/$name.why"; then
		why=$(grep -o 'segment .*: Out of memory' "/run/$name.why") || fail "xl refuses $name: $(cat "/run/$name.why")"
		say "$type guest of 64 MiB: xl refuses it, $why"
		continue
	fi
	wait_for 120 guest_ready_or_dead "$name"
	if guest_dead "$name"; then
		grep -qE 'Out of memory|Kernel panic' "$log" || fail "$name died of something else: $(tail -n 3 "$log")"
		say "$type guest of 64 MiB: $(grep -aom1 'Kernel panic.*' "$log")"
		# That was expected.
		mv "$log" "$LAB_OUT/$name-died.log"
		continue
	fi
	disk_fill "$name" /dev/xvda 95 16
	disk_verify "$name" /dev/xvda 95 16
	say "$type guest of 64 MiB: $(guest_run "$name" 'sed -n s/MemTotal:.//p /proc/meminfo' | xargs), 16 MiB written and verified"
	guest_stop "$name"
	backing_verify /dev/nvme0n5 95 16
done
census_back_to "$before"
pass
