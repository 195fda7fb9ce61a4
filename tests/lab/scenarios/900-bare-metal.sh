# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: without Xen every module fails to load with ENODEV and logs no error
# machine: bare
# drivers: ours
[ ! -e /sys/hypervisor/type ] || fail "this is $(cat /sys/hypervisor/type)"
for module in dom0-core dom0-gnttab dom0-xenbus dom0-blkback dom0-netback dom0-scsiback dom0-balloon dom0-evtchn dom0-privcmd dom0-xenfs dom0-gntdev dom0-gntalloc dom0-mcelog dom0-acpi-processor dom0-pciback; do
	must modinfo "$module" >/dev/null
	message=$(modprobe "$module" 2>&1) && fail "$module loaded"
	[[ $message == *"No such device"* ]] || fail "$module: $message"
done
same "modules left in the kernel" "$(drivers_loaded)" ""
[ ! -e /sys/kernel/debug/dom0 ] || fail "debugfs has dom0"
bad=$(logs_kernel "$LAB_NAME" | grep -iE 'dom0|xen' | grep -vE 'lab: begin|Xen is not running|loading out-of-tree|tainting')
[ -z "$bad" ] || fail "the log says: $bad"
pass
