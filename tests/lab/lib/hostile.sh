# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One guest that violates the protocols (mallory), and one that does verified I/O meanwhile (canary). For scenarios to source.

# both_start: starts both guests. No kernel driver of mallory binds the devices that it gets from then on. The canary writes, reads
# back and verifies file after file, and sends Dom0 one long stream, both slowly, since load does not matter here. The arguments
# are passed to mallory's guest_start.
# shellcheck disable=SC2120 # most need no more
both_start() {
	local words
	words="3 $(expected 3 1) 4 $(expected 4 1)"
	guest_start mallory vcpus=2 "$@"
	guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
	guest_start canary disk=/dev/nvme0n5 nic=10.0.0.9
	tcp receive 7001 | sha256sum >/run/canary.sum &
	CANARY_STREAM=$!
	guest_spawn canary stream 'while [ ! -e /tmp/stop-stream ]; do
		pattern 4 65536; echo part >>/tmp/sent; usleep 500000
	done | tcp send 10.0.0.1 7001'
	guest_must canary 'mkfs.ext4 -q -F /dev/xvda && mount -t ext4 /dev/xvda /mnt' >/dev/null
	guest_spawn canary files "set -- $words
	while [ ! -e /tmp/stop ]; do
		pattern \$1 1048576 >/mnt/data && sync && echo 3 >/proc/sys/vm/drop_caches
		[ \"\$(sha256 /mnt/data)\" = \"\$2  /mnt/data\" ] || exit 1
		echo round
		set -- \$3 \$4 \$1 \$2
		sleep 1
	done"
	canary_alive
}

# canary_alive: waits until there is I/O on its disk and its network card.
canary_alive() {
	wait_for 60 disk_busy nvme0n5
	wait_for 60 nic_busy "vif${GUEST_ID[canary]}.0"
}

# canary_stop: checks that all the data that it wrote and sent is intact, and stops it.
canary_stop() {
	local parts
	canary_alive
	files_end canary
	guest_must canary 'touch /tmp/stop-stream'
	guest_join canary stream >/dev/null || fail "the canary's TCP stream broke"
	wait "$CANARY_STREAM"
	parts=$(guest_must canary 'wc -l </tmp/sent')
	pattern 4 65536 >/run/canary.part
	same "the canary's stream" "$(cat /run/canary.sum)" \
		"$(for ((i = 0; i < parts; i++)); do cat /run/canary.part; done | sha256sum)"
	say "the canary meanwhile: $FILES files verified, $((parts * 64)) KiB streamed"
	guest_stop canary
}

# mallory_may_look vbd|vif: lets the guest read and remove what Dom0 writes to the error nodes of its devices.
mallory_may_look() {
	local node=/local/domain/0/error/backend/$1/${GUEST_ID[mallory]}
	# With an entry of its own, the directory stays when the errors in it are removed. Nodes created in it inherit its permissions.
	must xenstore-write "$node/lab" ''
	must xenstore-chmod "$node" n0 "b${GUEST_ID[mallory]}"
}

kernel_lines() {
	logs_kernel "$LAB_NAME" | wc -l
}

# hostile_report: reports the new output of the guest's program to the host. HOSTILE_LOG has the whole output.
hostile_report() {
	local seen word rest
	seen=$(wc -l <"$HOSTILE_LOG")
	guest_run mallory "tail -n +$((seen + 1)) /tmp/hostile.out" >/run/hostile.new
	cat /run/hostile.new >>"$HOSTILE_LOG"
	while read -r word rest; do
		case $word in
		pass | fail | skip) report "case $word hostile $rest" ;;
		*) say "$word $rest" ;;
		esac
	done </run/hostile.new
}

# mallory_runs LINES ARGUMENT...: runs the program; each case is a test of its own. Each case, and each reconnection of a device,
# may cause at most LINES lines in the kernel's log.
mallory_runs() {
	local each=$1 before lines count anew
	shift
	before=$(kernel_lines)
	HOSTILE_LOG=$LAB_OUT/hostile-$(echo "${*:1:4}" | tr ' ' -).log
	: >"$HOSTILE_LOG"
	guest_spawn mallory hostile "hostile $*"
	until guest_run mallory 'test -e /tmp/hostile.code'; do
		hostile_report
		nap 3
	done
	hostile_report
	guest_run mallory "exit \$(cat /tmp/hostile.code)" ||
		fail "hostile $*: $(grep -vE '^(pass|skip)' "$HOSTILE_LOG" | head -n 2 | xargs -d '\n')"
	count=$(grep -cE '^(pass|fail|skip)' "$HOSTILE_LOG")
	[ "$count" -gt 0 ] || fail "hostile $*: no case at all"
	anew=$(sed -n 's/.* \([0-9]*\) reconnects.*/\1/p' "$HOSTILE_LOG" | awk '{ n += $1 } END { print n + 0 }')
	lines=$(($(kernel_lines) - before))
	[ $lines -le $(((count + anew) * each)) ] ||
		fail "hostile $*: $lines lines in the kernel's log for $count cases and $anew connections"
	say "hostile $*: $count cases, $lines lines in the kernel's log"
	canary_alive
}

# Print the memory (KiB) and the threads of Dom0 that a guest could increase.
memory_of_dom0() {
	echo 2 >/proc/sys/vm/drop_caches
	awk '/^(Slab|VmallocUsed|Percpu):/ { n += $2 } END { print n }' /proc/meminfo
}

threads_of_dom0() {
	ps -o comm= --ppid 2 | awk '!/^(kworker|ext4lazyinit)/' | wc -l
}

# counters_begin, counters_end KIB: fails if Dom0 uses more threads than before, or more than KIB of memory, for a misbehaving frontend
# that still runs.
counters_begin() {
	COUNTERS="$(memory_of_dom0) $(threads_of_dom0)"
}

counters_are_back() {
	[ $(($(memory_of_dom0) - ${COUNTERS% *})) -le "$1" ] && [ "$(threads_of_dom0)" -le "${COUNTERS#* }" ]
}

counters_end() {
	local end=$((SECONDS + 60 * LAB_PATIENCE))
	until counters_are_back "$1"; do
		[ $SECONDS -lt $end ] ||
			fail "Dom0 has $(memory_of_dom0) KiB and $(threads_of_dom0) threads in use, where it had $COUNTERS"
		sleep 1
	done
	say "Dom0's own memory, in KiB, and threads: $COUNTERS before, $(memory_of_dom0) $(threads_of_dom0) now"
}

# canary_latency SECONDS: prints the 99th percentile of the time of a verified write and read of one page, in microseconds.
canary_latency() {
	guest_must canary "hostile latency /mnt/latency $1" | sed -n 's/.*p99 \([0-9]*\) us.*/\1/p'
}

# mallory_stop: destroys mallory while its program runs.
mallory_stop() {
	guest_destroy mallory
	xenstore-rm "/local/domain/0/error/backend/vbd/${GUEST_ID[mallory]}" 2>/dev/null
	xenstore-rm "/local/domain/0/error/backend/vif/${GUEST_ID[mallory]}" 2>/dev/null
}

# ---- random requests ----

# The emulator's granularity in microseconds. Differences between shorter times are not the driver's.
LATENCY_GRAIN=10000

# random_start: starts both guests, and measures the canary's I/O while mallory is idle.
random_start() {
	# shellcheck disable=SC2119 # no more than the usual
	both_start
	must xl block-attach mallory phy:/dev/nvme0n6 xvda w
	must xl network-attach mallory bridge=xenbr0
	mallory_may_look vbd
	mallory_may_look vif
	IDLE=$(canary_latency 6)
	say "the canary's p99 while mallory is idle: $IDLE us"
	[ "$IDLE" -gt $LATENCY_GRAIN ] || IDLE=$LATENCY_GRAIN
	counters_begin
}

# canary_rounds: prints the canary's p99 of each round of two seconds, until mallory's program has ended. A round may be slow because the
# host stopped the computer. A slow driver is slow again, so a slow round is measured up to twice more, and the best of the three counts.
# A round after the end does not count. Then the slow one is printed, and /run/canary.unsure exists.
canary_rounds() {
	local p99 more
	while [ ! -e /run/canary.enough ]; do
		p99=$(canary_latency 2)
		for _ in 1 2; do
			[ "$p99" -gt $((3 * IDLE)) ] || break
			more=$(canary_latency 2)
			if [ -e /run/canary.enough ]; then
				touch /run/canary.unsure
				break
			fi
			[ "$more" -ge "$p99" ] || p99=$more
		done
		echo "$p99"
	done
}

# random_beside_canary KIND SEED COUNT: sends random requests; the canary's p99 must be at most three times that of an idle host. If the
# last round was slow, and mallory's program ended before another, it runs again with the same requests, up to three times.
random_beside_canary() {
	local p99 measuring
	for _ in 1 2 3; do
		rm -f /run/canary.unsure
		canary_rounds >/run/canary.p99 &
		measuring=$!
		mallory_runs 40 random "$@"
		touch /run/canary.enough
		wait $measuring
		rm /run/canary.enough
		[ -e /run/canary.unsure ] || break
	done
	# Take the worst round: an average would hide a stall.
	p99=$(sort -n /run/canary.p99 | tail -n 1)
	result "the canary's p99 beside $1, microseconds" "$p99"
	[ "$p99" -le $((3 * IDLE)) ] || fail "the canary's p99 beside random $*: $p99 us, and $IDLE us on an idle host"
}

# random_stop: destroys mallory with its rings full; nothing may be left behind, and no thread that devices share may be stuck.
random_stop() {
	counters_end 4096
	disk_comes_and_goes canary nvme0n8
	guest_spawn mallory last 'hostile random blk 99 100000000 & hostile random net-tx 99 100000000'
	wait_for 60 disk_busy nvme0n6
	wait_for 60 nic_busy "vif${GUEST_ID[mallory]}.0"
	mallory_stop
	canary_stop
}
