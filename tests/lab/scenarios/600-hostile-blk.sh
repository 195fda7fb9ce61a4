# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 3000
# cpus: 2
# proves: a block frontend that breaks the protocol in any known way harms only itself
. /lab/lib/hostile.sh
before=$(census)
both_start
must xl block-attach mallory phy:/dev/nvme0n6 xvda w
must xl block-attach mallory phy:/dev/nvme0n7 xvdb r
mallory_may_look vbd
sum=$(head -c 1048576 /dev/nvme0n7 | sha256sum)

counters_begin
mallory_runs 12 blk 51712 all
mallory_runs 12 blk 51728 all
same "data of the disk that is read-only" "$(head -c 1048576 /dev/nvme0n7 | sha256sum)" "$sum"
# Read all statistics while the frontend connects and closes.
readers=()
for _ in 1 2 3 4 5 6 7 8; do
	while :; do
		find /sys/bus/xen-backend/devices/vbd-* -follow -maxdepth 2 -type f -perm -400 -exec cat {} + 2>/dev/null
		[ ! -d /sys/kernel/debug/dom0 ] || find /sys/kernel/debug/dom0 -type f -perm -400 -exec cat {} +
	done >/dev/null 2>&1 &
	readers+=($!)
done
mallory_runs 400 blk 51712 cycle 40
mallory_runs 100 blk 51712 xsa-331-events-while-flapping
kill "${readers[@]}"
counters_end 4096

# No thread that all devices share may be stuck.
disk_comes_and_goes canary nvme0n8
mallory_stop
canary_stop
census_back_to "$before"
pass
