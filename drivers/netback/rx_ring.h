/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ring of slots that the guest posts for packets: which slots are taken, and since when too few
 * are free. Pure.
 *
 * ndo_start_xmit takes slots, and waits if too few are free; NAPI checks whether they have come.
 * Frames of XDP programs take slots as well, but never wait. All hold the queue's lock for that.
 * NAPI alone publishes responses, without the lock. The guest, on another CPU, posts slots and
 * sends an event when its producer index passes req_event.
 */
#ifndef _VIF_RX_RING_H
#define _VIF_RX_RING_H

#include "ring.h"

#include <linux/compiler.h>
#include <linux/jiffies.h>

/**
 * struct vif_rx_ring - the receive ring of one queue
 * @sring: shared with the guest
 * @req_cons: index up to which packets have consumed slots; under the queue's lock
 * @rsp_prod_pvt: index up to which slots have been answered; written by NAPI only, read under the
 *	lock
 * @need: free slots that the stack waits for; under the lock
 * @stopped_at: jiffies when that wait began, 0 if there is none; written under the lock
 */
struct vif_rx_ring {
	struct dom0_sring *sring;
	RING_IDX req_cons;
	RING_IDX rsp_prod_pvt;
	unsigned int need;
	unsigned long stopped_at;
};

/**
 * vif_rx_ring_free() - count the slots that are posted and not taken
 * @ring: the ring; under the lock
 *
 * Return: free slots, or -EPROTO if the guest's producer is out of range.
 */
static inline int vif_rx_ring_free(const struct vif_rx_ring *ring)
{
	return dom0_ring_unconsumed(ring->sring, ring->req_cons, &ring->rsp_prod_pvt,
				    VIF_RING_SIZE);
}

/* Ask for an event when @need slots are free. Return as vif_rx_ring_free(). */
static inline int vif_rx_ring_ask_event(struct vif_rx_ring *ring)
{
	dom0_ring_ask_event(ring->sring, ring->req_cons + ring->need);
	return vif_rx_ring_free(ring);
}

/* End the wait for slots, if there is one. */
static inline void vif_rx_ring_end_wait(struct vif_rx_ring *ring)
{
	WRITE_ONCE(ring->stopped_at, 0);
}

/**
 * vif_rx_ring_wait() - begin to wait for slots, or go on waiting
 * @ring: the ring; under the lock
 * @need: how many must be free, at least 1
 * @now: jiffies
 *
 * The caller has stopped the stack, and starts it again if enough slots are free after all.
 *
 * Return: as vif_rx_ring_free().
 */
static inline int vif_rx_ring_wait(struct vif_rx_ring *ring, unsigned int need, unsigned long now)
{
	int avail;

	ring->need = need;
	avail = vif_rx_ring_ask_event(ring);
	if (avail < 0 || avail >= (int)need)
		vif_rx_ring_end_wait(ring);
	else if (!ring->stopped_at)
		WRITE_ONCE(ring->stopped_at, now ?: 1);
	return avail;
}

/**
 * vif_rx_ring_recheck() - check whether the stack still has to wait for slots
 * @ring: the ring; under the lock
 *
 * Return: as vif_rx_ring_free(). If enough are free, the wait has ended.
 */
static inline int vif_rx_ring_recheck(struct vif_rx_ring *ring)
{
	int avail;

	if (!ring->stopped_at)
		return vif_rx_ring_free(ring);
	avail = vif_rx_ring_ask_event(ring);
	if (avail >= (int)ring->need)
		vif_rx_ring_end_wait(ring);
	return avail;
}

/* Return true if the stack has waited for at least @limit jiffies. A snapshot without the lock. */
static inline bool vif_rx_ring_waited(const struct vif_rx_ring *ring, unsigned long limit,
				      unsigned long now)
{
	unsigned long since = READ_ONCE(ring->stopped_at);

	return since && time_after_eq(now, since + limit);
}

/**
 * vif_rx_ring_push() - publish the responses of the next slots
 * @ring: the ring; called by NAPI only
 * @nr: how many responses have been written
 *
 * Advance our own index first: once the guest sees the responses, it may post as many new slots.
 *
 * Return: true if the guest wants an event for them.
 */
static inline bool vif_rx_ring_push(struct vif_rx_ring *ring, unsigned int nr)
{
	RING_IDX old = ring->rsp_prod_pvt;

	WRITE_ONCE(ring->rsp_prod_pvt, old + nr);
	return dom0_ring_push(ring->sring, old, old + nr);
}

#endif
