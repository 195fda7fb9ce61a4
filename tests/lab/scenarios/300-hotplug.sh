# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: disks and network cards can be attached and detached while I/O runs on the guest's other devices
# cpus: 2
# frontends: bookworm trixie: netfront of Linux 7.2 and 7.3 warns if its card is removed while it sends, with any backend
# timeout: 900
before=$(census)
guest_start alice disk=/dev/nvme0n5 nic=10.0.0.2
tcp receive 7001 | sha256sum >/run/stream.sum &
stream=$!
guest_spawn alice stream 'while [ ! -e /tmp/stop-stream ]; do
	pattern 4 1048576; echo part >>/tmp/sent; usleep 100000
done | tcp send 10.0.0.1 7001'
files_begin alice /dev/xvda

wait_for 30 disk_busy nvme0n5
wait_for 30 nic_busy "vif${GUEST_ID[alice]}.0"
disk_comes_and_goes alice nvme0n6
nic_comes_and_goes alice
wait_for 30 disk_busy nvme0n5
wait_for 30 nic_busy "vif${GUEST_ID[alice]}.0"

files_end alice
guest_must alice 'touch /tmp/stop-stream'
guest_join alice stream >/dev/null || fail "the TCP stream broke"
wait $stream
parts=$(guest_must alice 'wc -l </tmp/sent')
same "the stream from the guest" "$(cat /run/stream.sum)" \
	"$(for ((i = 0; i < parts; i++)); do pattern 4 1048576; done | sha256sum)"
say "meanwhile $FILES files verified on the first disk, $parts MiB streamed"
guest_stop alice
census_back_to "$before"
pass
