/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue's packets from the guest: its transmit ring, and what one round of NAPI uses.
 */
#ifndef _VIF_TX_H
#define _VIF_TX_H

#include "heads.h"
#include "tx_protocol.h"

#include <dom0/copy.h>
#include <linux/types.h>
#include <xen/interface/io/netif.h>

struct vif_queue;

/**
 * struct vif_tx_pkt - a packet from the guest, from parsing until delivery
 * @skb: the packet, or NULL if it is in @page, is dropped or was no packet
 * @page: the packet, for an XDP program, or NULL
 * @first_op: index of its first grant copy in the batch
 * @nr_ops: how many copies it has
 * @len: bytes of the packet in @page
 * @nr_requests: ring slots that it occupies, extra info included
 * @flags: XEN_NETTXF_*
 * @gso_size: payload bytes of each segment
 * @status: XEN_NETIF_RSP_*, the response to each of its requests
 * @gso_type: XEN_NETIF_GSO_TYPE_*
 * @is_extra: bit n is set if its n-th request was extra info
 * @hash_layer: 3 or 4 if the guest sent a hash of that layer, 0 for none
 * @hash: that hash
 */
struct vif_tx_pkt {
	struct sk_buff *skb;
	struct page *page;
	u32 first_op;
	u16 nr_ops;
	u16 len;
	u16 nr_requests;
	u16 flags;
	u16 gso_size;
	s16 status;
	u8 gso_type;
	u8 is_extra;
	u8 hash_layer;
	u32 hash;
};

/**
 * struct vif_tx - from the guest; all of it belongs to the queue's NAPI instance
 * @sring: shared with the guest
 * @reqs: private copies of the requests, at the same index as on the ring
 * @req_cons: index up to which requests have been copied from the ring
 * @parse_cons: index up to which they have been parsed
 * @rsp_prod_pvt: index up to which responses have been written
 * @limited: a limit holds the next packet back, and a timer will run NAPI
 * @heads: where the heads of its packets come from
 * @desc: the packet that is taken now. Not on the stack, where some kernels zero it each time
 * @copy: batch of the grant copies of this round
 * @pkts: the packets of this round
 */
struct vif_tx {
	struct xen_netif_tx_sring *sring;
	struct xen_netif_tx_request *reqs;
	RING_IDX req_cons;
	RING_IDX parse_cons;
	RING_IDX rsp_prod_pvt;
	bool limited;
	struct vif_heads heads;
	struct vif_tx_desc desc;
	struct dom0_copy copy;
	struct vif_tx_pkt *pkts;
};

int vif_tx_connect(struct vif_queue *q, grant_ref_t ref);
void vif_tx_disconnect(struct vif_queue *q);
void vif_tx_stop(struct vif_queue *q);
int vif_tx_finish(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt);
void vif_tx_deliver(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt);
unsigned int vif_tx_poll(struct vif_queue *q, unsigned int budget);
bool vif_tx_rearm(struct vif_queue *q, RING_IDX req_cons);

#endif
