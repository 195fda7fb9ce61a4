// SPDX-License-Identifier: GPL-2.0
/*
 * ndo_start_xmit: it takes a packet for the guest only if the guest has posted the slots for it.
 * It gathers the packet's copies into a batch at once, under the queue's lock. So at most a ring's
 * worth of packets waits here. The others wait in the queueing discipline (rx_wait.c).
 *
 * The interface calls this direction tx, and so do its counters.
 */
#include "mcast.h"
#include "netdev.h"
#include "pack.h"
#include "queue.h"
#include "rx_extra.h"
#include "rx_wait.h"
#include "vif.h"
#include "xmit.h"

#include <dom0/copy_inline.h>
#include <dom0/netdev.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

/* Most data slots of a packet to the guest: as many fragments as the guest's stack takes. */
#define SLOTS_MAX	(XEN_NETIF_NR_SLOTS_MIN - 1)

/*
 * A copy ends at the end of a piece of the packet, of a page, or of a slot. The linear part and
 * each fragment may begin and end within a page. A chain with too many pieces is refused.
 */
#define PACKET_OPS_MAX	128
#define CHAIN_PIECES_MAX	(PACKET_OPS_MAX - SLOTS_MAX)

static_assert(PACKET_OPS_MAX <= VIF_RX_BATCH_OPS);
static_assert(2 * (MAX_SKB_FRAGS + 1) + 2 * SLOTS_MAX <= PACKET_OPS_MAX);

/* ---- the data of a packet ---- */

/* Return the number of pieces of contiguous data that is cut at the ends of pages. */
static unsigned int count_pieces(unsigned long start, u32 len)
{
	return len ? DIV_ROUND_UP(offset_in_page(start) + len, PAGE_SIZE) : 0;
}

/* Likewise of a packet, without those chained to it. */
static unsigned int count_packet_pieces(const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int i, pieces = count_pieces((unsigned long)skb->data, skb_headlen(skb));

	for (i = 0; i < shinfo->nr_frags; i++)
		pieces += count_pieces(skb_frag_off(&shinfo->frags[i]),
				       skb_frag_size(&shinfo->frags[i]));
	return pieces;
}

/*
 * Return true if a packet and those chained to it have few enough pieces. gather_data() does not
 * reach packets that are chained to a packet of the chain.
 */
static bool chain_is_short(const struct sk_buff *skb)
{
	unsigned int pieces = count_packet_pieces(skb);
	u32 reached = skb_pagelen(skb);
	const struct sk_buff *part;

	skb_walk_frags(skb, part) {
		pieces += count_packet_pieces(part);
		reached += skb_pagelen(part);
		if (pieces > CHAIN_PIECES_MAX)
			return false;
	}
	return reached == skb->len;
}

/* Without NETIF_F_FRAGLIST the stack segments a long chain or makes it linear beforehand. */
netdev_features_t vif_features_check(struct sk_buff *skb, struct net_device *dev,
				     netdev_features_t features)
{
	features = vlan_features_check(skb, features);
	if (unlikely(skb_has_frag_list(skb)) && !chain_is_short(skb))
		features &= ~NETIF_F_FRAGLIST;
	return features;
}

static unsigned int data_slots_max(const struct vif *vif)
{
	return vif->features.sg ? SLOTS_MAX : 1;
}

/*
 * The stack prepares packets for the features of the device. Check them again: the guest may have
 * reconnected with fewer features while a packet waited, and not all senders prepare packets.
 */
static bool guest_can_take(const struct vif_queue *q, const struct sk_buff *skb)
{
	const struct vif *vif = q->vif;

	if (!skb->len || skb->len + q->rx.headroom > data_slots_max(vif) * XEN_PAGE_SIZE)
		return false;
	if (unlikely(skb_has_frag_list(skb)) && !chain_is_short(skb))
		return false;
	if (!skb_is_gso(skb))
		return true;
	if (q->rx.headroom)
		return false;
	switch (vif_rx_gso_type(skb)) {
	case XEN_NETIF_GSO_TYPE_TCPV4:
		return vif->features.gso_tcpv4;
	case XEN_NETIF_GSO_TYPE_TCPV6:
		return vif->features.gso_tcpv6;
	default:
		return false;
	}
}

/* ---- gathering ---- */

/* Take the next slot of the ring for the batch. Read the request from shared memory once. */
static struct vif_rx_slot *consume_slot(struct vif_rx *rx, grant_ref_t *gref)
{
	const struct xen_netif_rx_sring *sring = vif_rx_sring(rx);
	struct vif_rx_slot *slot = &rx->filling->slots[rx->filling->nr_slots++];
	struct xen_netif_rx_request req;

	dom0_ring_copy(&req, &sring->ring[rx->ring.req_cons++ & VIF_RING_MASK], sizeof(req));
	*slot = (struct vif_rx_slot) { .id = req.id };
	*gref = req.gref;
	return slot;
}

static u16 checksum_flags(const struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated;
	if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		return XEN_NETRXF_data_validated;
	return 0;
}

/* Extra info takes the slots after the first. */
static void gather_extras(struct vif_rx *rx, const struct vif_rx_extras *extras,
			  struct vif_rx_slot *head)
{
	struct vif_rx_batch *batch = rx->filling;
	unsigned int i;

	head->flags |= XEN_NETRXF_extra_info;
	for (i = 0; i < extras->nr; i++)
		batch->slots[batch->nr_slots++] = (struct vif_rx_slot) {
			.extra = extras->infos[i],
			.is_extra = true,
		};
	rx->ring.req_cons += extras->nr;
}

static struct vif_rx_slot *consume_first_slot(struct vif_rx *rx, const struct sk_buff *skb,
					      const struct vif_rx_extras *extras,
					      grant_ref_t *gref)
{
	struct vif_rx_slot *slot = consume_slot(rx, gref);

	slot->flags |= checksum_flags(skb);
	slot->offset = rx->headroom;
	if (extras->nr)
		gather_extras(rx, extras, slot);
	return slot;
}

/* Return true if a packet needs one copy: its data lies within a page, and fits into a slot. */
static bool is_one_copy(const struct vif_queue *q, const struct sk_buff *skb)
{
	return !skb_is_nonlinear(skb) && offset_in_page(skb->data) + skb->len <= PAGE_SIZE &&
	       q->rx.headroom + skb->len <= XEN_PAGE_SIZE;
}

static void gather_one_copy(struct vif_queue *q, const struct sk_buff *skb,
			    const struct vif_rx_extras *extras)
{
	struct vif_rx_slot *slot;
	grant_ref_t gref;

	slot = consume_first_slot(&q->rx, skb, extras, &gref);
	slot->len = skb->len;
	slot->nr_ops = 1;
	dom0_copy_to_guest_inline(&q->rx.filling->copy, q->vif->domid, gref, q->rx.headroom,
				  virt_to_page(skb->data), offset_in_page(skb->data), skb->len);
}

/**
 * struct gathering - progress with the data of a packet that needs several copies
 * @q: the queue
 * @skb: the packet
 * @extras: its extra info
 * @slot: the slot that was taken last, or NULL
 * @gref: the guest's page of that slot
 * @pack: how the data is put into slots
 */
struct gathering {
	struct vif_queue *q;
	const struct sk_buff *skb;
	const struct vif_rx_extras *extras;
	struct vif_rx_slot *slot;
	grant_ref_t gref;
	struct vif_pack pack;
};

static void gather_slot(struct gathering *g)
{
	struct vif_rx *rx = &g->q->rx;

	if (!g->slot) {
		g->slot = consume_first_slot(rx, g->skb, g->extras, &g->gref);
		return;
	}
	g->slot->flags |= XEN_NETRXF_more_data;
	g->slot = consume_slot(rx, &g->gref);
}

/* Gather the copies of contiguous data. It may begin and end in different pages. */
static void gather_area(struct gathering *g, struct page *page, u32 offset, u32 len)
{
	struct dom0_copy *copy = &g->q->rx.filling->copy;
	bool new_page;
	u32 n;

	for (; len; len -= n, offset += n) {
		n = min_t(u32, len, PAGE_SIZE - offset_in_page(offset));
		n = vif_pack_next(&g->pack, n, &new_page);
		if (new_page)
			gather_slot(g);
		dom0_copy_to_guest_inline(copy, g->q->vif->domid, g->gref,
					  XEN_PAGE_SIZE - g->pack.space - n,
					  page + (offset >> PAGE_SHIFT), offset_in_page(offset), n);
		g->slot->len += n;
		g->slot->nr_ops++;
	}
}

/* Gather the copies of a packet, without those chained to it. */
static void gather_packet(struct gathering *g, const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	const skb_frag_t *frag;
	unsigned int i;

	gather_area(g, virt_to_page(skb->data), offset_in_page(skb->data), skb_headlen(skb));
	for (i = 0; i < shinfo->nr_frags; i++) {
		frag = &shinfo->frags[i];
		gather_area(g, skb_frag_page(frag), skb_frag_off(frag), skb_frag_size(frag));
	}
}

/* Gather the copies of all its data, into at most @max slots. */
static void gather_data(struct vif_queue *q, const struct sk_buff *skb,
			const struct vif_rx_extras *extras, unsigned int max)
{
	struct gathering g = { .q = q, .skb = skb, .extras = extras };
	const struct sk_buff *part;

	vif_pack_init(&g.pack, q->rx.headroom, skb->len, max);
	gather_packet(&g, skb);
	skb_walk_frags(skb, part)
		gather_packet(&g, part);
}

/* Take slots for a packet. The fewer slots are free, the denser the data is packed. */
static void add_to_batch(struct vif_queue *q, struct sk_buff *skb,
			 const struct vif_rx_extras *extras, unsigned int avail)
{
	struct vif_rx_batch *batch = q->rx.filling;

	skb_tx_timestamp(skb);
	if (is_one_copy(q, skb))
		gather_one_copy(q, skb, extras);
	else
		gather_data(q, skb, extras, min(data_slots_max(q->vif), avail - extras->nr));
	batch->skbs[batch->nr_skbs++] = skb;
	batch->bytes += skb->len;
	q->counters[VIF_tx_hashed] += extras->hashed;
	vif_rx_ring_end_wait(&q->rx.ring);
	/* Before NAPI can complete the packet: byte queue limits need this order. */
	netdev_tx_sent_queue(vif_stack_queue(q), skb->len);
}

/*
 * Take slots for a packet, and gather its copies into the batch.
 *
 * Return: 0; -EBUSY if the packet must wait, then the stack's queue is stopped; -EPROTO if the
 * guest has broken the ring; another error if the packet must be dropped.
 */
static int take_skb(struct vif_queue *q, struct sk_buff *skb)
{
	struct vif_rx_batch *batch = q->rx.filling;
	struct vif_rx_extras extras;
	unsigned int need;
	int avail;

	lockdep_assert_held(&q->rx.lock);
	if (unlikely(dom0_copy_space(&batch->copy) < PACKET_OPS_MAX)) {
		netif_tx_stop_queue(vif_stack_queue(q));
		return -EBUSY;
	}
	vif_rx_extras(q, skb, &extras);
	need = vif_pack_pages(q->rx.headroom, skb->len) + extras.nr;
	avail = vif_rx_ring_free(&q->rx.ring);
	if (unlikely(avail >= 0 && avail < need)) {
		if (vif_rx_drain_expired(q))
			return -ENOBUFS;
		if (vif_rx_backlog_full(q)) {
			q->counters[VIF_tx_backlog_full]++;
			return -ENOBUFS;
		}
		avail = vif_rx_wait(q, need);
		if (avail >= 0 && avail < need)
			return -EBUSY;
	}
	if (unlikely(avail < 0))
		return avail;
	/* The guest has posted the slots: the wait for a limit does not count as a stall. */
	if (unlikely(!vif_turn_may_pass(q, VIF_TO_GUEST, skb->len))) {
		vif_rx_ring_end_wait(&q->rx.ring);
		return vif_rx_hold(q);
	}

	add_to_batch(q, skb, &extras, avail);
	return 0;
}

/*
 * Likewise for a frame of an XDP program, which is dropped if it cannot be sent at once. It does
 * not overtake packets of the stack that wait for slots or for a limit.
 */
static int take_frame(struct vif_queue *q, struct sk_buff *skb)
{
	struct vif_rx_extras extras;
	int avail;

	lockdep_assert_held(&q->rx.lock);
	if (netif_tx_queue_stopped(vif_stack_queue(q)) ||
	    dom0_copy_space(&q->rx.filling->copy) < PACKET_OPS_MAX)
		return -ENOBUFS;
	vif_rx_extras(q, skb, &extras);
	avail = vif_rx_ring_free(&q->rx.ring);
	if (avail < 0)
		return avail;
	if (avail < vif_pack_pages(q->rx.headroom, skb->len) + extras.nr ||
	    !vif_limit_allows(q, VIF_TO_GUEST, skb->len))
		return -ENOBUFS;
	add_to_batch(q, skb, &extras, avail);
	return 0;
}

/* Return 0 if a packet may go to the guest, or an error if it must be dropped. */
static int check_skb(struct vif_queue *q, const struct sk_buff *skb)
{
	const struct vif *vif = q->vif;

	lockdep_assert_held(&q->rx.lock);
	if (unlikely(READ_ONCE(vif->link.down))) {
		q->counters[VIF_tx_link_down]++;
		return -ENETDOWN;
	}
	if (unlikely(READ_ONCE(vif->mcast.filter)) && vif_mcast_filtered(vif, skb)) {
		q->counters[VIF_tx_mcast_filtered]++;
		return -EADDRNOTAVAIL;
	}
	if (likely(q->rx.running && !READ_ONCE(vif->broken) && guest_can_take(q, skb)))
		return 0;
	return -ENETDOWN;
}

static void break_rx_ring(struct vif_queue *q)
{
	vif_break(q->vif, "receive ring: request producer index out of range");
}

/* Take or drop a frame of an XDP program. Return 0 if it was taken: then NAPI has to run. */
int vif_xmit_frame(struct vif_queue *q, struct sk_buff *skb)
{
	int err;

	spin_lock(&q->rx.lock);
	err = check_skb(q, skb) ?: take_frame(q, skb);
	q->counters[VIF_tx_dropped] += !!err;
	spin_unlock(&q->rx.lock);

	if (unlikely(err == -EPROTO))
		break_rx_ring(q);
	if (err)
		kfree_skb(skb);
	return err;
}

/* A packet may name any queue that exists, also one that the guest has not connected. */
netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vif *vif = dom0_netdev_priv(dev);
	struct vif_queue *q = &vif->queues[skb_get_queue_mapping(skb)];
	struct vif_rx *rx = &q->rx;
	bool waiting, drop;
	int err;

	/* netpoll sends with interrupts off, perhaps in an interrupt of the lock's holder. */
	if (likely(!irqs_disabled()))
		spin_lock(&rx->lock);
	else if (!spin_trylock(&rx->lock))
		return NETDEV_TX_BUSY;
	err = check_skb(q, skb) ?: take_skb(q, skb);
	drop = err && err != -EBUSY;
	q->counters[VIF_tx_dropped] += drop;
	waiting = rx->running && rx->filling->nr_skbs;
	spin_unlock(&rx->lock);

	if (unlikely(err == -EPROTO))
		break_rx_ring(q);
	if (unlikely(drop))
		dev_kfree_skb_any(skb);
	/* Also if this packet was dropped: earlier ones may wait because of netdev_xmit_more(). */
	if (waiting && (!netdev_xmit_more() || netif_tx_queue_stopped(vif_stack_queue(q))))
		napi_schedule(&q->napi);
	return err == -EBUSY ? NETDEV_TX_BUSY : NETDEV_TX_OK;
}
