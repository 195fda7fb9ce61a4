# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a target that changes ten times a second for two minutes, while guests come and go and Xen refuses for a while, costs nobody a byte
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
same "lost pages" "$(counter lost)" 0
data_verify
census_back_to "$before"
say "$guests guests lived meanwhile; $(counter given_2m) extents of 2 MiB and $(counter given_4k) of 4 KiB went away and came back"

# Now Xen itself keeps Dom0 small: what is below its limit comes, the rest when the limit is lifted.
target_reached $((full - 524288))
refused=$(counter xen_refused)
must xl mem-max 0 $(((full - 262144) / 1024))
flap 5 $((full - 524288)) "$full"
target "$full"
wait_for 60 error_says "the hypervisor"
grew xen_refused "$refused" 1
low=$(attribute current_kb)
[ "$low" -lt "$full" ] || fail "all came in spite of Xen's limit"
must xl mem-max 0 $((max / 1024))
wait_for 90 attribute_is current_kb "$full"
wait_for 10 no_error
same "pages that only Xen counts" "$(surplus)" "$extra"
data_verify
say "Xen's limit kept Dom0 at $((low / 1024)) MiB until it was lifted"
pass
