# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: each grant copy, mapping and unmapping on the real hypervisor has its own status, and no page stays mapped; a mapped page of one guest can be copied to another guest
counters=/sys/kernel/debug/dom0/gnttab/counters

counter() { awk -v name="$1" '$1 == name { print $2 }' $counters; }

# The drivers may have increased the counters before. No guest runs now, so only the test increases them.
must modprobe dom0-gnttab
quarantined=$(counter pages_quarantined)
unmap_errors=$(counter unmap_errors)
copies=$(counter copies)
maps=$(counter maps)
for _ in 1 2 3; do
	must modprobe dom0-gnttab-selftest
	must rmmod dom0-gnttab-selftest
	for gauge in rings_mapped_now pages_mapped_now; do
		same $gauge "$(counter $gauge)" 0
	done
done
same "one page went into quarantine each time" $(($(counter pages_quarantined) - quarantined)) 3
same "failed unmaps" $(($(counter unmap_errors) - unmap_errors)) 3
same "maps and unmaps" "$(counter maps)" "$(counter unmaps)"

# The test needs a page that another domain has granted to Dom0. It uses the ring of an idle disk, which does not change.
before=$(census)
guest_start alice disk=/dev/nvme0n5
ring=$(xenstore-read "/local/domain/${GUEST_ID[alice]}/device/vbd/51712/ring-ref")
must modprobe dom0-gnttab-selftest peer="${GUEST_ID[alice]}" peer_ref="$ring"
must rmmod dom0-gnttab-selftest
guest_destroy alice
census_back_to "$before"
say "$(($(counter copies) - copies)) copies, $(($(counter maps) - maps)) mappings"
pass
