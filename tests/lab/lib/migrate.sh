# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests that are saved, restored and migrated while they work. For scenarios to source.

# streams_begin NAME ADDRESS: starts a TCP stream in each direction, whose parts all differ. streams_end NAME: verifies both at their
# receivers, and sets STREAMED to their size in KiB.
streams_begin() {
	rm -f /run/stream.*
	tcp receive 7001 | sha256sum >/run/stream.sum &
	STREAM_IN=$!
	guest_spawn "$1" out 'while [ ! -e /tmp/stop-out ]; do
		n=$((n + 1)); pattern $n 65536 || exit; echo $n >/tmp/sent; usleep 200000
	done | tcp send 10.0.0.1 7001'
	guest_spawn "$1" in 'tcp receive 7002 | sha256'
	stream_parts | tcp send "$2" 7002 &
	STREAM_OUT=$!
}

# Prints parts until /run/stream.stop exists. The number of the last part is in /run/stream.sent.
stream_parts() (
	set +x
	n=0
	while [ ! -e /run/stream.stop ]; do
		n=$((n + 1))
		pattern $n 65536 || exit
		echo $n >/run/stream.sent
		sleep 0.2
	done
)

stream_sum() (
	set +x
	for ((n = 1; n <= $1; n++)); do
		pattern $n 65536
	done | sha256sum
)

streams_end() {
	local sent got
	guest_must "$1" 'touch /tmp/stop-out'
	guest_join "$1" out || fail "the stream to Dom0 broke in the guest"
	wait "$STREAM_IN" || fail "the stream to Dom0 broke in Dom0"
	sent=$(guest_must "$1" 'cat /tmp/sent')
	same "the stream to Dom0" "$(cat /run/stream.sum)" "$(stream_sum "$sent")"
	STREAMED=$((sent * 64))

	touch /run/stream.stop
	wait "$STREAM_OUT" || fail "the stream to the guest broke in Dom0"
	got=$(guest_join "$1" in) || fail "the stream to the guest broke in the guest"
	sent=$(cat /run/stream.sent)
	same "the stream to the guest" "${got%% *}" "$(stream_sum "$sent" | cut -d' ' -f1)"
	STREAMED=$((STREAMED + sent * 64))
}

# work_begins NAME ADDRESS DEVICE: starts the streams, and slow file I/O: a migration sends each page again that the guest writes.
work_begins() {
	streams_begin "$1" "$2"
	files_begin "$1" "$3" 2 200000
}

# guest_goes_on NAME DISK: waits until there is I/O on its disk, and until both streams make progress.
guest_goes_on() {
	wait_for 60 disk_busy "$2"
	wait_for 60 stream_moves cat /run/stream.sent
	wait_for 60 stream_moves guest_run "$1" 'cat /tmp/sent'
}

stream_moves() {
	local before
	before=$("$@")
	sleep 2
	[ "$("$@")" -gt "$before" ]
}

# guest_saved NAME and guest_restored NAME: saves the guest to a file, and restores it as a new domain.
guest_saved() {
	must xl save "$1" "/var/lib/xen/$1.save"
	wait_for 30 guest_gone "$1"
}

guest_restored() {
	must xl restore "/var/lib/xen/$1.save"
	rm "/var/lib/xen/$1.save"
	guest_is_another "$1"
}

# guest_migrated NAME: migrates the guest to this same host, hence without ssh. If a page stops being a page table while libxc reads
# it, libxc may see superpages in it. This is the only such race after which libxc fails (xg_sr_save_x86_pv.c). The guest then
# continues in its old domain, and the function tries again.
guest_migrated() {
	local try
	for try in 1 2 3 4 5; do
		if xl migrate -s '' "$1" 'exec xl migrate-receive' 2>/run/migrate.log; then
			guest_is_another "$1"
			return
		fi
		cat /run/migrate.log >&2
		grep -q 'Cannot migrate superpage' /run/migrate.log || fail "migration: $(tail -n 1 /run/migrate.log)"
		guest_must "$1" true
		say "libxc read a page that had stopped being a page table, and failed: try $try"
	done
	fail "libxc failed $try times"
}

guest_is_another() {
	local before=${GUEST_ID[$1]}
	GUEST_ID[$1]=$(must xl domid "$1")
	[ "${GUEST_ID[$1]}" -gt "$before" ] || fail "$1 is still domain ${GUEST_ID[$1]}"
}

# guest_wanders TYPE: checks that a guest's I/O continues after ten migrations, a checkpoint, an aborted migration, and a save.
guest_wanders() {
	local type=$1 id start
	guest_start alice "type=$type" mem=128 disk=/dev/nvme0n5 nic=10.0.0.2
	work_begins alice 10.0.0.2 /dev/xvda
	guest_goes_on alice nvme0n5

	start=$(now)
	for _ in $(seq 10); do
		guest_migrated alice
		guest_goes_on alice nvme0n5
	done
	result "$type guest: ten migrations, with I/O after each" "$(since "$start") s"

	# After a checkpoint the guest continues in the same domain, and its devices stay connected.
	id=${GUEST_ID[alice]}
	must xl save -c alice /var/lib/xen/alice.save
	rm /var/lib/xen/alice.save
	same "the domain after a checkpoint" "$(xl domid alice)" "$id"
	guest_goes_on alice nvme0n5
	say "$type guest: its I/O continues after a checkpoint"
	xl migrate -s '' alice 'head -c 30000000 | xl migrate-receive' && fail "a migration whose receiver had ended succeeded"
	same "the domain after an aborted migration" "$(xl domid alice)" "$id"
	guest_goes_on alice nvme0n5
	say "$type guest: its I/O continues after an aborted migration"
	guest_saved alice
	guest_restored alice
	guest_goes_on alice nvme0n5
	say "$type guest: saved and restored"

	files_end alice
	streams_end alice
	say "$type guest: meanwhile $FILES files verified, $STREAMED KiB streamed"
	guest_stop alice
}
