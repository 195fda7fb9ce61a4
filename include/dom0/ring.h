/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backend's side of a shared ring. Pure: uses no kernel service, compiles in user space.
 *
 * The frontend may write any byte of the shared page at any time. So each shared field is read
 * once, and what the backend has published is remembered in private memory. Only
 * dom0_ring_attach() reads rsp_prod back, once.
 *
 * A backend keeps two private indices: req_cons, up to which it has taken requests, and
 * rsp_prod_pvt, up to which it has written responses. Two contexts may own them, one each. An
 * honest frontend produces a request only into a slot whose response it has seen, so
 *
 *	req_prod - rsp_prod_pvt <= size
 *
 * holds if, and only if, req_prod is read before rsp_prod_pvt. In the other order the backend may
 * answer, and the frontend may refill, between the two reads. All checks go through
 * dom0_ring_unconsumed(), which keeps that order.
 */
#ifndef _DOM0_RING_H
#define _DOM0_RING_H

#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/ring.h>

/**
 * struct dom0_sring - the header that every kind of shared ring begins with
 * @req_prod: requests produced; the frontend writes it
 * @req_event: the backend wants an event when @req_prod reaches it
 * @rsp_prod: responses produced; the backend writes it
 * @rsp_event: the frontend wants an event when @rsp_prod reaches it
 * @reserved: not used by the backend
 */
struct dom0_sring {
	RING_IDX req_prod;
	RING_IDX req_event;
	RING_IDX rsp_prod;
	RING_IDX rsp_event;
	u8 reserved[48];
};

/**
 * dom0_ring_req_prod() - read the frontend's producer index
 * @sring: shared ring
 *
 * Later reads of requests and of private indices see the values of the time when the frontend wrote
 * the index, or newer ones. Any context.
 *
 * Return: the index, unchecked.
 */
static inline RING_IDX dom0_ring_req_prod(const struct dom0_sring *sring)
{
	RING_IDX prod = READ_ONCE(sring->req_prod);

	virt_rmb();	/* pairs with the frontend's barrier before it writes the index */
	return prod;
}

/**
 * dom0_ring_unconsumed() - count the requests that wait on the ring
 * @sring: shared ring
 * @req_cons: requests taken so far; the caller owns this index
 * @rsp_prod_pvt: responses written so far; another context may advance it, up to @req_cons
 * @size: slots of the ring, a power of two
 *
 * The caller may read the requests from their slots afterwards. Any context.
 *
 * Return: 0 to @size, or -EPROTO if the frontend has produced more than the ring has room for.
 */
static inline int dom0_ring_unconsumed(const struct dom0_sring *sring, RING_IDX req_cons,
				       const RING_IDX *rsp_prod_pvt, unsigned int size)
{
	RING_IDX prod = dom0_ring_req_prod(sring);
	RING_IDX in_flight = req_cons - READ_ONCE(*rsp_prod_pvt);
	RING_IDX waiting = prod - req_cons;

	return waiting > size - in_flight ? -EPROTO : (int)waiting;
}

/**
 * dom0_ring_ask_event() - ask the frontend for an event
 * @sring: shared ring
 * @req_event: value of req_prod at which the frontend should send one
 *
 * The frontend may have produced a request before it saw the new req_event, and then sends no event
 * for it. So check the ring once more after this. Only one context may call this for a ring. Any
 * context.
 */
static inline void dom0_ring_ask_event(struct dom0_sring *sring, RING_IDX req_event)
{
	WRITE_ONCE(sring->req_event, req_event);
	virt_mb();	/* the frontend sees req_event before we check the ring once more */
}

/**
 * dom0_ring_final_check() - check for requests before going to sleep
 * @sring: shared ring
 * @req_cons: as for dom0_ring_unconsumed()
 * @rsp_prod_pvt: likewise
 * @size: likewise
 *
 * If it returns 0, the next request comes with an event. Any context.
 *
 * Return: as dom0_ring_unconsumed().
 */
static inline int dom0_ring_final_check(struct dom0_sring *sring, RING_IDX req_cons,
					const RING_IDX *rsp_prod_pvt, unsigned int size)
{
	dom0_ring_ask_event(sring, req_cons + 1);
	return dom0_ring_unconsumed(sring, req_cons, rsp_prod_pvt, size);
}

/**
 * dom0_ring_attach() - read the indices at which a newly connected backend begins
 * @sring: shared ring
 * @size: slots of the ring, a power of two
 * @rsp_prod: filled in with the index at which both private indices begin
 *
 * If another backend has served this ring before, its last response is at rsp_prod. Requests after
 * that index have not been answered, so they are taken again. Any context.
 *
 * Return: 0, or -EPROTO if the indices cannot be those of a ring of this size.
 */
static inline int dom0_ring_attach(const struct dom0_sring *sring, unsigned int size,
				   RING_IDX *rsp_prod)
{
	*rsp_prod = READ_ONCE(sring->rsp_prod);
	return dom0_ring_req_prod(sring) - *rsp_prod > size ? -EPROTO : 0;
}

/**
 * dom0_ring_push() - publish responses to the frontend
 * @sring: shared ring
 * @old: rsp_prod as it was last published
 * @new: rsp_prod to publish; the responses up to it are in their slots
 *
 * The caller serialises calls for one ring. Any context.
 *
 * Return: true if the frontend wants an event for them.
 */
static inline bool dom0_ring_push(struct dom0_sring *sring, RING_IDX old, RING_IDX new)
{
	virt_wmb();	/* the frontend sees the responses before rsp_prod */
	WRITE_ONCE(sring->rsp_prod, new);
	virt_mb();	/* the frontend sees rsp_prod before we read rsp_event */
	return new - READ_ONCE(sring->rsp_event) < new - old;
}

/**
 * dom0_ring_copy() - take a private copy of a request
 * @copy: private memory, aligned to 4 bytes
 * @request: slot in shared memory, aligned to 4 bytes
 * @size: bytes to copy, a multiple of 4
 *
 * Each byte of the slot is read once, so what is checked in the copy is what is used. Any context.
 */
static inline void dom0_ring_copy(void *copy, const void *request, size_t size)
{
	const u32 *from = request;
	u32 *to = copy;

	/* The size is a constant of at most some dozens of words. */
#pragma GCC unroll 4
	for (; size; size -= sizeof(*to))
		*to++ = READ_ONCE(*from++);
}

#endif
