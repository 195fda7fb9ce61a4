/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that is counted for each queue: one line for each counter, from which its index and
 * its name for ethtool -S are made. As on any network device of Dom0, "rx" is what comes from the
 * guest and "tx" what goes to it.
 */
#ifndef _VIF_COUNTERS_H
#define _VIF_COUNTERS_H

#define VIF_COUNTERS(C) \
	C(rx_packets)			/* delivered to Dom0's network */ \
	C(rx_bytes) \
	C(rx_dropped)			/* malformed, not copied, no memory, or refused */ \
	C(rx_copies)			/* grant copies */ \
	C(rx_copy_errors)		/* packets lost to a copy that failed */ \
	C(rx_batches)			/* copy hypercalls */ \
	C(rx_no_buffer)			/* packets lost because Dom0 has no memory */ \
	C(rx_link_down)			/* of those dropped: the card is unplugged */ \
	C(rx_mcast_refused)		/* requests for one multicast address too many, or none */ \
	C(rx_rate_waits)		/* packets from the guest that had to wait for a limit */ \
	C(rx_rate_usecs)		/* microseconds that they waited */ \
	C(rx_gso_checksum_fixup)	/* GSO packets without the flag for a blank checksum */ \
	C(rx_notifies)			/* events sent to the guest after a batch */ \
	C(tx_packets)			/* copied to the guest */ \
	C(tx_bytes) \
	C(tx_dropped)			/* no slots for too long, too much waits, or too large */ \
	C(tx_copies) \
	C(tx_copy_errors) \
	C(tx_batches) \
	C(tx_ring_full)			/* times that the stack was stopped for want of slots */ \
	C(tx_rate_waits)		/* packets to the guest that had to wait for a limit */ \
	C(tx_rate_usecs)		/* microseconds that they waited */ \
	C(tx_crowded)			/* of those dropped: too much waits for guests */ \
	C(tx_link_down)			/* of those dropped: the card is unplugged */ \
	C(tx_mcast_filtered)		/* of those dropped: multicast for others */ \
	C(tx_stalls)			/* times that the carrier was taken away for it */ \
	C(tx_notifies)

enum vif_counter {
#define C(name) VIF_##name,
	VIF_COUNTERS(C)
#undef C
	VIF_NR_COUNTERS
};

#endif
