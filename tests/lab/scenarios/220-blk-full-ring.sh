# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# cpus: 2
# proves: a guest that keeps two small rings full from two CPUs is never disconnected for a protocol violation, and reads back what it wrote
before=$(census)
guest_start fio vcpus=2 mem=320 disk=/dev/nvme0n5 tools=yes \
	'extra=xen_blkfront.max_queues=2 xen_blkfront.max_ring_page_order=0 xen_blkfront.feature_persistent=0'

# A queue depth of 64 keeps all 32 slots of each ring in use.
fio='chroot /tools fio --output=/tmp/fio --aux-path=/tmp --direct=1 --ioengine=libaio --filename=/dev/xvda --iodepth=64 --bs=4k'
fio+=' --rw=randwrite --size=6m --verify=crc32c --verify_fatal=1'
fio+=' --name=left --offset=0 --cpus_allowed=0 --name=right --offset=64m --cpus_allowed=1'
guest_must fio "$fio" 300
guest_must fio 'grep -q "err= 0" /tools/tmp/fio'
guest_run fio 'grep -iE "verify:|err= *[1-9]" /tools/tmp/fio' && fail "fio found wrong data"

rings=/sys/kernel/debug/dom0/blkback/vbd-${GUEST_ID[fio]}-51712/rings
if [ -e "$rings" ]; then
	same "rings" "$(grep -c '^queue ' "$rings")" 2
	grep -q 'broken 1' "$rings" && fail "a ring is broken"
	# Each ring gets the 1536 writes and as many reads of one CPU. The guest may merge some.
	requests=$(awk '$1 == "req_cons" { print $2 }' "$rings" | xargs)
	say "requests on the two rings: $requests"
	for n in $requests; do
		[ "$n" -ge 1000 ] || fail "one ring had only $n requests"
	done
fi
guest_stop fio
census_back_to "$before"
pass
