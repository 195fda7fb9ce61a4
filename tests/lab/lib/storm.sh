# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests at full load on several queues, while Dom0's CPUs, interrupts and devices change. For scenarios to source.
# Guest N is sN: disk /dev/nvme0n(4 + N), address 10.0.0.(10 + N). It verifies its disk all the time. Its TCP streams, two to Dom0
# and one from Dom0, are verified byte by byte as they arrive. /dev/nvme0n9 is for the disk that is attached and detached.

# A stream is longer than any scenario lasts: it ends when its sender is killed.
STORM_BYTES=$((1 << 40))
declare -A STORM_SENDER

# storm_guest N TYPE
storm_guest() {
	local name=s$1 address=10.0.0.$((10 + $1)) queues
	guest_start "$name" "type=$2" vcpus=2 mem=320 tools=yes "disk=/dev/nvme0n$((4 + $1))" "nic=$address"
	queues=$(grep -c '^queue' "/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[$name]}-51712/rings")
	[ "$queues" -ge 2 ] || fail "$name has $queues queue for its disk"
	guest_spawn "$name" fio 'while [ ! -e /tmp/stop ]; do
		chroot /tools fio --output=/tmp/fio --aux-path=/tmp --direct=1 --ioengine=libaio --verify=crc32c --verify_fatal=1 --loops=2 \
			--name=small --filename=/dev/xvda --size=4m --rw=randwrite --iodepth=64 --bsrange=512-16k \
			--name=large --filename=/dev/xvda --offset=64m --size=24m --rw=randwrite --iodepth=16 --bs=256k || exit 1
		! grep -iE "verify:|err= *[1-9]" /tools/tmp/fio || exit 1
		echo round
	done'
	storm_streams "$1" "$name" "$address"
}

storm_streams() {
	local number=$1 name=$2 address=$3 port
	for port in "71$number" "72$number"; do
		{ tcp receive "$port" | cmp - <(pattern "$port" "$STORM_BYTES") >"/run/storm.$port" 2>&1; } &
		guest_spawn "$name" "out$port" "pattern $port $STORM_BYTES | tcp send 10.0.0.1 $port"
	done
	guest_spawn "$name" in "mkfifo /tmp/same && { pattern 7 $STORM_BYTES >/tmp/same & tcp receive 7300 | cmp - /tmp/same; }"
	tcp send "$address" 7300 < <(pattern 7 "$STORM_BYTES") &
	STORM_SENDER[$name]=$!
}

# storm_alive: waits until there is I/O on every guest's disk and network card.
storm_alive() {
	local number
	for ((number = 1; number <= STORM_GUESTS; number++)); do
		wait_for 60 disk_busy "nvme0n$((4 + number))"
		wait_for 60 nic_busy "vif${GUEST_ID[s$number]}.0"
	done
}

# storm_same WHAT SAID: fails unless the only difference to the expected data is that the stream ended early.
storm_same() {
	[[ $2 == *"EOF on"* ]] || fail "$1: ${2:-no data was compared}"
}

# storm_ends N: stops guest N; all data that it read and that arrived must be correct.
storm_ends() {
	local name=s$1 port rounds from to vif
	vif=/sys/class/net/vif${GUEST_ID[$name]}.0/statistics
	from=$(($(cat "$vif/rx_bytes") >> 20)) to=$(($(cat "$vif/tx_bytes") >> 20))
	[ $((from > 8 && to > 4)) = 1 ] || fail "the streams of $name carried only $from MiB and $to MiB"
	guest_must "$name" 'touch /tmp/stop; killall tcp pattern' >/dev/null
	for port in "71$1" "72$1"; do
		wait_for 60 test -s "/run/storm.$port"
		storm_same "stream $port of $name" "$(cat "/run/storm.$port")"
	done
	kill "${STORM_SENDER[$name]}" 2>/dev/null
	storm_same "the stream to $name" "$(guest_run "$name" 'until [ -e /tmp/in.code ]; do usleep 100000; done; cat /tmp/in.out')"
	rounds=$(guest_join "$name" fio) || fail "$name read wrong data: $rounds"
	say "$name: $(echo "$rounds" | grep -c round) rounds of fio verified; streams of $from MiB from it and $to MiB to it compared"
	storm_counters "$name"
	guest_stop "$name"
}

# storm_counters NAME: checks that no ring is broken, and that nothing was rejected, failed or dropped because of an error.
storm_counters() {
	local id=${GUEST_ID[$1]} name
	! grep -E '^[[:space:]]*(broken|rejected|failed) +[1-9]' "/sys/kernel/debug/dom0/blkback/vbd-$id-51712/rings" ||
		fail "$1: its disk's rings have errors"
	for name in rx_dropped rx_copy_errors tx_copy_errors; do
		same "$name of $1" "$(ethtool -S "vif$id.0" | awk -v name="$name:" '$1 == name { print $2 }')" 0
	done
	! xenstore-exists "/local/domain/0/error/backend/vbd/$id" || fail "$1: its disk has an error in xenstore"
	! xenstore-exists "/local/domain/0/error/backend/vif/$id" || fail "$1: its network card has an error in xenstore"
	same "pages in quarantine" "$(awk '/^pages_quarantined/ { print $2 }' /sys/kernel/debug/dom0/gnttab/counters)" 0
}

# storm_interrupts MASK: moves all of Dom0's event channels that can move to these CPUs.
storm_interrupts() {
	local irq
	while read -r irq; do
		# Per-CPU interrupts cannot be moved.
		echo "$1" >"/proc/irq/$irq/smp_affinity" 2>/dev/null
	done < <(awk '/xen-dyn/ { sub(":", "", $1); print $1 }' /proc/interrupts)
}

# storm_cpu N 0|1: sets a CPU of Dom0 offline or online.
storm_cpu() {
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online" || fail "cpu$1 does not go to online=$2"
}

# A CPU that the toolstack has removed has no folder any more.
cpu_is() {
	[ "$(cat "/sys/devices/system/cpu/cpu$1/online" 2>/dev/null || echo 0)" = "$2" ]
}

# storm_round CPUS N: makes each kind of change once; N selects the CPU that goes offline.
storm_round() {
	local cpus=$1 cpu=$((1 + $2 % ($1 - 1))) all
	all=$(printf %x $(((1 << cpus) - 1)))
	storm_cpu "$cpu" 0
	storm_alive
	must xl vcpu-pin Domain-0 all 0
	storm_cpu "$cpu" 1
	storm_interrupts "$(printf %x $((1 << cpu)))"
	storm_alive
	must xl vcpu-pin Domain-0 all all
	must xl vcpu-pin s1 all "$((cpus - 1))"
	disk_comes_and_goes s1 nvme0n9
	storm_interrupts 1
	nic_comes_and_goes s1
	must xl vcpu-pin s1 all all
	storm_interrupts "$all"
	storm_alive

	# Remove and add CPUs by the toolstack.
	must xl vcpu-set Domain-0 1
	wait_for 60 cpu_is 1 0
	storm_alive
	must xl vcpu-set Domain-0 "$cpus"
	wait_for 60 storm_cpus_back "$cpus"
	storm_alive
}

# Xen's watch only makes the CPU present again. It must then be set online, which udev does on a real host.
storm_cpus_back() {
	local cpu
	for ((cpu = 1; cpu < $1; cpu++)); do
		cpu_is "$cpu" 1 || echo 1 >"/sys/devices/system/cpu/cpu$cpu/online" || return
	done
}

# storm GUESTS CPUS SECONDS: runs rounds for SECONDS, at least two.
storm() {
	local cpus=$2 seconds=$3 before end round=0 number types=(pv pvh)
	STORM_GUESTS=$1
	same "Dom0's CPUs" "$(nproc)" "$cpus"
	before=$(census)
	for ((number = 1; number <= STORM_GUESTS; number++)); do
		storm_guest "$number" "${types[number % 2]}"
	done
	storm_alive
	end=$((SECONDS + seconds))
	while [ $SECONDS -lt $end ] || [ $round -lt 2 ]; do
		storm_round "$cpus" "$round"
		round=$((round + 1))
	done
	say "$round rounds in $((SECONDS - end + seconds)) s"
	for ((number = 1; number <= STORM_GUESTS; number++)); do
		storm_ends "$number"
	done
	census_back_to "$before"
}
