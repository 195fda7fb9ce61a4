# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a target that changes ten times a second for two minutes, while guests come and go, costs nobody a byte
# kernel: bare
# drivers: ours
# devices: ours
# long: yes
# timeout: 900
. /lab/lib/balloon.sh

full=$(attribute current_kb)
extra=$(surplus)
data_fill 128
flap 120 $((full - 524288)) "$full" &
flapping=$!
guests=0
while kill -0 $flapping 2>/dev/null; do
	guest_start eve
	guest_must eve 'dd if=/dev/urandom bs=64k count=64 | sha256 >/dev/null'
	guest_destroy eve
	guests=$((guests + 1))
done
wait $flapping
target_reached "$full"
same "pages that only Xen counts" "$(surplus)" "$extra"
same "lost pages" "$(counter lost)" 0
data_verify
say "$guests guests meanwhile; $(counter given_2m) extents of 2 MiB and $(counter given_4k) pages away and back"
pass
