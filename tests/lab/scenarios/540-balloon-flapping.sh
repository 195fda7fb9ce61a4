# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a target that changes ten times a second for two minutes, while guests start and end and Xen refuses memory, corrupts no data
# kernel: bare
# drivers: ours
# devices: ours
# long: yes
# timeout: 900
. /lab/lib/balloon.sh

full=$(attribute current_kb)
max=$(attribute max_kb)
extra=$(surplus)
before=$(census)
data_fill 128
flap 120 $((full - 524288)) "$full" &
flapping=$!
guests=0
while kill -0 $flapping 2>/dev/null; do
	guest_start eve disk=/dev/nvme0n5 nic=10.0.0.2
	disk_fill eve /dev/xvda 54 8
	disk_verify eve /dev/xvda 54 8
	tcp_to_dom0 eve 55 4
	guest_destroy eve
	guests=$((guests + 1))
done
wait $flapping
target_reached "$full"
same "pages that only Xen counts" "$(surplus)" "$extra"
same "leaked pages" "$(counter leaked)" 0
data_verify
census_back_to "$before"
say "$guests guests ran meanwhile; $(counter decreased_2m) extents of 2 MiB and $(counter decreased_4k) of 4 KiB were given to Xen and taken back"

# The hypervisor refuses memory while the target changes, as another domain has got it.
target_reached $((full - 524288))
xen_keeps 16
refused=$(counter xen_refused)
flap 20 $((full - 524288)) "$full"
target "$full"
wait_for 60 error_says "the hypervisor has no free memory"
grew xen_refused "$refused" 10
low=$(attribute current_kb)
[ "$low" -lt "$full" ] || fail "Dom0 got more than the hypervisor's free memory"
xen_has_again
wait_for 90 attribute_is current_kb "$full"
wait_for 10 no_error
same "pages that only Xen counts" "$(surplus)" "$extra"
same "leaked pages" "$(counter leaked)" 0
data_verify
say "the hypervisor refused $(($(counter xen_refused) - refused)) times, and Dom0 had $((low / 1024)) MiB until the rest was free"

# The toolstack's own limit: a target above it is reduced, and xenstore has an error.
target_reached $((full - 524288))
must xl mem-max 0 $(((full - 262144) / 1024))
target $((full - 4096))
wait_for 30 attribute_is current_kb $((full - 262144))
wait_for 10 error_says "above the maximum"
must xl mem-max 0 $((max / 1024))
target_reached "$full"
same "pages that only Xen counts" "$(surplus)" "$extra"
data_verify
pass
