# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: dom0-balloon reports what it did with each target, and corrects targets that other programs set outside the limits
# drivers: ours
ours=/sys/kernel/dom0_balloon
theirs=/sys/devices/system/xen_memory/xen_memory0
node=/local/domain/0/memory/target
error=/local/domain/0/error/memory/error

attribute() { cat "$ours/$1"; }
attribute_is() { [ "$(attribute "$1")" = "$2" ]; }
error_says() { [[ $(xenstore-read $error 2>/dev/null) == *"$1"* ]]; }
no_error() { ! xenstore-exists $error; }
lines_since() { logs_kernel "$LAB_NAME" | grep -c 'dom0_balloon: memory/target'; }

floor=$(attribute floor_kb)
full=$(attribute current_kb)
max=$(attribute max_kb)
# The default floor is an eighth of the memory, but at least 256 MiB.
eighth=$((full / 8)) least=$((256 * 1024))
same "floor" "$floor" $((eighth > least ? eighth : least))
[ "$max" -ge "$full" ] || fail "the maximum of $max KiB is less than the $full KiB that Dom0 has"

# If Xen sets no maximum for Dom0, as without dom0_mem, the module logs a notice when it is loaded.
notices() { logs_kernel "$LAB_NAME" | grep -c 'dom0_balloon: Xen sets no maximum for Dom0'; }
# xl mem-max needs a target in xenstore.
must xl mem-set 0 $((full / 1024))
must xl mem-max 0 20000000
must rmmod dom0_balloon
must modprobe dom0-balloon
same "notices of a Dom0 without one" "$(notices)" 1
must xl mem-max 0 $((max / 1024))

# At the default floor, Dom0 would have too little memory for the commands below: the kernel's engine leaves it no reserve.
must rmmod dom0_balloon
must modprobe dom0-balloon floor_mb=512
same "notices after a load with a maximum" "$(notices)" 1
floor=$(attribute floor_kb)
same "floor" "$floor" $((512 * 1024))
refused=$(attribute counters/refused)

# xenstore: a valid target is used, and removes the error of an earlier one.
wanted=$((full - 128 * 1024))
xenstore-write -- $node $wanted
wait_for 60 attribute_is current_kb $wanted
wait_for 5 no_error

# A target below the floor, and one above the maximum.
xenstore-write -- $node 0
wait_for 5 attribute_is target_kb "$floor"
wait_for 5 error_says "below the floor"
xenstore-write -- $node $((max + 1024 * 1024))
wait_for 5 attribute_is target_kb "$max"
wait_for 5 error_says "above the maximum"

# An invalid target does not change our target. If the kernel's driver makes a target of it, our module corrects that. By the time that
# our module has refused it, the kernel's driver may not have read it: so wait a little, and then until the target is within the limits.
within_limits() { [ "$(cat $theirs/target_kb)" -ge "$floor" ] && [ "$(cat $theirs/target_kb)" -le "$max" ]; }
number=0
for nonsense in "" -1 text 12M 18446744073709551616 99999999999999999999999; do
	number=$((number + 1))
	xenstore-write -- $node "$nonsense"
	wait_for 5 attribute_is counters/refused $((refused + number))
	wait_for 5 error_says "memory/target is"
	sleep 0.5
	wait_for 5 within_limits
done

# Many targets must not cause many messages. One process writes them all, fast enough for
# the limit: ten lines in five seconds for each of the three kinds of message.
before=$(lines_since) began=$SECONDS
python3 - $node 200 <<'END'
import struct, sys
node, writes = sys.argv[1].encode(), int(sys.argv[2])
XS_WRITE = 11
with open("/dev/xen/xenbus", "r+b", buffering=0) as store:
    for number in range(writes):
        body = node + b"\0" + (b"0", b"text")[number % 2]
        store.write(struct.pack("IIII", XS_WRITE, number, 0, len(body)) + body)
        length = struct.unpack("IIII", store.read(16))[3]
        while length:
            length -= len(store.read(length))
END
sleep 1
said=$(($(lines_since) - before))
[ $said -ge 1 ] || fail "200 invalid targets, but no line in the log"
[ $said -le $((40 + 20 * ((SECONDS - began) / 5))) ] || fail "$said lines for 200 invalid targets"

# The kernel's own files have no floor: our module enforces it.
xenstore-write -- $node "$full"
wait_for 60 attribute_is current_kb "$full"
corrected=$(attribute counters/corrected)
echo 0 >$theirs/target_kb
wait_for 2 attribute_is target_kb "$floor"
[ "$(attribute counters/corrected)" -gt "$corrected" ] || fail "the correction was not counted"
lowest=$full
for _ in $(seq 100); do
	now_kb=$(attribute current_kb)
	[ "$now_kb" -ge "$lowest" ] || lowest=$now_kb
	sleep 0.05
done
[ "$lowest" -lt "$full" ] || fail "Dom0 gave no memory at all"
[ "$lowest" -ge "$floor" ] || fail "Dom0 went down to $lowest KiB"

# Our own file.
for nonsense in "" -1 text 12M 0x1000; do
	! echo "$nonsense" >$ours/target_kb || fail "target_kb accepted '$nonsense'"
done
echo 1 >$ours/target_kb
same "target" "$(attribute target_kb)" "$floor"
echo "$full" >$ours/target_kb
wait_for 60 attribute_is current_kb "$full"

# A root user without CAP_SYS_ADMIN cannot set a target; one without another capability can.
must setpriv --bounding-set -sys_time sh -c "echo $full >$ours/target_kb"
! setpriv --bounding-set -sys_admin sh -c "echo $full >$ours/target_kb" || fail "target_kb accepts a target without CAP_SYS_ADMIN"

# The hypervisor's limit is lowered and raised again: a target that the kernel's own file accepts afterwards is not reduced.
less=$((full - 128 * 1024))
xenstore-write -- $node $less
wait_for 60 attribute_is current_kb $less
must xl mem-max 0 $((less / 1024))
# The limit that xl sets in the hypervisor is 1 MiB above the one that it writes to xenstore.
about_less() { [ "$(attribute "$1")" -ge $less ] && [ "$(attribute "$1")" -le $((less + 1024)) ]; }
wait_for 5 about_less max_kb
echo "$full" >$theirs/target_kb
wait_for 10 about_less target_kb
must xl mem-max 0 $((max / 1024))
echo "$full" >$theirs/target_kb
wait_for 60 attribute_is current_kb "$full"

# xenstore fails when the toolstack's limit is read: a target above that limit is lowered all the same.
xenstore-write -- $node $less
wait_for 60 attribute_is current_kb $less
limit=/local/domain/0/memory/static-max
static_max=$(xenstore-read $limit)
must xenstore-write $limit $less
fault_fail balloon_read_max 12 2
xenstore-write -- $node "$full"
wait_for 20 error_says "above the maximum"
wait_for 10 attribute_is target_kb $less
[ "$(fault_hits balloon_read_max)" -ge 2 ] || fail "no failure at balloon_read_max"
fault_off
must xenstore-write $limit "$static_max"
xenstore-write -- $node "$full"
wait_for 60 attribute_is current_kb "$full"

# A floor above Dom0's memory is refused, one below it is used.
must rmmod dom0_balloon
! modprobe dom0-balloon floor_mb=100000 || fail "loaded with a floor above all memory"
must modprobe dom0-balloon floor_mb=384
same "floor" "$(attribute floor_kb)" $((384 * 1024))
must rmmod dom0_balloon
must modprobe dom0-balloon
xenstore-write -- $node "$full"
wait_for 60 attribute_is current_kb "$full"
say "with a target of 0 in the kernel's own file, Dom0 went down to $lowest KiB; the floor is $floor KiB"
pass
