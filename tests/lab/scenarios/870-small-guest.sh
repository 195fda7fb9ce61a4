# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a guest of 64 MiB works or ends for lack of memory, and leaves nothing behind in either case
# drivers: ours
# devices: ours
# kernel: stock debug bare

# guest_settled NAME: waits, and returns success if the guest is ready, or failure if it has died.
guest_settled() {
	order "${GUEST_ID[$1]}" ready $((120 * LAB_PATIENCE))
	case $? in
	0) return 0 ;;
	253) return 1 ;;
	*) fail "guest $1 is neither ready nor dead" ;;
	esac
}

before=$(census)
seed=94
for type in pv pvh; do
	seed=$((seed + 1))
	name=tiny-$type log=/var/log/xen/console/guest-tiny-$type.log
	if ! guest_create "$name" type=$type mem=64 disk=/dev/nvme0n5 nic=10.0.0.2 2>"/run/$name.why"; then
		why=$(grep -o 'segment .*: Out of memory' "/run/$name.why") || fail "xl refuses $name: $(cat "/run/$name.why")"
		say "$type guest of 64 MiB: xl refuses it, $why"
		continue
	fi
	if ! guest_settled "$name"; then
		grep -qE 'Out of memory|Kernel panic' "$log" || fail "$name died for another reason: $(tail -n 3 "$log")"
		say "$type guest of 64 MiB: $(grep -aom1 'Kernel panic.*' "$log")"
		# The end was expected, so keep this log from the search for forbidden lines.
		mv "$log" "$LAB_OUT/$name-died.log"
		continue
	fi
	disk_fill "$name" /dev/xvda $seed 16
	disk_verify "$name" /dev/xvda $seed 16
	say "$type guest of 64 MiB: $(guest_run "$name" 'sed -n s/MemTotal:.//p /proc/meminfo' | xargs), 16 MiB written and verified"
	guest_stop "$name"
	backing_verify /dev/nvme0n5 $seed 16
done
census_back_to "$before"
pass
