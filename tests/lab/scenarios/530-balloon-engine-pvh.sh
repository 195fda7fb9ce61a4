# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: in a translated Dom0 our engine moves extents of 2 MiB, keeps all data, and knows after a reload how much memory it has given to Xen
# kernel: bare
# drivers: ours
# devices: ours
# dom0: pvh
# long: yes
# timeout: 1200
. /lab/lib/balloon.sh

must grep -q 'engine "native"' <(dmesg)
full=$(attribute current_kb)
wait_for 10 no_error
data_fill 64
give_and_take 512
data_verify

away=$(counter decreased_4k)
echo $((full - 1028)) >"$OURS"/target_kb
wait_for 30 attribute_is current_kb $((full - 1028))
grew decreased_4k "$away" 257
target_reached "$full"
data_verify

extra=$(surplus)
target_reached $((full - 131072))
must rmmod dom0_balloon
must modprobe dom0-balloon
same "what Dom0 has" "$(attribute current_kb)" $((full - 131072))
target_reached "$full"
same "pages that only Xen counts" "$(surplus)" "$extra"
same "leaked pages" "$(counter leaked)" 0
data_verify
pass
