# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A device model of the lab (abi/dm) for a device in a guest's memory: starts it, sends it commands, and reads its answers.
MMIO=0xd0000000

# dm_start MODE ARGUMENTS...: starts `dm MODE ARGUMENTS`, and waits until the device is there. Its answers go to $LAB_OUT/dm.
dm_start() {
	rm -f /run/dm.commands
	must mkfifo /run/dm.commands
	dm "$@" </run/dm.commands >"$LAB_OUT/dm" 2>&1 &
	DM_PID=$!
	exec 8>/run/dm.commands
	wait_for 20 grep -qx ready "$LAB_OUT/dm"
}

dm_has_answered() {
	[ "$(wc -l <"$LAB_OUT/dm")" -gt "$1" ]
}

# dm_tell COMMAND: sends a command, and sets DM_SAID to the answer.
dm_tell() {
	local lines
	lines=$(wc -l <"$LAB_OUT/dm")
	echo "$1" >&8
	wait_for 20 dm_has_answered "$lines"
	DM_SAID=$(tail -n 1 "$LAB_OUT/dm")
}

# dm_must COMMAND: the same, and fails unless the answer is "COMMAND: ok".
dm_must() {
	dm_tell "$1"
	same "the device model's answer" "$DM_SAID" "$1: ok"
}

# dm_status: sets SIGNALS, EVENTS and NOTIFIES to the device model's counts.
dm_status() {
	dm_tell status
	# shellcheck disable=SC2034 # for the scenarios
	read -r _ _ SIGNALS _ EVENTS _ NOTIFIES _ <<<"$DM_SAID"
}

dm_stop() {
	echo quit >&8
	exec 8>&-
	wait "$DM_PID" || fail "the device model failed: $(tail -n 2 "$LAB_OUT/dm")"
}

# dm_kill: kills the process while all its files are open.
dm_kill() {
	kill -9 "$DM_PID"
	exec 8>&-
	wait "$DM_PID"
	:
}

# guest_notifies NAME QUEUE TIMES: makes the guest write the number of a queue to the device's QueueNotify.
guest_notifies() {
	guest_must "$1" "i=0; while [ \$i -lt $3 ]; do devmem $((MMIO + 0x50)) 32 $2 || exit 1; i=\$((i + 1)); done"
}

# dm_scenario: tests privcmd's eventfds with a PVH guest, in any kind of Dom0.
dm_scenario() {
	local before id
	before=$(census)
	guest_start frank type=pvh
	id=${GUEST_ID[frank]}
	dm_start bell "$id" "$MMIO"
	same "the device's first register" "$(guest_run frank "devmem $MMIO 32")" 0x6C6C6562
	dm_eventfds frank
	dm_interrupts frank
	dm_ends frank
	guest_destroy frank
	census_back_to "$before"
}

# dm_eventfds NAME: checks that writes to a queue with an eventfd do not reach the device model, and that all other accesses do.
dm_eventfds() {
	local name=$1 events
	dm_must assign
	dm_status
	events=$EVENTS
	guest_notifies "$name" 0 100
	dm_status
	same "counts after 100 writes" "signals $SIGNALS events $((EVENTS - events)) notifies $NOTIFIES" "signals 100 events 0 notifies 0"
	guest_notifies "$name" 1 10
	guest_must "$name" "devmem $((MMIO + 0x54)) 32 0; devmem $((MMIO + 0x50)) 16 0; devmem $MMIO 32"
	dm_status
	same "counts after other accesses" "signals $SIGNALS events $((EVENTS - events)) notifies $NOTIFIES" "signals 100 events 13 notifies 11"
	dm_must deassign
	events=$EVENTS
	guest_notifies "$name" 0 10
	dm_status
	same "counts after deassign" "signals $SIGNALS events $((EVENTS - events)) notifies $NOTIFIES" "signals 100 events 10 notifies 21"
	say "100 writes became signals, 23 accesses reached the device model"
}

guest_reschedules() {
	guest_run "$1" "awk '\$1 == \"RES:\" { print \$2 }' /proc/interrupts"
}

got_interrupt() {
	[ "$(guest_reschedules "$1")" -gt "$2" ]
}

dm_interrupts() {
	local name=$1 count
	dm_must assign
	dm_must irq
	count=$(guest_reschedules "$name")
	guest_notifies "$name" 0 1
	wait_for 10 got_interrupt "$name" "$count"
	result "interrupts of the guest, one signal" "$count to $(guest_reschedules "$name")"
	dm_must no-irq
	count=$(guest_reschedules "$name")
	guest_notifies "$name" 0 20
	dm_status
	same "interrupts and signals after no-irq" "$(guest_reschedules "$name") $SIGNALS" "$count 121"
}

# dm_ends NAME: closes the ports while the eventfd is assigned. Then kills the device model while the guest writes.
dm_ends() {
	local name=$1 events
	dm_must ports
	dm_status
	events=$EVENTS
	guest_notifies "$name" 0 5
	dm_status
	same "counts with new ports" "signals $SIGNALS events $((EVENTS - events))" "signals 121 events 5"
	dm_must deassign
	dm_must assign
	guest_notifies "$name" 0 5
	dm_status
	same "counts after assign to the new ports" "signals $SIGNALS events $((EVENTS - events))" "signals 126 events 5"
	dm_must irq
	guest_spawn "$name" writes "while devmem $((MMIO + 0x50)) 32 0; do :; done"
	wait_for 20 dm_signals_exceed "$SIGNALS"
	dm_kill
}

dm_signals_exceed() {
	dm_status
	[ "$SIGNALS" -gt "$1" ]
}
