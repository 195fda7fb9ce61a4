# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# long: yes
# timeout: 3000
# cpus: 2
# proves: a network frontend that breaks the protocol in any known way harms only itself
. /lab/lib/hostile.sh
before=$(census)
both_start
must xl network-attach mallory bridge=xenbr0
mallory_may_look vif

# The limit of lines is higher than for disks, as the bridge logs each change of a port's state.
counters_begin
mallory_runs 30 net 0 all
# Read all statistics while the frontend connects and closes.
vif=vif${GUEST_ID[mallory]}.0
while :; do
	ethtool -S "$vif"
	cat /sys/class/net/"$vif"/statistics/* "/proc/net/dev"
	[ ! -d /sys/kernel/debug/dom0 ] || find /sys/kernel/debug/dom0 -type f -perm -400 -exec cat {} +
done >/dev/null 2>&1 &
readers=$!
mallory_runs 1000 net 0 cycle 40
mallory_runs 100 net 0 xsa-526-queue-1-bad-tx-ring-loop
mallory_runs 100 net 0 xsa-527-multicast-storm-and-close
mallory_runs 100 net 0 xsa-331-events-while-flapping
kill $readers
counters_end 4096

# No thread that all devices share may be stuck.
disk_comes_and_goes canary nvme0n8
mallory_stop
canary_stop
census_back_to "$before"
pass
