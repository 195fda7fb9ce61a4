// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the guest. ndo_start_xmit takes a packet only if the guest has posted the slots for
 * it, and gathers its copies into a batch at once. So at most a ring's worth of packets waits here.
 * The others wait in the queueing discipline, which rx_wait.c watches. NAPI puts an empty batch in
 * place of the full one, copies with one hypercall, and writes the responses.
 *
 * The interface calls this direction tx, and so do its counters.
 */
#include "pack.h"
#include "ring.h"
#include "rx.h"
#include "vif.h"

#include <dom0/memory.h>
#include <dom0/ring_map.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <trace/events/dom0_netback.h>

/*
 * A copy ends at the end of a piece of the packet, of a page, or of a slot. The linear part and
 * each fragment may begin and end within a page. A chain with too many pieces is refused.
 */
#define PACKET_OPS_MAX	128
#define CHAIN_PIECES_MAX	(PACKET_OPS_MAX - VIF_RX_SLOTS_MAX)
/* Room for several packets. The operations of one batch take 16 KB. */
#define COPY_OPS	400

static_assert(sizeof(struct xen_netif_extra_info) == sizeof(u64));
static_assert(2 * (MAX_SKB_FRAGS + 1) + 2 * VIF_RX_SLOTS_MAX <= PACKET_OPS_MAX);

/* ---- what is in a packet ---- */

/* Walks over the data of a packet and of those chained to it, page by page. */
struct cursor {
	const struct sk_buff *skb;
	const struct sk_buff *next;
	int frag;	/* -1 is the linear part */
	u32 done;	/* bytes of this part before the cursor */
};

static struct cursor cursor_at(const struct sk_buff *skb)
{
	return (struct cursor) {
		.skb = skb,
		.next = skb_shinfo(skb)->frag_list,
		.frag = -1,
	};
}

/* Find the data at the cursor, up to the end of its page. Return 0 at the end of the packet. */
static u32 packet_piece(struct cursor *c, struct page **page, u32 *offset)
{
	const struct skb_shared_info *shinfo = skb_shinfo(c->skb);
	const skb_frag_t *frag;
	u32 left;

	if (c->frag < 0) {
		const void *data = c->skb->data + c->done;

		left = skb_headlen(c->skb) - c->done;
		if (left) {
			*page = virt_to_page(data);
			*offset = offset_in_page(data);
			return min_t(u32, left, PAGE_SIZE - *offset);
		}
		c->frag = 0;
		c->done = 0;
	}
	for (; c->frag < shinfo->nr_frags; c->frag++, c->done = 0) {
		frag = &shinfo->frags[c->frag];
		left = skb_frag_size(frag) - c->done;
		if (left) {
			*offset = skb_frag_off(frag) + c->done;
			*page = skb_frag_page(frag) + (*offset >> PAGE_SHIFT);
			*offset = offset_in_page(*offset);
			return min_t(u32, left, PAGE_SIZE - *offset);
		}
	}
	return 0;
}

/* Likewise, but go on to the next packet of the chain. Return 0 at the end of the chain. */
static u32 cursor_piece(struct cursor *c, struct page **page, u32 *offset)
{
	u32 len;

	while (!(len = packet_piece(c, page, offset)) && c->next) {
		c->skb = c->next;
		c->next = c->skb->next;
		c->frag = -1;
		c->done = 0;
	}
	return len;
}

/*
 * Return true if the cursor reaches all data, in few enough pieces. It does not reach the packets
 * that are chained to a packet of the chain.
 */
static bool chain_is_short(const struct sk_buff *skb)
{
	struct cursor c = cursor_at(skb);
	unsigned int pieces = 0;
	u32 offset, len, sum = 0;
	struct page *page;

	while ((len = cursor_piece(&c, &page, &offset)) && pieces++ < CHAIN_PIECES_MAX) {
		c.done += len;
		sum += len;
	}
	return sum == skb->len;
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
	return vif->can_sg ? VIF_RX_SLOTS_MAX : 1;
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
		return vif->can_gso_tcpv4;
	case XEN_NETIF_GSO_TYPE_TCPV6:
		return vif->can_gso_tcpv6;
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

/* The copies of a packet's data, into at most @max slots. */
static void gather_data(struct vif_queue *q, const struct sk_buff *skb,
			const struct vif_rx_extras *extras, unsigned int max)
{
	struct vif_rx_batch *batch = q->rx.filling;
	struct vif_rx_slot *slot = NULL;
	struct cursor c = cursor_at(skb);
	struct vif_pack pack;
	grant_ref_t gref = 0;
	struct page *page;
	u32 offset, n;
	bool new_page;

	vif_pack_init(&pack, q->rx.headroom, skb->len, max);
	while ((n = cursor_piece(&c, &page, &offset))) {
		n = vif_pack_next(&pack, n, &new_page);
		if (new_page && !slot) {
			slot = consume_first_slot(&q->rx, skb, extras, &gref);
		} else if (new_page) {
			slot->flags |= XEN_NETRXF_more_data;
			slot = consume_slot(&q->rx, &gref);
		}
		dom0_copy_to_guest(&batch->copy, q->vif->domid, gref,
				   XEN_PAGE_SIZE - pack.space - n, page, offset, n);
		slot->len += n;
		slot->nr_ops++;
		c.done += n;
	}
}

/*
 * Take slots for a packet, and gather its copies into the batch. The fewer slots are free, the
 * denser the data is packed.
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

	skb_tx_timestamp(skb);
	gather_data(q, skb, &extras, min(data_slots_max(q->vif), avail - extras.nr));
	batch->skbs[batch->nr_skbs++] = skb;
	batch->bytes += skb->len;
	q->counters[VIF_tx_hashed] += extras.hashed;
	vif_rx_ring_end_wait(&q->rx.ring);
	/* Before NAPI can complete the packet: byte queue limits need this order. */
	netdev_tx_sent_queue(vif_stack_queue(q), skb->len);
	return 0;
}

/* Return 0 if a packet may go to the guest, or an error if it must be dropped. */
static int check_skb(struct vif_queue *q, const struct sk_buff *skb)
{
	const struct vif *vif = q->vif;

	lockdep_assert_held(&q->rx.lock);
	if (unlikely(READ_ONCE(vif->link_down))) {
		q->counters[VIF_tx_link_down]++;
		return -ENETDOWN;
	}
	if (unlikely(READ_ONCE(vif->mcast_filter)) && vif_mcast_filtered(vif, skb)) {
		q->counters[VIF_tx_mcast_filtered]++;
		return -EADDRNOTAVAIL;
	}
	if (likely(q->rx.running && !READ_ONCE(vif->broken) && guest_can_take(q, skb)))
		return 0;
	return -ENETDOWN;
}

/* A packet may name any queue that exists, also one that the guest has not connected. */
netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vif *vif = netdev_priv(dev);
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
		vif_break(vif, "receive ring: request producer index out of range");
	if (unlikely(drop))
		dev_kfree_skb_any(skb);
	/* Also if this packet was dropped: earlier ones may wait because of netdev_xmit_more(). */
	if (waiting && (!netdev_xmit_more() || netif_tx_queue_stopped(vif_stack_queue(q))))
		napi_schedule(&q->napi);
	return err == -EBUSY ? NETDEV_TX_BUSY : NETDEV_TX_OK;
}

/* ---- sending ---- */

static void write_rx_extra(struct xen_netif_extra_info *shared,
			   const struct xen_netif_extra_info *extra)
{
	u64 word;

	memcpy(&word, extra, sizeof(word));
	WRITE_ONCE(*(u64 *)shared, word);
}

static bool copies_failed(const struct dom0_copy *copy, unsigned int first, unsigned int nr)
{
	while (nr--) {
		if (dom0_copy_status(copy, first + nr) != GNTST_okay)
			return true;
	}
	return false;
}

/* Write the responses of a batch; @failed if any of its copies has failed. */
static void write_responses(struct vif_queue *q, const struct vif_rx_batch *batch, bool failed)
{
	struct xen_netif_rx_sring *sring = vif_rx_sring(&q->rx);
	unsigned int i, op = 0;

	for (i = 0; i < batch->nr_slots; i++) {
		const struct vif_rx_slot *slot = &batch->slots[i];
		RING_IDX idx = (q->rx.ring.rsp_prod_pvt + i) & VIF_RING_MASK;
		struct xen_netif_rx_response *rsp = &sring->ring[idx].rsp;
		s16 status = slot->len;

		if (slot->is_extra) {
			write_rx_extra((struct xen_netif_extra_info *)rsp, &slot->extra);
			continue;
		}
		if (failed && copies_failed(&batch->copy, op, slot->nr_ops)) {
			q->counters[VIF_tx_copy_errors]++;
			status = XEN_NETIF_RSP_ERROR;
		}
		op += slot->nr_ops;
		WRITE_ONCE(rsp->id, slot->id);
		WRITE_ONCE(rsp->offset, slot->offset);
		WRITE_ONCE(rsp->flags, slot->flags);
		WRITE_ONCE(rsp->status, status);
	}
}

static void respond_batch(struct vif_queue *q, const struct vif_rx_batch *batch, bool failed)
{
	write_responses(q, batch, failed);
	if (vif_rx_ring_push(&q->rx.ring, batch->nr_slots)) {
		dom0_evtchn_notify(q->rx_channel->evtchn);
		q->counters[VIF_tx_notifies]++;
	}
}

static void free_packets(struct vif_queue *q, struct vif_rx_batch *batch, int budget)
{
	unsigned int i;

	q->counters[VIF_tx_packets] += batch->nr_skbs;
	q->counters[VIF_tx_bytes] += batch->bytes;
	netdev_tx_completed_queue(vif_stack_queue(q), batch->nr_skbs, batch->bytes);
	for (i = 0; i < batch->nr_skbs; i++)
		napi_consume_skb(batch->skbs[i], budget);
}

static void reset_batch(struct vif_rx_batch *batch)
{
	dom0_copy_reset(&batch->copy);
	batch->nr_slots = 0;
	batch->nr_skbs = 0;
	batch->bytes = 0;
}

static void send_batch(struct vif_queue *q, struct vif_rx_batch *batch, int budget)
{
	q->counters[VIF_tx_copies] += dom0_copy_mark(&batch->copy);
	q->counters[VIF_tx_batches]++;
	trace_vif_rx_batch(q->vif->dev, q->index, batch->nr_skbs, batch->nr_slots,
			   dom0_copy_mark(&batch->copy));
	respond_batch(q, batch, dom0_copy_flush(&batch->copy));
	free_packets(q, batch, budget);
	reset_batch(batch);
}

static void note_req_prod(struct vif_queue *q, RING_IDX prod)
{
	if (prod != q->rx.last_req_prod)
		WRITE_ONCE(q->rx_channel->had_work, true);
	q->rx.last_req_prod = prod;
}

/* Send the packets taken so far, and wake the stack if slots are free again. @budget is NAPI's. */
void vif_rx_poll(struct vif_queue *q, int budget)
{
	struct vif_rx *rx = &q->rx;
	int avail;

	/* netpoll polls with a budget of 0, perhaps in an interrupt of the lock's holder. */
	if (likely(budget))
		spin_lock(&rx->lock);
	else if (!spin_trylock(&rx->lock))
		return;
	avail = vif_rx_check(q);
	if (likely(avail >= 0)) {
		note_req_prod(q, rx->ring.req_cons + avail);
		swap(rx->filling, rx->spare);
	}
	spin_unlock(&rx->lock);

	if (unlikely(avail < 0)) {
		vif_break(q->vif, "receive ring: request producer index out of range");
		return;
	}
	if (rx->spare->nr_skbs)
		send_batch(q, rx->spare, budget);
	/* Not for netpoll: it may have interrupted the holder of carrier_lock. */
	if (likely(budget))
		vif_rx_update_carrier(q);
}

/* ---- life ---- */

static void free_batch(struct vif_rx_batch *batch)
{
	if (!batch)
		return;
	dom0_copy_exit(&batch->copy);
	kvfree(batch);
}

static struct vif_rx_batch *alloc_batch(void)
{
	struct vif_rx_batch *batch;

	batch = kvzalloc(sizeof(*batch), DOM0_GUEST_GFP);
	if (!batch)
		return NULL;
	if (dom0_copy_init(&batch->copy, COPY_OPS, NUMA_NO_NODE)) {
		kvfree(batch);
		return NULL;
	}
	return batch;
}

static int map_ring(struct vif_queue *q, grant_ref_t ref)
{
	struct vif_rx_ring *ring = &q->rx.ring;
	void *sring;
	int err;

	err = dom0_ring_map(q->vif->be->xdev, &ref, 1, &sring);
	if (err) {
		dom0_backend_error(q->vif->be, err, "mapping rx-ring-ref %u of queue %u", ref,
				   q->index);
		return err;
	}
	*ring = (struct vif_rx_ring) { .sring = sring };
	err = dom0_ring_attach(ring->sring, VIF_RING_SIZE, &ring->rsp_prod_pvt);
	if (err) {
		dom0_backend_error(q->vif->be, err, "indices of receive ring %u out of range",
				   q->index);
		dom0_ring_unmap(q->vif->be->xdev, sring);
		ring->sring = NULL;
		return err;
	}
	ring->req_cons = ring->rsp_prod_pvt;
	q->rx.last_req_prod = ring->rsp_prod_pvt;
	return 0;
}

int vif_rx_connect(struct vif_queue *q, grant_ref_t ref)
{
	struct vif_rx *rx = &q->rx;
	int err;

	err = map_ring(q, ref);
	if (err)
		return err;
	rx->filling = alloc_batch();
	rx->spare = alloc_batch();
	if (rx->filling && rx->spare)
		return 0;
	dom0_backend_error(q->vif->be, -ENOMEM, "no memory for receive ring of queue %u", q->index);
	vif_rx_disconnect(q);
	return -ENOMEM;
}

void vif_rx_disconnect(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;

	free_batch(rx->spare);
	rx->spare = NULL;
	free_batch(rx->filling);
	rx->filling = NULL;
	dom0_ring_unmap(q->vif->be->xdev, rx->ring.sring);
	rx->ring.sring = NULL;
}

/* NAPI is enabled. */
void vif_rx_start(struct vif_queue *q)
{
	spin_lock_bh(&q->rx.lock);
	vif_rx_ring_end_wait(&q->rx.ring);
	q->rx.running = true;
	netif_tx_wake_queue(vif_stack_queue(q));
	spin_unlock_bh(&q->rx.lock);
}

/* Set the headroom of later packets. Packets in the batch keep theirs. */
void vif_rx_set_headroom(struct vif_queue *q, unsigned int headroom)
{
	spin_lock_bh(&q->rx.lock);
	q->rx.headroom = headroom;
	spin_unlock_bh(&q->rx.lock);
}

static void drop_batch(struct vif_rx_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr_skbs; i++)
		kfree_skb(batch->skbs[i]);
	reset_batch(batch);
}

/* NAPI is disabled. Drop the packets taken so far; their slots are free again. */
void vif_rx_stop(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;

	spin_lock_bh(&rx->lock);
	rx->running = false;
	/* The last round of NAPI may have woken the stack's queue. */
	netif_tx_stop_queue(vif_stack_queue(q));
	vif_rx_ring_end_wait(&rx->ring);
	rx->ring.req_cons = rx->ring.rsp_prod_pvt;
	vif_rx_clear_backlog(rx);
	/* Under the lock: ndo_start_xmit may still drop packets and count them. */
	q->counters[VIF_tx_dropped] += rx->filling->nr_skbs;
	spin_unlock_bh(&rx->lock);
	vif_turn_stop(q, VIF_TO_GUEST);
	cancel_delayed_work_sync(&rx->slot_timer);
	/* The spare batch is empty: NAPI has sent it. */
	drop_batch(rx->filling);
	netdev_tx_reset_queue(vif_stack_queue(q));
}
