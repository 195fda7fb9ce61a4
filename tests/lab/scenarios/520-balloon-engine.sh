# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: without a balloon in the kernel, our engine moves extents of 2 MiB and keeps all data; if the hypervisor refuses memory, it continues later
# kernel: bare
# drivers: ours
# devices: ours
# timeout: 900
. /lab/lib/balloon.sh

must grep -q 'engine "native"' <(dmesg)
full=$(attribute current_kb)
floor=$(attribute floor_kb)
max=$(attribute max_kb)
wait_for 10 no_error
must mount -o remount,size=1300M /tmp
data_fill 128

give_and_take 512
data_verify

# The files that the kernel's own balloon has, too.
same "current_kb" "$(cat "$NAMES"/info/current_kb)" "$full"
for file in "$NAMES"/scrub_pages /sys/module/dom0_balloon/parameters/scrub_pages; do
	must setpriv --bounding-set -sys_time sh -c "echo 1 >$file"
	! setpriv --bounding-set -sys_admin sh -c "echo 0 >$file" || fail "$file is written without CAP_SYS_ADMIN"
done
same "scrub_pages" "$(cat "$NAMES"/scrub_pages)" 1
echo $(((full - 65536) * 1024)) >"$NAMES"/target
wait_for 30 attribute_is current_kb $((full - 65536))
same "target in bytes" "$(cat "$NAMES"/target)" $(((full - 65536) * 1024))
echo "$full" >"$NAMES"/target_kb
wait_for 30 attribute_is current_kb "$full"
for nonsense in -1 text 12Q "" 99999999999999999999; do
	! echo "$nonsense" >"$NAMES"/target || fail "target accepted '$nonsense'"
	! echo "$nonsense" >"$NAMES"/target_kb || fail "target_kb accepted '$nonsense'"
done
same "target" "$(attribute target_kb)" "$full"

# Invalid targets.
refused=$(counter refused)
for nonsense in -4096 text 12M; do
	target "$nonsense"
	refused=$((refused + 1))
	wait_for 5 attribute_is counters/refused $refused
	wait_for 5 error_says "memory/target is not a number"
	same "target after $nonsense" "$(attribute target_kb)" "$full"
done
target $((max + 1048576))
wait_for 5 error_says "above the maximum"
target_reached "$full"

# Small steps move single pages, many in one hypercall.
away=$(counter decreased_4k) back=$(counter increased_4k)
for ((i = 1; i <= 20; i++)); do
	echo $((full - i * 1028)) >"$OURS"/target_kb
	wait_for 10 attribute_is current_kb $((full - i * 1028))
done
calls=$(counter hypercalls)
target_reached "$full"
grew decreased_4k "$away" 5140
grew increased_4k "$back" 5140
calls=$(($(counter hypercalls) - calls))
[ $calls -le 30 ] || fail "$calls hypercalls for 5140 single pages"
data_verify

# No target takes memory that Dom0 uses, and the OOM killer does not run.
lines=$(not_reached_lines)
head -c 900M /dev/zero >/tmp/ballast
for kib in 1 0; do
	target $kib
	wait_for 60 error_says "cannot do without"
done
same "target" "$(attribute target_kb)" "$floor"
[ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -ge 16384 ] || fail "too little memory is left in Dom0"
said=$(($(not_reached_lines) - lines))
((said >= 1 && said <= 4)) || fail "$said lines about one target that was not reached"
! logs_kernel "$LAB_NAME" | grep -i 'out of memory\|oom-kill' || fail "the OOM killer ran"
low=$(attribute current_kb)
[ "$low" -gt "$floor" ] || fail "Dom0 is at its floor with 1 GiB in use"
rm /tmp/ballast
target_reached "$full"
data_verify
say "with 1 GiB in use, Dom0 went down to $low KiB"

# Another domain has got the memory: Dom0 gets what is left, and the rest when it is free again.
target_reached $((full - 524288))
xen_keeps 160
refused=$(counter xen_refused)
lines=$(not_reached_lines)
target "$full"
wait_for 30 error_says "the hypervisor has no free memory"
grew xen_refused "$refused" 1
now_kb=$(attribute current_kb)
[ "$now_kb" -gt $((full - 524288)) ] || fail "Dom0 got nothing of the hypervisor's free memory"
[ "$now_kb" -lt "$full" ] || fail "Dom0 got more than the hypervisor's free memory"
sleep 8
same "lines about it" $(($(not_reached_lines) - lines)) 1
grew retries 0 2
xen_has_again
wait_for 90 attribute_is current_kb "$full"
wait_for 10 no_error
data_verify
say "the hypervisor gave $(((now_kb - full + 524288) / 1024)) of 512 MiB, and the rest when it was free"

# A target that changes ten times a second, while a guest starts and ends.
flap 20 $((full - 524288)) "$full" &
guest_start eve
guest_must eve true
guest_destroy eve
wait $!
target_reached "$full"
same "leaked pages" "$(counter leaked)" 0
data_verify

# Unload the module while Xen has some of Dom0's memory: Dom0's memory does not change, and the reloaded module knows the amount.
extra=$(surplus)
target_reached $((full - 262144))
pages=$(xen_pages)
total=$(mem_total)
must rmmod dom0_balloon
[ ! -e "$NAMES" ] || fail "$NAMES is still there"
same "Dom0's pages without the module" "$(xen_pages)" "$pages"
must modprobe dom0-balloon
wait_for 10 attribute_is target_kb $((full - 262144))
same "what Dom0 has" "$(attribute current_kb)" $((full - 262144))
same "MemTotal" "$(mem_total)" "$total"
target_reached "$full"
grew increased_2m 0 120
same "pages that only Xen counts" "$(surplus)" "$extra"

# The kernel's own engine on the same kernel: each engine can take back memory that the other has given to Xen.
target_reached $((full - 65536))
must rmmod dom0_balloon
must modprobe dom0-balloon engine=kernel
target_reached "$full"
target_reached $((full - 65536))
same "hypercalls of ours" "$(counter hypercalls)" 0
must rmmod dom0_balloon
must modprobe dom0-balloon
target_reached "$full"
same "pages that only Xen counts" "$(surplus)" "$extra"
data_verify

must rmmod dom0_balloon
! modprobe dom0-balloon engine=steam || fail "loaded with an engine that does not exist"

# xenstore fails for a while: a target that is written once is reached.
fault_fail balloon_watch 12 2
must modprobe dom0-balloon
target_reached $((full - 65536))
fault_fail balloon_read_target 12 2
target_reached "$full"
for point in balloon_watch balloon_read_target; do
	[ "$(fault_hits $point)" -ge 2 ] || fail "no failure at $point"
done
fault_off
pass
