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
# Unless the administrator says otherwise: an eighth of the memory, but no less than that.
eighth=$((full / 8)) least=$((256 * 1024))
same "floor" "$floor" $((eighth > least ? eighth : least))
[ "$max" -ge "$full" ] || fail "the maximum of $max KiB is less than the $full KiB that Dom0 has"

# A Dom0 to which Xen sets no maximum, as without dom0_mem, is told so when the module is loaded.
notices() { logs_kernel "$LAB_NAME" | grep -c 'dom0_balloon: Xen sets no maximum for Dom0'; }
same "notices of a Dom0 that has a maximum" "$(notices)" 0
# xl mem-max wants to know a target.
must xl mem-set 0 $((full / 1024))
must xl mem-max 0 20000000
must rmmod dom0_balloon
must modprobe dom0-balloon
same "notices of a Dom0 without one" "$(notices)" 1
must xl mem-max 0 $((max / 1024))

# A Dom0 that is driven down to so little by the kernel's engine, which leaves it no reserve, has no memory for the commands below.
must rmmod dom0_balloon
must modprobe dom0-balloon floor_mb=512
floor=$(attribute floor_kb)
same "floor" "$floor" $((512 * 1024))
refused=$(attribute counters/refused)

# xenstore: a valid target is used, and removes the error of an earlier one.
wanted=$((full - 128 * 1024))
xenstore-write -- $node $wanted
wait_for 60 attribute_is current_kb $wanted
wait_for 5 no_error

# Too little and too much.
xenstore-write -- $node 0
wait_for 5 attribute_is target_kb "$floor"
wait_for 5 error_says "below the floor"
xenstore-write -- $node $((max + 1024 * 1024))
wait_for 5 attribute_is target_kb "$max"
wait_for 5 error_says "above the maximum"

# An invalid target changes nothing of ours; if the kernel makes a target of it, the guard corrects that.
number=0
for nonsense in "" -1 text 12M 18446744073709551616 99999999999999999999999; do
	number=$((number + 1))
	xenstore-write -- $node "$nonsense"
	wait_for 5 attribute_is counters/refused $((refused + number))
	wait_for 5 error_says "memory/target is"
	sleep 0.5
	[ "$(cat $theirs/target_kb)" -ge "$floor" ] || fail "target below the floor after '$nonsense'"
	[ "$(cat $theirs/target_kb)" -le "$max" ] || fail "target above the maximum after '$nonsense'"
done

# Many targets must not cause many messages. One process writes them all, fast enough for
# the limit: ten lines in five seconds for each of the three kinds of message.
before=$(lines_since)
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
[ $said -ge 1 ] || fail "200 bad targets and not a line"
[ $said -le 40 ] || fail "$said lines for 200 bad targets"

# The kernel's own files have no floor: the guard enforces it.
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
[ "$lowest" -ge "$floor" ] || fail "Dom0 went down to $lowest KiB"

# Our own file.
for nonsense in "" -1 text 12M 0x1000; do
	! echo "$nonsense" >$ours/target_kb || fail "target_kb took '$nonsense'"
done
echo 1 >$ours/target_kb
same "target" "$(attribute target_kb)" "$floor"
echo "$full" >$ours/target_kb
wait_for 60 attribute_is current_kb "$full"

# A root user without CAP_SYS_ADMIN may not.
! setpriv --bounding-set -sys_admin sh -c "echo $full >$ours/target_kb" || fail "target_kb takes a target without CAP_SYS_ADMIN"

# The hypervisor's limit is lowered and raised again: a target that the kernel's own file accepts afterwards is not reduced.
less=$((full - 128 * 1024))
xenstore-write -- $node $less
wait_for 60 attribute_is current_kb $less
must xl mem-max 0 $((less / 1024))
# xl gives a domain a megabyte more in the hypervisor than it writes into xenstore.
about_less() { [ "$(attribute "$1")" -ge $less ] && [ "$(attribute "$1")" -le $((less + 1024)) ]; }
wait_for 5 about_less max_kb
echo "$full" >$theirs/target_kb
wait_for 10 about_less target_kb
must xl mem-max 0 $((max / 1024))
echo "$full" >$theirs/target_kb
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
say "told by the kernel's own file to go to 0, Dom0 went to $lowest KiB and no further; the floor is $floor KiB"
pass
