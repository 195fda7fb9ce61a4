/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of a queue: one line for each, which defines its index and its name for ethtool -S.
 * As on any network device of Dom0, "rx" counts packets from the guest and "tx" packets to it.
 *
 * Each counter has one writer:
 * - NAPI, under no lock: all of rx, and of tx the counters packets, bytes, copies, copy_errors,
 *   batches, stalls and notifies.
 * - The holder of rx.lock, ndo_start_xmit as well as NAPI: the other counters of tx.
 * - The work item of the control ring: those of ctrl, in queue 0.
 *
 * Documentation/ABI/ethtool-dom0-netback also has a line for each counter.
 */
#ifndef _VIF_COUNTERS_H
#define _VIF_COUNTERS_H

#define VIF_COUNTERS(C) \
	C(rx_packets)			/* delivered to Dom0's network */ \
	C(rx_bytes) \
	C(rx_dropped)			/* malformed, not copied, no memory, or refused */ \
	C(rx_copies)			/* grant copies */ \
	C(rx_copy_errors)		/* packets lost because a copy failed */ \
	C(rx_batches)			/* copy hypercalls */ \
	C(rx_no_buffer)			/* packets lost because Dom0 has no memory */ \
	C(rx_link_down)			/* part of rx_dropped: the card is unplugged */ \
	C(rx_mcast_refused)		/* multicast addresses refused: too many, or invalid */ \
	C(rx_rate_waits)		/* packets from the guest that had to wait for a limit */ \
	C(rx_rate_usecs)		/* microseconds that these packets waited */ \
	C(rx_gso_checksum_fixup)	/* GSO packets without the flag for a blank checksum */ \
	C(rx_gso_too_long)		/* part of rx_dropped: segments longer than the MTU */ \
	C(rx_xdp_drop)			/* dropped by the XDP program */ \
	C(rx_xdp_tx)			/* sent back to the guest by the XDP program */ \
	C(rx_xdp_redirect)		/* redirected by the XDP program */ \
	C(rx_xdp_errors)		/* aborted, a verdict that failed, or too many segments */ \
	C(rx_xdp_too_long)		/* part of rx_dropped: too long for an XDP program */ \
	C(rx_notifies)			/* events sent to the guest after a batch */ \
	C(tx_packets)			/* copied to the guest */ \
	C(tx_bytes) \
	C(tx_dropped)			/* no slots for too long, max_waiting_mb, or refused */ \
	C(tx_copies) \
	C(tx_copy_errors) \
	C(tx_batches) \
	C(tx_ring_full)			/* times that the stack was stopped: too few slots */ \
	C(tx_rate_waits)		/* packets to the guest that had to wait for a limit */ \
	C(tx_rate_usecs)		/* microseconds that these packets waited */ \
	C(tx_backlog_full)		/* part of tx_dropped: max_waiting_mb exceeded */ \
	C(tx_link_down)			/* part of tx_dropped: the card is unplugged */ \
	C(tx_mcast_filtered)		/* part of tx_dropped: address not registered */ \
	C(tx_hashed)			/* copied to the guest with a hash */ \
	C(tx_stalls)			/* times that a stalled queue turned the carrier off */ \
	C(tx_notifies) \
	C(ctrl_requests)		/* on the control ring; in the counters of queue 0 */ \
	C(ctrl_refused)			/* of them, those whose status was not success */

enum vif_counter {
#define C(name) VIF_##name,
	VIF_COUNTERS(C)
#undef C
	VIF_NR_COUNTERS
};

#endif
