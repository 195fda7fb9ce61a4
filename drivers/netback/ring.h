/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to a shared ring, in either direction. The guest may write any of it at any time: each
 * field is read once, and what we have published is remembered, never read back.
 */
#ifndef _VIF_RING_H
#define _VIF_RING_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <asm/barrier.h>

#include "vif.h"

/* Both kinds of ring begin with this. */
struct vif_ring_indices {
	RING_IDX req_prod;
	RING_IDX req_event;
	RING_IDX rsp_prod;
	RING_IDX rsp_event;
};

static_assert(offsetof(struct xen_netif_tx_sring, rsp_event) ==
	      offsetof(struct vif_ring_indices, rsp_event));
static_assert(offsetof(struct xen_netif_rx_sring, rsp_event) ==
	      offsetof(struct vif_ring_indices, rsp_event));

/* Where the responses stood when the ring was connected to; requests follow from there. */
static inline int vif_ring_attach(const void *sring, RING_IDX *rsp_prod)
{
	const struct vif_ring_indices *idx = sring;

	*rsp_prod = READ_ONCE(idx->rsp_prod);
	return READ_ONCE(idx->req_prod) - *rsp_prod <= VIF_RING_SIZE ? 0 : -EIO;
}

/* The guest's producer. */
static inline RING_IDX vif_ring_req_prod(const void *sring)
{
	const struct vif_ring_indices *idx = sring;
	RING_IDX prod = READ_ONCE(idx->req_prod);

	virt_rmb();	/* the requests up to it are read after it */
	return prod;
}

/* A private copy of a request, word by word, each read once. */
static inline void vif_ring_read(u32 *copy, const void *request, size_t size)
{
	const u32 *word = request;

	for (; size; size -= sizeof(*word))
		*copy++ = READ_ONCE(*word++);
}

/* Publish responses from @old up to @new; true if the guest wants an event for it. */
static inline bool vif_ring_push(void *sring, RING_IDX old, RING_IDX new)
{
	struct vif_ring_indices *idx = sring;

	virt_wmb();	/* the guest sees the responses before their producer */
	WRITE_ONCE(idx->rsp_prod, new);
	virt_mb();	/* and the producer before we look whether it sleeps */
	return new - READ_ONCE(idx->rsp_event) < new - old;
}

/* Ask for an event when the producer reaches @event; the producer then, it may be there already. */
static inline RING_IDX vif_ring_ask(void *sring, RING_IDX event)
{
	struct vif_ring_indices *idx = sring;

	WRITE_ONCE(idx->req_event, event);
	virt_mb();	/* the guest sees the wish before we look for the last time */
	return vif_ring_req_prod(sring);
}

#endif
