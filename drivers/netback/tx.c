// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the guest, in rounds of the queue's NAPI instance. A round copies the new requests
 * from the ring and parses them into packets. It allocates an skb for each packet and gathers its
 * grant copies. With an XDP program most packets get a page instead of an skb (xdp.c). After one
 * hypercall for all copies it writes all responses, and then delivers the packets. The guest may
 * reuse its pages as soon as it sees the responses.
 */
#include "heads.h"
#include "mcast.h"
#include "netdev.h"
#include "offload.h"
#include "pack.h"
#include "pages.h"
#include "queue.h"
#include "ring.h"
#include "tx.h"
#include "tx_protocol.h"
#include "vif.h"

#include <dom0/copy_inline.h>
#include <dom0/memory.h>
#include <dom0/ring_map.h>
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <net/busy_poll.h>
#include <trace/events/dom0_netback.h>

/* Make at least this much of a packet linear: the stack and network cards read headers there. */
#define LINEAR_MIN	128

/* An skb has enough fragments for all pages of the largest packet. */
static_assert(DIV_ROUND_UP(XEN_NETIF_MAX_TX_SIZE, XEN_PAGE_SIZE) + VIF_PACK_SLACK <= MAX_SKB_FRAGS);

/* A slot takes one copy, or two if its data is split over two pages. */
#define COPY_OPS	(2 * VIF_RING_SIZE)

/* Most work of a round. The budget may be larger: busy polling lets programs choose it. */
#define ROUND_PACKETS	NAPI_POLL_WEIGHT

static struct vif_tx_pkt *pkt_at(struct vif_queue *q, unsigned int n)
{
	return &q->tx.pkts[n];
}

/* ---- requests ---- */

/* Copy all new requests into private memory, after a check of the guest's producer index. */
static int copy_requests(struct vif_queue *q)
{
	struct vif_tx *tx = &q->tx;
	RING_IDX cons = tx->req_cons;
	RING_IDX new = vif_ring_req_prod(tx->sring) - cons;

	if (new > VIF_RING_SIZE - (cons - tx->rsp_prod_pvt)) {
		vif_break(q->vif, "transmit ring: request producer index out of range");
		return -EIO;
	}
	if (new)
		WRITE_ONCE(q->tx_channel->had_work, true);
	for (; new; new--, cons++) {
		unsigned int i = cons & VIF_RING_MASK;

		vif_ring_read((u32 *)&tx->reqs[i], &tx->sring->ring[i], sizeof(tx->reqs[i]));
	}
	tx->req_cons = cons;
	return 0;
}

/* ---- an skb for a packet ---- */

static void gather_copy(struct vif_queue *q, const struct vif_tx_slot *slot, u32 done, void *dst,
			u32 len)
{
	dom0_copy_from_guest_inline(&q->tx.copy, q->vif->domid, slot->gref, slot->offset + done,
				    virt_to_page(dst), offset_in_page(dst), len);
}

static void gather_linear(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_slot *slot)
{
	if (slot->len)
		gather_copy(q, slot, 0, skb_put(skb, slot->len), slot->len);
}

/* Gather a slot's copies into the packet's pages. vif_pack_next() says when to add a page. */
static int gather_paged(struct vif_queue *q, struct sk_buff *skb, struct vif_pack *pack,
			const struct vif_tx_slot *slot)
{
	u32 done, n;

	for (done = 0; done < slot->len; done += n) {
		int last = skb_shinfo(skb)->nr_frags - 1;
		struct page *page;
		u32 offset;
		bool new_page;

		n = vif_pack_next(pack, slot->len - done, &new_page);
		offset = PAGE_SIZE - pack->space - n;
		if (new_page) {
			page = vif_page_alloc();
			if (!page)
				return -ENOMEM;
			skb_add_rx_frag(skb, last + 1, page, 0, n, PAGE_SIZE);
		} else {
			page = skb_frag_page(&skb_shinfo(skb)->frags[last]);
			skb_coalesce_rx_frag(skb, last, n, 0);
		}
		gather_copy(q, slot, done, page_address(page) + offset, n);
	}
	return 0;
}

/* Return how many bytes the packet's head takes: all, those of the first slot, or none yet. */
static u32 head_len(const struct vif_tx_desc *desc)
{
	if (desc->len <= VIF_HEAD_SPACE)
		return desc->len;
	return desc->data[0].len <= VIF_HEAD_SPACE ? desc->data[0].len : 0;
}

/* Return an skb whose copies have been gathered. Without memory return NULL, and gather none. */
static struct sk_buff *make_skb(struct vif_queue *q, const struct vif_tx_desc *desc)
{
	unsigned int mark = dom0_copy_mark(&q->tx.copy);
	u32 left, head = head_len(desc);
	unsigned int i = 0;
	struct vif_pack pack;
	struct sk_buff *skb;

	/* vif_tx_finish() may find more headers than the first slot has. */
	BUILD_BUG_ON(VIF_SMALL_HEAD_SPACE < LINEAR_MIN);
	skb = vif_heads_alloc(&q->tx.heads, head);
	if (!skb)
		return NULL;
	for (; i < desc->nr_data && skb->len < head; i++)
		gather_linear(q, skb, &desc->data[i]);
	left = desc->len - head;
	if (!left)
		return skb;

	vif_pack_init(&pack, 0, left, vif_pack_pages_max(left));
	for (; i < desc->nr_data; i++) {
		if (gather_paged(q, skb, &pack, &desc->data[i]))
			goto free_skb;
	}
	return skb;

free_skb:
	dom0_copy_rollback(&q->tx.copy, mark);
	kfree_skb(skb);
	return NULL;
}

/* Return a page whose copies have been gathered, or NULL. It has headroom for an XDP program. */
static struct page *make_page(struct vif_queue *q, const struct vif_tx_desc *desc)
{
	struct page *page = vif_page_alloc();
	unsigned int i;
	u8 *to;

	if (!page)
		return NULL;
	to = page_address(page) + XDP_PACKET_HEADROOM;
	for (i = 0; i < desc->nr_data; to += desc->data[i++].len) {
		if (desc->data[i].len)
			gather_copy(q, &desc->data[i], 0, to, desc->data[i].len);
	}
	return page;
}

/* Gather the packet's copies. What is to be segmented gets an skb, also for an XDP program. */
static int make_packet(struct vif_queue *q, const struct vif_tx_desc *desc,
		       struct vif_tx_pkt *pkt)
{
	if (likely(!q->xdp.prog) || desc->gso_type != XEN_NETIF_GSO_TYPE_NONE) {
		pkt->skb = make_skb(q, desc);
		return pkt->skb ? 0 : -ENOMEM;
	}
	if (desc->len > VIF_XDP_SPACE) {
		q->counters[VIF_rx_xdp_too_long]++;
		return -EMSGSIZE;
	}
	pkt->page = make_page(q, desc);
	pkt->len = desc->len;
	return pkt->page ? 0 : -ENOMEM;
}

/* ---- one round ---- */

/* Make an skb for a good packet, or drop the packet. Return false if a limit holds it back. */
static bool accept_packet(struct vif_queue *q, const struct vif_tx_desc *desc,
			  struct vif_tx_pkt *pkt)
{
	int err;

	/* DROPPED, not ERROR: the request is valid. */
	pkt->status = XEN_NETIF_RSP_DROPPED;
	if (unlikely(READ_ONCE(q->vif->link.down))) {
		q->counters[VIF_rx_link_down]++;
		return true;
	}
	if (!vif_turn_may_pass(q, VIF_FROM_GUEST, desc->len)) {
		q->tx.limited = true;
		return false;
	}
	err = make_packet(q, desc, pkt);
	if (!err)
		pkt->status = XEN_NETIF_RSP_OKAY;
	q->counters[VIF_rx_no_buffer] += err == -ENOMEM;
	return true;
}

/* The request carries no packet: its status is the only result. */
static void change_mcast(struct vif_queue *q, const struct vif_tx_desc *desc,
			 struct vif_tx_pkt *pkt)
{
	if (vif_mcast_change(q->vif, desc))
		q->counters[VIF_rx_mcast_refused]++;
	else
		pkt->status = XEN_NETIF_RSP_OKAY;
}

/* Set the packet's status, and its skb if it has one. Return false if it may not pass yet. */
static bool apply_verdict(struct vif_queue *q, const struct vif_tx_desc *desc,
			  enum vif_tx_verdict verdict, struct vif_tx_pkt *pkt)
{
	pkt->skb = NULL;
	pkt->page = NULL;
	pkt->status = XEN_NETIF_RSP_ERROR;
	switch (verdict) {
	case VIF_TX_INCOMPLETE:
		return false;
	case VIF_TX_FATAL:
		vif_break(q->vif, desc->reason);
		return false;
	case VIF_TX_MCAST:
		change_mcast(q, desc, pkt);
		return true;
	case VIF_TX_GOOD:
		return accept_packet(q, desc, pkt);
	case VIF_TX_DROP:
		break;
	}
	return true;
}

/* Return false if the next packet is not complete, or if it may not pass yet. */
static bool take_packet(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	struct vif_tx *tx = &q->tx;
	struct vif_tx_requests reqs = {
		.copies = tx->reqs,
		.mask = VIF_RING_MASK,
		.first = tx->parse_cons,
		.nr = tx->req_cons - tx->parse_cons,
	};
	struct vif_tx_desc *desc = &tx->desc;

	pkt->first_op = dom0_copy_mark(&tx->copy);
	if (!apply_verdict(q, desc, vif_tx_parse(&reqs, q->vif->fatal_slots, desc), pkt))
		return false;
	pkt->nr_ops = dom0_copy_mark(&tx->copy) - pkt->first_op;
	pkt->nr_requests = desc->nr_requests;
	pkt->flags = desc->flags;
	pkt->gso_type = desc->gso_type;
	pkt->gso_size = desc->gso_size;
	pkt->is_extra = desc->is_extra;
	pkt->hash = desc->hash;
	pkt->hash_layer = desc->hash_layer;
	tx->parse_cons += desc->nr_requests;
	return true;
}

/* How much of the budget a packet takes: one for each frame that an XDP program sees of it. */
static unsigned int packet_work(const struct vif_queue *q, const struct vif_tx_pkt *pkt)
{
	/* With a program, only a packet that is to be segmented has an skb. */
	if (likely(!q->xdp.prog) || !pkt->skb)
		return 1;
	return DIV_ROUND_UP(pkt->skb->len, pkt->gso_size);
}

/*
 * Take packets until they are work for @budget. Set *nr to their number, and return their work, up
 * to @budget. If it is less, no more packets can be taken now.
 */
static unsigned int take_packets(struct vif_queue *q, unsigned int budget, unsigned int *nr)
{
	unsigned int n = 0, work = 0;

	q->tx.limited = false;
	while (work < budget && q->tx.parse_cons != q->tx.req_cons &&
	       take_packet(q, pkt_at(q, n)))
		work += packet_work(q, pkt_at(q, n++));
	*nr = n;
	return min(work, budget);
}

/* The data of a packet was not copied. */
static void drop_data(struct vif_tx_pkt *pkt)
{
	if (pkt->page)
		put_page(pkt->page);
	kfree_skb(pkt->skb);
	pkt->page = NULL;
	pkt->skb = NULL;
}

static void check_copies(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	unsigned int i;

	for (i = 0; i < pkt->nr_ops; i++) {
		if (dom0_copy_status(&q->tx.copy, pkt->first_op + i) == GNTST_okay)
			continue;
		q->counters[VIF_rx_copy_errors]++;
		drop_data(pkt);
		pkt->status = XEN_NETIF_RSP_ERROR;
		return;
	}
}

/* Write each request's response into the request's slot, field by field: nothing else leaks. */
static void respond_packet(struct vif_queue *q, const struct vif_tx_pkt *pkt)
{
	struct vif_tx *tx = &q->tx;
	RING_IDX first = tx->rsp_prod_pvt;
	unsigned int i;

	for (i = 0; i < pkt->nr_requests; i++) {
		unsigned int slot = (first + i) & VIF_RING_MASK;
		struct xen_netif_tx_response *rsp = &tx->sring->ring[slot].rsp;

		if (i < BITS_PER_BYTE && pkt->is_extra & BIT(i)) {
			WRITE_ONCE(rsp->status, XEN_NETIF_RSP_NULL);
			continue;
		}
		WRITE_ONCE(rsp->id, tx->reqs[slot].id);
		WRITE_ONCE(rsp->status, pkt->status);
	}
	tx->rsp_prod_pvt = first + i;
}

static void respond_all(struct vif_queue *q, unsigned int n)
{
	RING_IDX old = q->tx.rsp_prod_pvt;
	unsigned int i;

	for (i = 0; i < n; i++)
		respond_packet(q, pkt_at(q, i));
	if (vif_ring_push(q->tx.sring, old, q->tx.rsp_prod_pvt)) {
		dom0_evtchn_notify(q->tx_channel->evtchn);
		q->counters[VIF_rx_notifies]++;
	}
}

/* ---- delivery ---- */

/* Check what the packet leaves to others, and tell the stack. On error the caller frees it. */
int vif_tx_finish(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt)
{
	u32 linear = min_t(u32, skb->len, LINEAR_MIN);

	if (skb_headlen(skb) < linear && !__pskb_pull_tail(skb, linear - skb_headlen(skb)))
		return -ENOMEM;
	skb->protocol = eth_type_trans(skb, q->vif->dev);
	skb_reset_network_header(skb);
	skb_record_rx_queue(skb, q->index);
	if (unlikely(pkt->hash_layer))
		skb_set_hash(skb, pkt->hash,
			     pkt->hash_layer == 4 ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);

	return vif_offload(q, skb, pkt);
}

/* Without GRO, which is off by default, the lists of napi_gro_receive() only cost time. */
static void give_to_stack(struct vif_queue *q, struct sk_buff *skb)
{
	if (q->vif->dev->features & NETIF_F_GRO) {
		napi_gro_receive(&q->napi, skb);
		return;
	}
	skb_mark_napi_id(skb, &q->napi);
	netif_receive_skb(skb);
}

/* Give a packet to the stack, or drop it. */
void vif_tx_deliver(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt)
{
	u32 len = skb->len;

	if (vif_tx_finish(q, skb, pkt)) {
		q->counters[VIF_rx_dropped]++;
		kfree_skb(skb);
		return;
	}
	q->counters[VIF_rx_packets]++;
	q->counters[VIF_rx_bytes] += len;
	give_to_stack(q, skb);
}

static void deliver_packet(struct vif_queue *q, struct vif_tx_pkt *pkt)
{
	if (unlikely(!pkt->skb && !pkt->page))
		/* OKAY without a packet: the multicast addresses were changed. */
		q->counters[VIF_rx_dropped] += pkt->status != XEN_NETIF_RSP_OKAY;
	else if (unlikely(q->xdp.prog))
		vif_xdp_deliver(q, pkt);
	else
		vif_tx_deliver(q, pkt->skb, pkt);
}

/* Return the work of a round. If it is less than @budget and ROUND_PACKETS, no more is there. */
static unsigned int poll_round(struct vif_queue *q, unsigned int budget)
{
	struct vif_tx *tx = &q->tx;
	unsigned int i, n, work;

	if (copy_requests(q))
		return 0;
	vif_xdp_begin(q);
	work = take_packets(q, min_t(unsigned int, budget, ROUND_PACKETS), &n);
	if (!n)
		return 0;

	q->counters[VIF_rx_copies] += dom0_copy_mark(&tx->copy);
	q->counters[VIF_rx_batches]++;
	trace_vif_tx_batch(q->vif->dev, q->index, n, tx->parse_cons - tx->rsp_prod_pvt,
			   dom0_copy_mark(&tx->copy));
	if (dom0_copy_flush(&tx->copy)) {
		for (i = 0; i < n; i++)
			check_copies(q, pkt_at(q, i));
	}
	dom0_copy_reset(&tx->copy);
	respond_all(q, n);
	for (i = 0; i < n; i++)
		deliver_packet(q, pkt_at(q, i));
	return work;
}

/*
 * Take packets that are work for @budget, and return how much. If less, no more can be taken now. A
 * packet is work of one, or with an XDP program of its frames: segmentation is part of the work.
 */
unsigned int vif_tx_poll(struct vif_queue *q, unsigned int budget)
{
	unsigned int done = 0, work;

	do {
		work = poll_round(q, budget - done);
		done += work;
	} while (work == ROUND_PACKETS && done < budget);
	if (unlikely(q->xdp.redirected))
		vif_xdp_flush(q);
	return done;
}

/*
 * Ask for an event with the request at index @req_cons. Return false if the request is there
 * already. NAPI may run on another CPU by now. Then at worst it runs once more without work.
 */
bool vif_tx_rearm(struct vif_queue *q, RING_IDX req_cons)
{
	return vif_ring_ask_event(q->tx.sring, req_cons + 1) == req_cons;
}

/* ---- life ---- */

static int map_tx_ring(struct vif_queue *q, grant_ref_t ref)
{
	struct vif_tx *tx = &q->tx;
	void *ring;
	int err;

	err = dom0_ring_map(q->vif->be->xdev, &ref, 1, &ring);
	if (err) {
		dom0_backend_error(q->vif->be, err, "mapping tx-ring-ref %u of queue %u", ref,
				   q->index);
		return err;
	}
	err = vif_ring_attach(ring, &tx->rsp_prod_pvt);
	if (err) {
		dom0_backend_error(q->vif->be, err, "indices of transmit ring %u out of range",
				   q->index);
		dom0_ring_unmap(q->vif->be->xdev, ring);
		return err;
	}
	tx->sring = ring;
	tx->req_cons = tx->rsp_prod_pvt;
	tx->parse_cons = tx->rsp_prod_pvt;
	tx->limited = false;
	return 0;
}

static void unmap_tx_ring(struct vif_queue *q)
{
	dom0_ring_unmap(q->vif->be->xdev, q->tx.sring);
	q->tx.sring = NULL;
}

int vif_tx_connect(struct vif_queue *q, grant_ref_t ref)
{
	struct vif_tx *tx = &q->tx;
	int err;

	err = map_tx_ring(q, ref);
	if (err)
		return err;
	err = -ENOMEM;
	tx->reqs = kcalloc(VIF_RING_SIZE, sizeof(*tx->reqs), DOM0_GUEST_GFP);
	if (!tx->reqs)
		goto unmap_tx_ring;
	tx->pkts = kcalloc(ROUND_PACKETS, sizeof(*tx->pkts), DOM0_GUEST_GFP);
	if (!tx->pkts)
		goto free_reqs;
	err = dom0_copy_init(&tx->copy, COPY_OPS, NUMA_NO_NODE);
	if (err)
		goto free_pkts;
	err = vif_xdp_connect(q);
	if (err)
		goto exit_copy;
	return 0;

exit_copy:
	dom0_copy_exit(&tx->copy);
free_pkts:
	kfree(tx->pkts);
free_reqs:
	kfree(tx->reqs);
unmap_tx_ring:
	dom0_backend_error(q->vif->be, err, "no memory for transmit ring of queue %u", q->index);
	unmap_tx_ring(q);
	return err;
}

void vif_tx_disconnect(struct vif_queue *q)
{
	struct vif_tx *tx = &q->tx;

	vif_xdp_disconnect(q);
	dom0_copy_exit(&tx->copy);
	kfree(tx->pkts);
	kfree(tx->reqs);
	unmap_tx_ring(q);
}

/* NAPI does not run any more. */
void vif_tx_stop(struct vif_queue *q)
{
	vif_turn_stop(q, VIF_FROM_GUEST);
	vif_heads_stop(&q->tx.heads);
}
