# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Measures the cost of one block I/O in Dom0: fio in a guest on a null_blk disk, whose own cost is close to zero. The disk completes
# requests in a timer's interrupt, as hardware does. Without it, a request would complete while the driver still submits it.
# timeout: 3000
# cpus: 1

# shellcheck source=tests/bench/lib.sh
. /lab/bench/lib.sh

# NAME RW BLOCK-SIZE QUEUE-DEPTH
workloads=(
	"randread-4k-qd1 randread 4096 1"
	"randread-4k-qd32 randread 4096 32"
	"randwrite-4k-qd32 randwrite 4096 32"
	"read-64k-qd8 read 65536 8"
	"read-1m-qd4 read 1048576 4"
)

# The sysfs counters of sectors have the same names in both drivers.
run_workload() {
	local case=$1 rw=$2 bs=$3 depth=$4 stats sectors
	stats=/sys/bus/xen-backend/devices/vbd-${GUEST_ID[load]}-51712/statistics
	case $rw in
	*read) sectors=$stats/rd_sect ;;
	*write) sectors=$stats/wr_sect ;;
	esac
	guest_spawn load fio "chroot /tools fio --name=load --filename=/dev/xvda --direct=1 --ioengine=libaio \
		--rw=$rw --bs=$bs --iodepth=$depth --time_based --runtime=4 --norandommap --randrepeat=1"
	wait_for 60 moving "$sectors"
	measure "$case" op "$sectors" $((bs / 512))
	guest_join load fio 120 >/dev/null || fail "fio failed in $case"
}

for grants in persistent none; do
	cases=()
	for workload in "${workloads[@]}"; do
		cases+=("blk-$LAB_GUEST-$grants-${workload%% *}")
	done
	wanted_any "${cases[@]}" || continue
	modprobe null_blk nr_devices=1 gb=4 irqmode=2 completion_nsec=10000 2>/dev/null || true
	[ -b /dev/nullb0 ] || fail "no null_blk"
	[ $grants = persistent ] && switch=1 || switch=0
	guest_start load type="$LAB_GUEST" mem=384 disk=/dev/nullb0 tools=yes \
		extra="xen_blkfront.feature_persistent=$switch"
	same "feature-persistent" "$switch" \
		"$(xenstore-read "/local/domain/${GUEST_ID[load]}/device/vbd/51712/feature-persistent" 2>/dev/null || echo 0)"
	idle_phase
	for workload in "${workloads[@]}"; do
		read -r name rw bs depth <<<"$workload"
		wanted "blk-$LAB_GUEST-$grants-$name" || continue
		run_workload "blk-$LAB_GUEST-$grants-$name" "$rw" "$bs" "$depth"
	done
	guest_destroy load
done
pass
