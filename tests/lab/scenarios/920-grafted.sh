# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a kernel with the drivers in its own source, as modules from its RPM or built in, hosts guests, and loads no driver that is not its own
# kernel: grafted builtin
# drivers: grafted
# devices: ours
# long: yes
parts="core gnttab xenbus blkback netback balloon evtchn privcmd xenfs gntdev gntalloc"
same "modules that are not the kernel's own" "$(find /lib/modules -name '*.ko*' ! -path '*/kernel/*')" ""
for part in $parts; do
	if [ "$LAB_KERNEL" = builtin ]; then
		must grep -q "/dom0-$part\.ko\$" "/lib/modules/$(uname -r)/modules.builtin"
	else
		must grep -q "^dom0_$part " /proc/modules
	fi
done
[ "$LAB_KERNEL" != builtin ] || same "modules of ours" "$(grep -c '^dom0_' /proc/modules)" 0
say "$(grep -c '^dom0_' /proc/modules) of the drivers are modules, all $(wc -w <<<"$parts") are the kernel's own"
for node in evtchn privcmd hypercall xenbus gntdev gntalloc; do
	[ -c "/dev/xen/$node" ] || fail "/dev/xen/$node is missing"
done

before=$(census)
guest_life alice pv nvme0n5 10.0.0.2 10 16
guest_life bob pvh nvme0n6 10.0.0.3 20 16
must xl mem-set Domain-0 1200
must xl mem-set Domain-0 1500
census_back_to "$before"
pass
