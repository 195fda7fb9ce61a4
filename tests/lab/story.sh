# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: guests start, work and end on our drivers, with all data verified, and the modules can be reloaded; `make demo` runs it
# timeout: 1800
say "Xen $(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)$(cat /sys/hypervisor/version/extra), a $(cat /sys/hypervisor/guest_type) Dom0 with Linux $(uname -r)."
[ -n "$(find /lib/modules -path '*updates*' -prune -o -name 'xen-*back.ko*' -print)" ] ||
	say "This kernel has no Xen driver of its own: no bus for backends, no backend, no device in /dev/xen for the toolstack."

say ""
say "1. The drivers that 'modprobe xen-blkback xen-netback', as Xen's own scripts say it, has brought:"
say "$(lsmod | awk '$1 ~ /^dom0_|^xen_(blk|net)back$/ { printf "     %-14s %8d bytes\n", $1, $2 }')"
same "backends in the kernel" "$(drivers_loaded)" "$(printf '%s\n' "${DRIVERS[@]}" | sort | xargs)"
[ "$LAB_DRIVERS" = intree ] || say "   All ours; $(lsmod | grep -cE '^xen_(blk|net)back') of the kernel's own backends."
result "modules loaded" "$(lsmod | grep -cE '^dom0_|^xen_(blk|net)back')"
before=$(census)

say ""
say "2. alice, a PV guest with a stock Debian kernel, started by xl."
guest_life alice pv nvme0n5 10.0.0.2 10 256

say ""
say "3. bob, a PVH guest with the same kernel."
guest_life bob pvh nvme0n6 10.0.0.3 20 256

say ""
say "4. carol gets and loses devices while she works on her first disk."
guest_start carol disk=/dev/nvme0n7 nic=10.0.0.4 tools=yes
files_begin carol /dev/xvda
wait_for 30 disk_busy nvme0n7
disk_comes_and_goes carol nvme0n8
nic_comes_and_goes carol
files_end carol
result "files verified beside attaching and detaching" "$FILES"

say ""
say "5. carol dies in the middle of full-depth I/O."
guest_spawn carol fio 'chroot /tools fio --output=/dev/null --direct=1 --ioengine=libaio --iodepth=64 --time_based \
	--runtime=900 --name=load --filename=/dev/xvda --rw=randrw --bs=4k'
wait_for 120 disk_busy nvme0n7
guest_destroy carol
census_back_to "$before"
say "   Grants, event channels, threads, netdevs, disks, xenstore nodes: all as before the first guest."
result "left behind by the guests" "nothing"

say ""
say "6. All modules$([ "$LAB_DEVICES" != ours ] || echo ' that the toolstack does not hold open') are unloaded and loaded again."
drivers_unload
same "backends after rmmod" "$(drivers_loaded)" ""
drivers_load
result "rmmod and modprobe of all modules" "done"

say ""
table
pass
