# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: Dom0's memory follows its target, and a target that is too low does not kill Dom0
# drivers: ours
target=/sys/devices/system/xen_memory/xen_memory0/target_kb

dom0_memory() { xl list Domain-0 | awk 'NR == 2 { print $3 }'; }
dom0_has() { [ "$(dom0_memory)" = "$1" ]; }

# Pages that Xen counts and the driver does not: their number never changes.
. /lab/lib/balloon.sh
extra=$(surplus)
say "Xen counts $(xen_pages) pages, xl $(dom0_memory) MiB, the driver $(attribute current_kb) KiB"
[ "${extra#-}" -le 512 ] || fail "Xen counts $extra pages more than the driver"

full=$(dom0_memory)
must xl mem-set 0 $((full - 256))
wait_for 60 dom0_has $((full - 256))
# xl rounds, so the driver may still be busy with the last MiB.
surplus_is_back() { [ "$(surplus)" = "$extra" ]; }
wait_for 20 surplus_is_back
say "Dom0 went from $full to $((full - 256)) MiB"
must xl mem-set 0 "$full"
wait_for 60 dom0_has "$full"
wait_for 20 surplus_is_back
say "Dom0 went back to $full MiB"

# At the driver's default floor, 256 MiB here, Dom0 has too little memory to run the commands below: it would read them from its
# disk again and again, for minutes.
must rmmod dom0_balloon
must modprobe dom0-balloon floor_mb=512
# xl may refuse these targets itself. Written to xenstore, they reach the driver.
for kib in 0 1 -4096 text 99999999999; do
	xenstore-write -- /local/domain/0/memory/target "$kib"
	sleep 2
	[ "$(dom0_memory)" -ge 512 ] || fail "Dom0 is down to $(dom0_memory) MiB after target $kib"
	[ "$(dom0_memory)" -le "$full" ] || fail "Dom0 has $(dom0_memory) MiB after target $kib"
done
for message in 'of 0 KiB is below the floor' 'refused, it is not a number'; do
	logs_kernel "$LAB_NAME" | grep -q "dom0_balloon: memory/target: target $message" || fail "no message: target $message"
done
echo 0 >$target
sleep 2
[ "$(dom0_memory)" -ge 512 ] || fail "Dom0 is down to $(dom0_memory) MiB after target 0 in sysfs"
must xl mem-set 0 "$full"
wait_for 60 dom0_has "$full"
must rmmod dom0_balloon
must modprobe dom0-balloon
pass
