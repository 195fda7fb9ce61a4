// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for the guest, from a batch to the ring. NAPI puts an empty batch in place of the one
 * that ndo_start_xmit has filled (xmit.c), copies with one hypercall, and writes the responses.
 *
 * The interface calls this direction tx, and so do its counters.
 */
#include "netdev.h"
#include "queue.h"
#include "ring.h"
#include "rx.h"
#include "rx_wait.h"
#include "vif.h"

#include <dom0/memory.h>
#include <dom0/ring_map.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <trace/events/dom0_netback.h>

static_assert(sizeof(struct xen_netif_extra_info) == sizeof(u64));

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
	if (prod != q->rx.sender.last_req_prod)
		WRITE_ONCE(q->rx_channel->had_work, true);
	q->rx.sender.last_req_prod = prod;
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
		swap(rx->filling, rx->sender.spare);
	}
	spin_unlock(&rx->lock);

	if (unlikely(avail < 0)) {
		vif_break(q->vif, "receive ring: request producer index out of range");
		return;
	}
	if (rx->sender.spare->nr_skbs)
		send_batch(q, rx->sender.spare, budget);
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
	if (dom0_copy_init(&batch->copy, VIF_RX_BATCH_OPS, NUMA_NO_NODE)) {
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
	q->rx.sender.last_req_prod = ring->rsp_prod_pvt;
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
	rx->sender.spare = alloc_batch();
	if (rx->filling && rx->sender.spare)
		return 0;
	dom0_backend_error(q->vif->be, -ENOMEM, "no memory for receive ring of queue %u", q->index);
	vif_rx_disconnect(q);
	return -ENOMEM;
}

void vif_rx_disconnect(struct vif_queue *q)
{
	struct vif_rx *rx = &q->rx;

	free_batch(rx->sender.spare);
	rx->sender.spare = NULL;
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
