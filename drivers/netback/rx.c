// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the guest. ndo_start_xmit takes a packet only if the guest has posted the slots for
 * it, promises it those slots, and stages it; so at most a ring's worth of packets waits here, and
 * all the rest in the queueing discipline. NAPI copies what is staged with one hypercall and
 * answers the slots.
 *
 * A packet is staged for the time until the next softirq only, so that limiting the bytes in flight
 * (BQL) would have nothing to measure.
 */
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <trace/events/dom0_netback.h>

#include "pack.h"
#include "ring.h"
#include "vif.h"

/*
 * A copy ends where a page of the packet ends or where a slot ends. Each fragment may begin and end
 * within a page.
 */
#define PACKET_OPS_MAX	(2 * (MAX_SKB_FRAGS + 1) + 2 * VIF_RX_SLOTS_MAX)
#define COPY_OPS	(VIF_RING_SIZE + PACKET_OPS_MAX)

/* A frontend that sends no event for new slots is looked at this often. */
#define NO_NOTIFY_MSECS	30

/* Walks over the data of a packet, page by page. */
struct cursor {
	const struct sk_buff *skb;
	int frag;	/* -1 is the linear part */
	u32 done;	/* bytes of it that lie behind */
};

/* The bytes at the cursor up to the end of their page; 0 at the end of the packet. */
static u32 cursor_piece(struct cursor *c, struct page **page, u32 *offset)
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

/* TCP sets the type in packets of one segment too, which have no size. */
static u8 packet_gso_type(const struct sk_buff *skb)
{
	if (!skb_is_gso(skb))
		return XEN_NETIF_GSO_TYPE_NONE;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4)
		return XEN_NETIF_GSO_TYPE_TCPV4;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6)
		return XEN_NETIF_GSO_TYPE_TCPV6;
	return XEN_NETIF_GSO_TYPE_NONE;
}

static unsigned int data_slots_max(const struct vif *vif)
{
	return vif->can_sg ? VIF_RX_SLOTS_MAX : 1;
}

/* Ring slots that a packet takes; 0 if the guest cannot take it at all. */
static unsigned int packet_slots(const struct vif *vif, const struct sk_buff *skb)
{
	unsigned int max = data_slots_max(vif);
	struct cursor c = { .skb = skb, .frag = -1 };
	struct vif_pack pack;
	struct page *page;
	u32 offset, len;
	bool fresh;

	if (skb->len > max * XEN_PAGE_SIZE)
		return 0;
	vif_pack_init(&pack, skb->len, max);
	while ((len = cursor_piece(&c, &page, &offset)))
		c.done += vif_pack_next(&pack, len, &fresh);
	return pack.pages + (packet_gso_type(skb) != XEN_NETIF_GSO_TYPE_NONE);
}

static struct netdev_queue *stack_queue(const struct vif_queue *q)
{
	return netdev_get_tx_queue(q->vif->dev, q->index);
}

/* ---- slots ---- */

static int slots_after(struct vif_queue *q, RING_IDX req_prod)
{
	RING_IDX avail = req_prod - READ_ONCE(q->rx.promised);

	if (avail <= VIF_RING_SIZE)
		return avail;
	vif_break(q->vif, "receive ring: request producer index out of range");
	return -EIO;
}

/* Slots that are posted and not promised. */
static int free_slots(struct vif_queue *q)
{
	return slots_after(q, vif_ring_req_prod(q->rx.sring));
}

/* As free_slots(), and the guest sends an event when @need are there. */
static int ask_for_slots(struct vif_queue *q, unsigned int need)
{
	return slots_after(q, vif_ring_ask(q->rx.sring, READ_ONCE(q->rx.promised) + need));
}

static unsigned long watch_delay(const struct vif *vif)
{
	return msecs_to_jiffies(vif->rx_notify ? vif_drain_msecs : NO_NOTIFY_MSECS);
}

/* Stop the stack until @need slots are there; false if they have come meanwhile. */
static bool wait_for_slots(struct vif_queue *q, int need)
{
	struct vif_rx *rx = &q->rx;

	netif_tx_stop_queue(stack_queue(q));
	if (ask_for_slots(q, need) >= need) {
		netif_tx_start_queue(stack_queue(q));
		return false;
	}
	q->counters[VIF_tx_ring_full]++;
	WRITE_ONCE(rx->stopped_at, jiffies);
	queue_delayed_work(system_wq, &rx->work, watch_delay(q->vif));
	return true;
}

static void watch(struct work_struct *work)
{
	struct vif_queue *q = container_of(to_delayed_work(work), struct vif_queue, rx.work);

	vif_queue_schedule(q);
}

void vif_rx_watch_init(struct vif_queue *q)
{
	INIT_DELAYED_WORK(&q->rx.work, watch);
}

static void set_stalled(struct vif_queue *q, bool stalled)
{
	struct vif *vif = q->vif;

	if (q->rx.stalled == stalled)
		return;
	q->rx.stalled = stalled;
	if (stalled) {
		q->counters[VIF_tx_stalls]++;
		if (atomic_inc_return(&vif->stalled_queues) == 1)
			netif_carrier_off(vif->dev);
	} else if (atomic_dec_and_test(&vif->stalled_queues)) {
		netif_carrier_on(vif->dev);
	}
}

static bool waited_too_long(const struct vif *vif, unsigned long waited)
{
	return vif->rx_notify && vif_stall_msecs && waited >= msecs_to_jiffies(vif_stall_msecs);
}

/* No slots for long: first what waits in the stack is dropped, then the carrier goes. */
static void no_slots(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;
	unsigned long waited = jiffies - READ_ONCE(rx->stopped_at);

	if (!rx->expired && waited >= msecs_to_jiffies(vif_drain_msecs)) {
		WRITE_ONCE(rx->expired, true);
		netif_tx_wake_queue(stack_queue(q));
	}
	if (waited_too_long(q->vif, waited))
		set_stalled(q, true);
	queue_delayed_work(system_wq, &rx->work, min(watch_delay(q->vif), HZ));
}

static void check_slots(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;
	int need = q->vif->rx_slots;

	if (likely(!netif_tx_queue_stopped(stack_queue(q)) && !rx->expired))
		return;
	if (ask_for_slots(q, need) < need) {
		no_slots(q);
		return;
	}
	WRITE_ONCE(rx->expired, false);
	set_stalled(q, false);
	netif_tx_wake_queue(stack_queue(q));
}

/* ---- staging ---- */

netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vif *vif = netdev_priv(dev);
	struct vif_queue *q = &vif->queues[skb_get_queue_mapping(skb)];
	struct vif_rx *rx = &q->rx;
	int need = packet_slots(vif, skb);
	netdev_tx_t verdict = NETDEV_TX_OK;
	int room;

	if (unlikely(!vif->running || READ_ONCE(vif->broken) || !need))
		goto drop;
	room = free_slots(q);
	if (unlikely(room < need)) {
		if (room < 0 || READ_ONCE(rx->expired))
			goto drop;
		wait_for_slots(q, need);
		verdict = NETDEV_TX_BUSY;
		goto schedule;
	}
	skb_tx_timestamp(skb);
	rx->staged[rx->tail & VIF_RING_MASK] = skb;
	WRITE_ONCE(rx->promised, rx->promised + need);
	smp_store_release(&rx->tail, rx->tail + 1);	/* after the packet itself */

	if (room - need < vif->rx_slots && !READ_ONCE(rx->expired))
		wait_for_slots(q, vif->rx_slots);
	goto schedule;

drop:
	q->counters[VIF_tx_dropped]++;
	dev_kfree_skb_any(skb);
schedule:
	/* Also what was staged before this packet, with the promise of more, must go some time. */
	if (!netdev_xmit_more() || netif_tx_queue_stopped(stack_queue(q)))
		napi_schedule(&q->napi);
	return verdict;
}

/* ---- copying ---- */

/* The request's reference, read once; its response is prepared. */
static grant_ref_t open_slot(struct vif_queue *q, RING_IDX idx, struct vif_rx_slot **slot)
{
	unsigned int i = idx & VIF_RING_MASK;
	struct xen_netif_rx_request req;

	vif_ring_read((u32 *)&req, &q->rx.sring->ring[i], sizeof(req));
	*slot = &q->rx.slots[i];
	**slot = (struct vif_rx_slot) { .id = req.id };
	return req.gref;
}

static u16 checksum_flags(const struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated;
	if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		return XEN_NETRXF_data_validated;
	return 0;
}

static void gather(struct vif_queue *q, const struct sk_buff *skb)
{
	struct cursor c = { .skb = skb, .frag = -1 };
	u8 gso_type = packet_gso_type(skb);
	struct vif_rx *rx = &q->rx;
	struct vif_rx_slot *slot = NULL;
	RING_IDX first = rx->gathered;
	struct vif_rx_slot *head = &rx->slots[first & VIF_RING_MASK];
	struct vif_pack pack;
	grant_ref_t gref = 0;
	struct page *page;
	u32 offset, n;
	bool fresh;

	vif_pack_init(&pack, skb->len, data_slots_max(q->vif));
	while ((n = cursor_piece(&c, &page, &offset))) {
		n = vif_pack_next(&pack, n, &fresh);
		if (fresh) {
			if (slot)
				slot->flags |= XEN_NETRXF_more_data;
			gref = open_slot(q, rx->gathered++, &slot);
			/* Extra info has the slot behind the first. */
			if (slot == head && gso_type != XEN_NETIF_GSO_TYPE_NONE)
				rx->gathered++;
		}
		dom0_copy_to_guest(&rx->copy, q->vif->domid, gref, XEN_PAGE_SIZE - pack.room - n,
				   page, offset, n);
		slot->len += n;
		slot->nr_ops++;
		c.done += n;
	}
	head->flags |= checksum_flags(skb);
	if (gso_type != XEN_NETIF_GSO_TYPE_NONE) {
		head->flags |= XEN_NETRXF_extra_info;
		rx->slots[(first + 1) & VIF_RING_MASK] = (struct vif_rx_slot) {
			.gso_type = gso_type,
			.gso_size = skb_shinfo(skb)->gso_size,
		};
	}
}

static void respond_extra(struct xen_netif_extra_info *extra, const struct vif_rx_slot *slot)
{
	WRITE_ONCE(extra->type, XEN_NETIF_EXTRA_TYPE_GSO);
	WRITE_ONCE(extra->flags, 0);
	WRITE_ONCE(extra->u.gso.size, slot->gso_size);
	WRITE_ONCE(extra->u.gso.type, slot->gso_type);
	WRITE_ONCE(extra->u.gso.pad, 0);
	WRITE_ONCE(extra->u.gso.features, 0);
}

static bool copies_failed(const struct vif_queue *q, unsigned int first, unsigned int nr)
{
	while (nr--) {
		if (dom0_copy_status(&q->rx.copy, first + nr) != GNTST_okay)
			return true;
	}
	return false;
}

/* Responses for all gathered slots; @failed if any copy has failed. */
static void respond(struct vif_queue *q, bool failed)
{
	struct vif_rx *rx = &q->rx;
	RING_IDX old = rx->rsp_prod;
	unsigned int op = 0;

	for (; rx->rsp_prod != rx->gathered; rx->rsp_prod++) {
		unsigned int i = rx->rsp_prod & VIF_RING_MASK;
		const struct vif_rx_slot *slot = &rx->slots[i];
		struct xen_netif_rx_response *rsp = &rx->sring->ring[i].rsp;
		s16 status = slot->len;

		if (slot->gso_type) {
			respond_extra((struct xen_netif_extra_info *)rsp, slot);
			continue;
		}
		if (failed && copies_failed(q, op, slot->nr_ops)) {
			q->counters[VIF_tx_copy_errors]++;
			status = XEN_NETIF_RSP_ERROR;
		}
		op += slot->nr_ops;
		WRITE_ONCE(rsp->id, slot->id);
		WRITE_ONCE(rsp->offset, 0);
		WRITE_ONCE(rsp->flags, slot->flags);
		WRITE_ONCE(rsp->status, status);
	}
	if (vif_ring_push(rx->sring, old, rx->rsp_prod)) {
		dom0_evtchn_notify(q->rx_channel->evtchn);
		q->counters[VIF_tx_notifies]++;
	}
}

/* Copy and answer what was gathered from the packets up to @end. */
static void commit(struct vif_queue *q, u32 end, int budget)
{
	struct vif_rx *rx = &q->rx;

	q->counters[VIF_tx_copies] += rx->copy.nr;
	q->counters[VIF_tx_batches]++;
	trace_vif_rx_batch(q->vif->dev, q->index, end - rx->head, rx->gathered - rx->rsp_prod,
			   rx->copy.nr);
	respond(q, dom0_copy_flush(&rx->copy));
	dom0_copy_reset(&rx->copy);

	for (; rx->head != end; rx->head++) {
		struct sk_buff *skb = rx->staged[rx->head & VIF_RING_MASK];

		q->counters[VIF_tx_packets]++;
		q->counters[VIF_tx_bytes] += skb->len;
		napi_consume_skb(skb, budget);
	}
}

/* Send what is staged, and wake the stack if there is room again. @budget as of NAPI. */
void vif_rx_poll(struct vif_queue *q, int budget)
{
	struct vif_rx *rx = &q->rx;
	u32 tail = smp_load_acquire(&rx->tail);	/* before the packets themselves */
	RING_IDX prod = vif_ring_req_prod(rx->sring);
	u32 next = rx->head;

	if (prod - rx->rsp_prod > VIF_RING_SIZE) {
		vif_break(q->vif, "receive ring: request producer index out of range");
		return;
	}
	if (prod != rx->seen)
		q->rx_channel->worked = true;
	rx->seen = prod;

	while (next != tail) {
		gather(q, rx->staged[next++ & VIF_RING_MASK]);
		if (next == tail || dom0_copy_room(&rx->copy) < PACKET_OPS_MAX)
			commit(q, next, budget);
	}
	check_slots(q);
}

/* ---- life ---- */

int vif_rx_connect(struct vif_queue *q, grant_ref_t ref)
{
	struct vif_rx *rx = &q->rx;
	void *ring;
	int err;

	err = dom0_ring_map(q->vif->be->xdev, &ref, 1, &ring);
	if (err) {
		dom0_backend_error(q->vif->be, err, "mapping rx-ring-ref %u of queue %u", ref,
				   q->index);
		return err;
	}
	rx->sring = ring;
	err = vif_ring_attach(rx->sring, &rx->rsp_prod);
	if (err) {
		dom0_backend_error(q->vif->be, err, "indices of receive ring %u out of range",
				   q->index);
		goto unmap_ring;
	}
	rx->gathered = rx->rsp_prod;
	rx->promised = rx->rsp_prod;
	rx->seen = rx->rsp_prod;
	rx->head = 0;
	rx->tail = 0;

	err = -ENOMEM;
	rx->staged = kcalloc(VIF_RING_SIZE, sizeof(*rx->staged), GFP_KERNEL);
	if (!rx->staged)
		goto unmap_ring;
	rx->slots = kcalloc(VIF_RING_SIZE, sizeof(*rx->slots), GFP_KERNEL);
	if (!rx->slots)
		goto free_staged;
	err = dom0_copy_init(&rx->copy, COPY_OPS, NUMA_NO_NODE);
	if (err)
		goto free_slots;
	return 0;

free_slots:
	kfree(rx->slots);
free_staged:
	kfree(rx->staged);
unmap_ring:
	dom0_ring_unmap(q->vif->be->xdev, rx->sring);
	rx->sring = NULL;
	return err;
}

void vif_rx_disconnect(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;

	dom0_copy_exit(&rx->copy);
	kfree(rx->slots);
	kfree(rx->staged);
	dom0_ring_unmap(q->vif->be->xdev, rx->sring);
	rx->sring = NULL;
}

/* Neither ndo_start_xmit nor NAPI runs any more. What is staged is lost, its slots are free. */
void vif_rx_stop(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;

	cancel_delayed_work_sync(&rx->work);
	for (; rx->head != rx->tail; rx->head++) {
		q->counters[VIF_tx_dropped]++;
		kfree_skb(rx->staged[rx->head & VIF_RING_MASK]);
	}
	rx->promised = rx->rsp_prod;
	rx->expired = false;
	rx->stalled = false;
}
