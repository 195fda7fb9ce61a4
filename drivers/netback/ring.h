/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network card's shared rings, in either direction. Pure.
 */
#ifndef _VIF_RING_H
#define _VIF_RING_H

#include <dom0/ring.h>
#include <xen/interface/io/netif.h>

#define VIF_RING_SIZE		256
#define VIF_RING_MASK		(VIF_RING_SIZE - 1)

static inline int vif_ring_attach(const void *sring, RING_IDX *rsp_prod)
{
	return dom0_ring_attach(sring, VIF_RING_SIZE, rsp_prod);
}

static inline RING_IDX vif_ring_req_prod(const void *sring)
{
	return dom0_ring_req_prod(sring);
}

static inline void vif_ring_read(u32 *copy, const void *request, size_t size)
{
	dom0_ring_copy(copy, request, size);
}

static inline bool vif_ring_push(void *sring, RING_IDX old, RING_IDX new)
{
	return dom0_ring_push(sring, old, new);
}

/* Ask for an event when the producer index reaches @event. Return the index read after that. */
static inline RING_IDX vif_ring_ask_event(void *sring, RING_IDX event)
{
	dom0_ring_ask_event(sring, event);
	return dom0_ring_req_prod(sring);
}

#endif
