/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest may put on its transmit ring. Pure: works on private copies of the requests, uses no
 * kernel service, runs in user space for its tests.
 */
#ifndef _VIF_TX_PROTOCOL_H
#define _VIF_TX_PROTOCOL_H

#include <linux/if_ether.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/netif.h>

/* A packet of more data slots than this is dropped. */
#define VIF_TX_SLOTS_MAX	XEN_NETIF_NR_SLOTS_MIN

/* Smallest payload of a segment: TCP's smallest MSS less its longest options. */
#define VIF_TX_GSO_SIZE_MIN	8

/* Most extra infos of a packet: each kind at most once. */
#define VIF_TX_EXTRAS_MAX	(XEN_NETIF_EXTRA_TYPE_MAX - 1)

enum vif_tx_verdict {
	VIF_TX_GOOD,		/* a packet to deliver */
	VIF_TX_INCOMPLETE,	/* its last slots are not on the ring yet; nothing is consumed */
	VIF_TX_MCAST,		/* no packet, but a change of the multicast addresses */
	VIF_TX_DROP,		/* a packet to drop; its requests are answered with an error */
	VIF_TX_FATAL,		/* the guest has broken the protocol; .reason says how */
};

/**
 * struct vif_tx_slot - one stretch of data in a page of the guest
 * @gref: the page
 * @offset: where the data begins
 * @len: bytes, 0 allowed; @offset + @len fit in a page
 */
struct vif_tx_slot {
	grant_ref_t gref;
	u16 offset;
	u16 len;
};

/**
 * struct vif_tx_desc - a packet as the guest described it
 * @data: its data, the header first
 * @nr_data: slots in @data, at least 1 for a good packet
 * @nr_requests: ring slots that it occupies, extras included
 * @len: bytes of the whole packet
 * @flags: XEN_NETTXF_*, as in the first request
 * @gso_type: XEN_NETIF_GSO_TYPE_*
 * @gso_size: payload bytes of each segment, not 0 if @gso_type is not NONE
 * @is_extra: bit n is set if the n-th request of the packet was extra info
 * @hash: the guest's own hash of the packet, if @hash_layer is not 0
 * @hash_layer: 3 for a hash of addresses, 4 for one of addresses and ports, 0 for none
 * @mcast: XEN_NETIF_EXTRA_TYPE_MCAST_ADD or _DEL if the request changes the addresses, else 0
 * @mcast_addr: the multicast address to add or remove
 * @reason: what was wrong, unless the verdict is good
 */
struct vif_tx_desc {
	struct vif_tx_slot data[VIF_TX_SLOTS_MAX];
	unsigned int nr_data;
	unsigned int nr_requests;
	u16 len;
	u16 flags;
	u16 gso_size;
	u8 gso_type;
	u8 is_extra;
	u8 hash_layer;
	u8 mcast;
	u8 mcast_addr[ETH_ALEN];
	u32 hash;
	const char *reason;
};

/**
 * struct vif_tx_requests - private copies of the requests that are on the ring
 * @copies: array of @mask + 1 elements
 * @mask: size of the ring less 1
 * @first: index of the first request that is not consumed yet
 * @nr: how many have been copied from there on, up to @mask + 1
 */
struct vif_tx_requests {
	const struct xen_netif_tx_request *copies;
	u32 mask;
	u32 first;
	u32 nr;
};

enum vif_tx_verdict vif_tx_parse(const struct vif_tx_requests *reqs, unsigned int fatal_slots,
				 struct vif_tx_desc *desc);

#endif
