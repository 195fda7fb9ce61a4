# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a backend device survives every order of attach, reconnection, protocol violation, unbind and detach, and leaves nothing behind
# kernel: stock debug bare
# drivers: ours
# timeout: 900
# The scenario acts as toolstack and frontend by xenstore-write. The backend is dom0-xenbus-selftest.

home=/local/domain/0
params=/sys/module/dom0_xenbus_selftest/parameters
drivers=/sys/bus/xen-backend/drivers
table=/sys/kernel/debug/dom0/xenbus/devices

be() { echo "$home/backend/dom0test/0/$1"; }
fe() { echo "/test/dom0test/$1"; }

counter() { cat "$params/$1"; }
state() { xenstore-read "$(be "$1")/state" 2>/dev/null; }
state_is() { [ "$(state "$1")" = "$2" ]; }
counter_is() { [ "$(counter "$1")" = "$2" ]; }
attribute() { cat "/sys/bus/xen-backend/devices/dom0test-0-$1/test/connected"; }
on_bus() { [ -e "/sys/bus/xen-backend/devices/dom0test-0-$1" ]; }
off_bus() { ! on_bus "$1"; }
in_table() { grep -q "^dom0test-0-$1 " $table; }
no_device() { ! grep -q "^dom0test-" $table; }

# attach N [KEY VALUE]...: writes what libxl writes, in one transaction; the frontend has a ring already but is Initialising.
attach() {
	local n=$1 b f args=()
	shift
	b=$(be "$n") f=$(fe "$n")
	while [ $# -gt 0 ]; do
		args+=("$b/$1" "$2")
		shift 2
	done
	must xenstore-write "$f/state" 1 "$f/ring-ref" 8 "$f/backend" "$b" "${args[@]}" \
		"$b/frontend" "$f" "$b/frontend-id" 0 "$b/online" 1 "$b/state" 1
}

frontend() { must xenstore-write -- "$(fe "$1")/state" "$2"; }

# open N: makes the frontend's changes of state until both ends are connected.
open() {
	wait_for 20 state_is "$1" 2
	frontend "$1" 3
	wait_for 20 state_is "$1" 4
	frontend "$1" 4
}

# ask_detach N: requests the detach as a toolstack does. clean N: removes the nodes. detach N: does both, and closes the frontend in
# between.
ask_detach() { must xenstore-write "$(be "$1")/online" 0 "$(be "$1")/state" 5; }
clean() {
	must xenstore-rm "$(be "$1")"
	must xenstore-rm "$(fe "$1")"
}
detach() {
	ask_detach "$1"
	frontend "$1" 6
	wait_for 20 state_is "$1" 6
	clean "$1"
	wait_for 20 off_bus "$1"
}

balanced() {
	wait_for 30 no_device
	same "removes and probes" "$(counter removes)" "$(counter probes)"
	same "disconnects and connects" "$(counter disconnects)" "$(counter connects)"
	same "wrongs" "$(counter wrongs)" 0
}

mount -t debugfs none /sys/kernel/debug 2>/dev/null
must modprobe dom0-xenbus-selftest

say "a device connects, closes, reconnects and is detached"
attach 1
open 1
must in_table 1
same connected "$(attribute 1)" 1
frontend 1 7
frontend 1 8
frontend 1 4
frontend 1 5
wait_for 20 state_is 1 5
same "still served" "$(attribute 1)" 1
frontend 1 6
wait_for 20 state_is 1 6
same connected "$(attribute 1)" 0
frontend 1 1
open 1
same connects "$(counter connects)" 2
detach 1
balanced

say "the hotplug script reports late"
attach 1 needs-script 1
wait_for 20 state_is 1 2
frontend 1 3
sleep 0.5
same state "$(state 1)" 2
must xenstore-write "$(be 1)/hotplug-status" connected
wait_for 20 state_is 1 4
detach 1
balanced

say "a detach before the frontend has a driver, and one after the frontend's nodes were removed"
attach 1
wait_for 20 state_is 1 2
ask_detach 1
wait_for 20 state_is 1 6
clean 1
wait_for 20 off_bus 1
attach 1
open 1
ask_detach 1
must xenstore-rm "$(fe 1)"
wait_for 20 state_is 1 6
must xenstore-rm "$(be 1)"
balanced

say "errors are reported in xenstore, and the reports are removed with the device"
attach 1 probe-fails 1
wait_for 20 state_is 1 6
xenstore-read "$home/error/backend/dom0test/0/1/error" | grep '^19 ' || fail "no reason in xenstore"
clean 1
balanced
must [ -z "$(xenstore-ls "$home/error/backend" 2>/dev/null)" ]
attach 1 probe-fails 1
wait_for 20 state_is 1 6
fault_fail backend_clear_error 12 1
clean 1
balanced
[ "$(fault_hits backend_clear_error)" = 1 ] || fail "no failure at backend_clear_error"
fault_off
must [ -z "$(xenstore-ls "$home/error/backend" 2>/dev/null)" ]
attach 1
wait_for 20 state_is 1 2
began=$SECONDS
for value in '' -1 +8 '8 8' 0x 8e0 1001 4294967304 18446744073709551624 text 8x; do
	must xenstore-write -- "$(fe 1)/ring-ref" "$value"
	frontend 1 3
	wait_for 20 state_is 1 5
	frontend 1 6
	wait_for 20 state_is 1 6
	frontend 1 1
	wait_for 20 state_is 1 2
done
same "refused rings" "$(counter failed_connects)" 11
xenstore-read "$home/error/backend/dom0test/0/1/error" | grep ring-ref || fail "no reason in xenstore"
# A number in any form that the kernel's own backends accept is valid.
must xenstore-write "$(fe 1)/ring-ref" $' 0x8\n'
open 1
must [ -z "$(xenstore-ls "$home/error/backend" 2>/dev/null)" ]
lines=$(logs_kernel "$LAB_NAME" | grep -c 'dom0test-0-1: ')
# One line for each of the two devices before, and ten in a minute for this one.
[ "$lines" -le $((12 + 10 * ((SECONDS - began) / 60))) ] || fail "$lines lines in the log"

say "a frontend that violates the protocol is disconnected once, and can reconnect"
must xenstore-write "$(be 1)/break" 1
wait_for 20 state_is 1 5
same "connects and disconnects" "$(counter connects)" "$(counter disconnects)"
frontend 1 4
sleep 0.3
same state "$(state 1)" 5
xenstore-read "$home/error/backend/dom0test/0/1/error" | grep 'the test said so' || fail "no reason in xenstore"
frontend 1 6
wait_for 20 state_is 1 6
frontend 1 1
open 1

say "every state of a frontend, and invalid ones"
for value in 0 1 2 3 4 5 6 7 8 9 255 -1 '' text 4294967300; do
	for other in 0 1 2 3 4 5 6 7 8 9; do
		frontend 1 "$value"
		frontend 1 "$other"
	done
done
frontend 1 6
wait_for 20 state_is 1 6
frontend 1 1
open 1
say "many writes in a row"
pokes=$(counter pokes)
for _ in $(seq 60); do
	xenstore-write "$(fe 1)/poke" 1 "$(fe 1)/state" 4 "$(fe 1)/poke" 2 "$(fe 1)/state" 4 "$(fe 1)/poke" 3
done
[ "$(counter pokes)" -gt "$pokes" ] || fail "the watch never fired"
detach 1
balanced

say "a slow device delays neither other devices nor its own removal from the bus"
attach 1
open 1
attach 2
open 2
fault_hold test_disconnect 30000 1
must xenstore-write "$(be 1)/online" 0
must xenstore-rm "$(fe 1)"
must xenstore-rm "$(be 1)"
wait_for 20 fault_held test_disconnect
wait_for 20 off_bus 1
in_table 1 || fail "the device still disconnects, but is not in the table of debugfs"
detach 2
attach 3
open 3
fault_release test_disconnect
detach 3
balanced

say "the same node is created again while the older instance still disconnects"
attach 1
open 1
fault_hold test_disconnect 30000 1
must xenstore-rm "$(fe 1)"
must xenstore-rm "$(be 1)"
wait_for 20 fault_held test_disconnect
wait_for 20 off_bus 1
attach 1
wait_for 20 on_bus 1
same "not probed yet" "$(state 1)" 1
fault_release test_disconnect
open 1
detach 1
balanced

say "a detach comes while the device opens for a frontend that starts again"
attach 1
open 1
frontend 1 5
wait_for 20 state_is 1 5
fault_hold backend_write_state 30000 1
frontend 1 1
wait_for 20 fault_held backend_write_state
ask_detach 1
fault_release backend_write_state
wait_for 20 state_is 1 6
same "connects and disconnects" "$(counter connects)" "$(counter disconnects)"
clean 1
balanced

say "a device is replaced in one transaction, so that the bus sees no removal"
attach 1
open 1
for _ in 1 2 3; do
	probes=$(counter probes)
	f=$(fe 1) b=$(be 1)
	must xenstore-write "$f/state" 1 "$b/state" 1
	wait_for 20 counter_is probes $((probes + 1))
	open 1
done
detach 1
balanced

say "a device is replaced by one for another frontend, which the bus does not watch"
attach 1
open 1
must xenstore-write "$(fe 1)/other/state" 1 "$(be 1)/frontend" "$(fe 1)/other" "$(be 1)/state" 1
wait_for 20 state_is 1 5
xenstore-read "$home/error/backend/dom0test/0/1/error" | grep 'another frontend' || fail "no reason in xenstore"
same "connects and disconnects" "$(counter connects)" "$(counter disconnects)"
clean 1
balanced

say "xenstore fails for a while"
attach 1
wait_for 20 state_is 1 2
fault_fail backend_read_frontend 12 2
frontend 1 3
wait_for 20 state_is 1 4
fault_fail backend_write_state 12 2
frontend 1 6
wait_for 20 state_is 1 6
frontend 1 1
open 1
fault_fail backend_read_own 12 1
ask_detach 1
wait_for 20 grep -q '^dom0test-0-1 dom0-test Closing ' $table
for point in backend_read_frontend backend_write_state backend_read_own; do
	[ "$(fault_hits $point)" -gt 0 ] || fail "no failure at $point"
done
fault_off
frontend 1 6
wait_for 20 state_is 1 6
clean 1
balanced

say "a frontend that reconnects all the time is slowed down"
attach 1
open 1
connects=$(counter connects)
began=$(now)
for _ in $(seq 60); do
	frontend 1 1
	frontend 1 3
done
made=$(($(counter connects) - connects)) took=$(since "$began")
postponed=$(awk '$1 == "dom0test-0-1" { print $NF }' $table)
say "120 writes in $took s: $made connections, postponed $postponed times"
[ "$made" -ge 1 ] || fail "no connection in $took s, so nothing was slowed down"
[ "$made" -le "$(awk -v t="$took" 'BEGIN { print int(16 + 2 * t + 2) }')" ] || fail "$made connections in $took s"
frontend 1 1
open 1
detach 1
balanced

say "unbound and bound while connected"
attach 1
open 1
for _ in 1 2 3 4 5; do
	must eval "echo dom0test-0-1 >$drivers/dom0-test/unbind"
	must eval "echo dom0test-0-1 >$drivers/dom0-test/bind"
	wait_for 20 state_is 1 4
done
while :; do cat /sys/bus/xen-backend/devices/dom0test-0-1/test/connected; done >/dev/null 2>&1 &
reader=$!
for _ in $(seq 20); do
	echo dom0test-0-1 >$drivers/dom0-test/unbind
	echo dom0test-0-1 >$drivers/dom0-test/bind
	xenstore-write "$(fe 1)/state" 4
done
kill $reader
wait_for 20 state_is 1 4
rmmod dom0-xenbus-selftest 2>/dev/null && fail "rmmod unloaded a driver that has a device"
detach 1
balanced

say "unbound while it is detached and disconnects"
# The second instance never starts. It must not write the state while the first still disconnects.
attach 1
open 1
fault_hold test_disconnect 30000 1
ask_detach 1
wait_for 20 grep -q '^dom0test-0-1 dom0-test Closing ' $table
must eval "echo dom0test-0-1 >$drivers/dom0-test/unbind"
wait_for 20 fault_held test_disconnect
must state_is 1 5
must eval "echo dom0test-0-1 >$drivers/dom0-test/bind"
must eval "echo dom0test-0-1 >$drivers/dom0-test/unbind"
must in_table 1
must state_is 1 5
fault_fail backend_answer 12 2
fault_release test_disconnect
wait_for 20 state_is 1 6
[ "$(fault_hits backend_answer)" -gt 0 ] || fail "no failure at backend_answer"
fault_off
wait_for 20 no_device
clean 1
wait_for 20 off_bus 1
balanced

say "many devices at once"
for n in $(seq 100 123); do
	attach "$n" disconnect-ms 100
done
for n in $(seq 100 123); do
	open "$n"
done
for n in $(seq 100 123); do
	ask_detach "$n"
	frontend "$n" 6
done
for n in $(seq 100 123); do
	wait_for 20 state_is "$n" 6
	clean "$n"
done
balanced
say "$(counter probes) devices, $(counter connects) connections, $(counter failed_connects) refused"

must rmmod dom0-xenbus-selftest
for _ in 1 2 3; do
	must modprobe dom0-xenbus-selftest
	attach 1
	open 1
	detach 1
	balanced
	must rmmod dom0-xenbus-selftest
done
must [ -z "$(xenstore-ls "$home/error/backend" 2>/dev/null)" ]
must [ -z "$(xenstore-ls "$home/backend/dom0test/0" 2>/dev/null)" ]
xenstore-rm /test
xenstore-rm "$home/backend/dom0test"
pass
