# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a PV guest is saved, restored and migrated under disk I/O and TCP in both directions; no file is corrupted and no connection breaks
# drivers: ours
# devices: ours
# kernel: stock debug bare
# xen: shadow
. /lab/lib/migrate.sh
devices_must_serve
before=$(census)
guest_start alice mem=128 disk=/dev/nvme0n5 nic=10.0.0.2
work_begins alice 10.0.0.2 /dev/xvda
guest_goes_on alice nvme0n5

start=$(now)
guest_saved alice
guest_restored alice
result "saved and restored" "$(since "$start") s"
guest_goes_on alice nvme0n5
start=$(now)
guest_migrated alice
result "migrated to the same host" "$(since "$start") s"
guest_goes_on alice nvme0n5

files_end alice
streams_end alice
say "meanwhile $FILES files verified, $STREAMED KiB streamed"
guest_stop alice
census_back_to "$before"
pass
