// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, and the pages, grants and large segment lists that they borrow from their ring. All is
 * allocated when the ring connects, and belongs to the worker, a kernel thread, which lends it and
 * takes it back.
 */
#include "barrier.h"
#include "data_ops.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/memory.h>
#include <linux/slab.h>

/* Large segment lists of a ring: one for each slot, but at most so many, and a reserved one. */
#define LARGE_MAX	64U

static void free_request(struct blk_ring *ring, struct blk_request *req)
{
	req->node.next = ring->worker.free;
	ring->worker.free = &req->node;
}

static void free_list_init(struct blk_ring *ring, unsigned int large)
{
	unsigned int i;

	for (i = 0; i < ring->slots; i++) {
		ring->requests[i].ring = ring;
		free_request(ring, &ring->requests[i]);
	}
	for (i = 0; i < large; i++)
		list_add_tail(&ring->all_large[i].link, &ring->worker.free_large);
}

static int scratch_create(struct blk_ring *ring, int node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring->worker.scratch); i++) {
		ring->worker.scratch[i] = alloc_pages_node(node, DOM0_GUEST_GFP, 0);
		if (!ring->worker.scratch[i])
			return -ENOMEM;
	}
	return 0;
}

static void scratch_destroy(struct blk_ring *ring)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring->worker.scratch); i++)
		if (ring->worker.scratch[i])
			__free_page(ring->worker.scratch[i]);
}

static int batches_create(struct blk_ring *ring, int node)
{
	return dom0_copy_init(&ring->worker.copy, BLK_BATCH_OPS, node) ?:
	       dom0_copy_init(&ring->finish.copy, BLK_SOFTIRQ_OPS, node) ?:
	       dom0_map_init(&ring->worker.map, BLK_BATCH_OPS, node);
}

static void batches_destroy(struct blk_ring *ring)
{
	dom0_map_exit(&ring->worker.map);
	dom0_copy_exit(&ring->finish.copy);
	dom0_copy_exit(&ring->worker.copy);
}

static unsigned int nr_large(const struct blk_ring *ring)
{
	return min(ring->slots, LARGE_MAX) + 1;
}

/* Return the bytes to charge for memory that is allocated here, without what a pool grows by. */
static size_t fixed_bytes(const struct blk_ring *ring)
{
	return ring->slots * sizeof(*ring->requests) + nr_large(ring) * sizeof(*ring->all_large) +
	       BLK_BATCH_OPS * (sizeof(*ring->worker.copy.ops) + sizeof(*ring->worker.map.ops)) +
	       ARRAY_SIZE(ring->worker.scratch) * PAGE_SIZE + BLK_MIN_PAGES * PAGE_SIZE;
}

/* The first ring of each device is not counted in its guest's share of the memory. */
static bool charge_fixed(struct blk_ring *ring)
{
	if (ring->index)
		return blk_memory_charge_share(ring->vbd, fixed_bytes(ring));
	return blk_memory_charge(ring->vbd, fixed_bytes(ring));
}

static void uncharge_fixed(struct blk_ring *ring)
{
	if (ring->index)
		blk_memory_uncharge_share(ring->vbd, fixed_bytes(ring));
	else
		blk_memory_uncharge(ring->vbd, fixed_bytes(ring));
}

static int tables_create(struct blk_ring *ring, int node)
{
	ring->requests = kvzalloc_node(array_size(ring->slots, sizeof(*ring->requests)),
				       DOM0_GUEST_GFP, node);
	ring->all_large = kvzalloc_node(array_size(nr_large(ring), sizeof(*ring->all_large)),
					DOM0_GUEST_GFP, node);
	return ring->requests && ring->all_large ? 0 : -ENOMEM;
}

static void tables_destroy(struct blk_ring *ring)
{
	kvfree(ring->all_large);
	kvfree(ring->requests);
}

int blk_requests_create(struct blk_ring *ring, int node)
{
	int err = -ENOMEM;

	if (!charge_fixed(ring))
		return -ENOMEM;
	if (tables_create(ring, node))
		goto destroy_tables;
	if (scratch_create(ring, node))
		goto destroy_scratch;
	err = batches_create(ring, node);
	if (err)
		goto destroy_batches;
	err = blk_pool_init(&ring->pool, ring->vbd, node);
	if (err)
		goto destroy_batches;

	free_list_init(ring, nr_large(ring));
	return 0;

destroy_batches:
	batches_destroy(ring);
destroy_scratch:
	scratch_destroy(ring);
destroy_tables:
	tables_destroy(ring);
	uncharge_fixed(ring);
	return err;
}

void blk_requests_destroy(struct blk_ring *ring)
{
	blk_pool_exit(&ring->pool);
	batches_destroy(ring);
	scratch_destroy(ring);
	tables_destroy(ring);
	uncharge_fixed(ring);
}

/*
 * Return a free request. There is one for each request on the ring if blk_ring_reclaim() ran after
 * req_prod was read: there are as many requests as slots, and a request is handed back before its
 * slot counts as free again.
 */
struct blk_request *blk_request_get(struct blk_ring *ring)
{
	struct blk_request *req = llist_entry(ring->worker.free, struct blk_request, node);

	ring->worker.free = req->node.next;
	req->state = BLK_STATE_QUEUED;
	req->data_ops = NULL;
	req->err = 0;
	req->tries = 0;
	req->due = 0;
	req->waits_since = 0;
	memset(req->turns, 0, sizeof(req->turns));
	req->large = NULL;
	req->segs = req->inline_segs;
	req->vecs = req->inline_vecs;
	req->grants = req->inline_grants;
	return req;
}

static void request_put(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;

	if (req == ring->barrier.begun)
		blk_barrier_over(ring);
	if (req->data_ops)
		req->data_ops->release(ring, req);
	if (req->large)
		list_add(&req->large->link, &ring->worker.free_large);
	free_request(ring, req);
}

/*
 * Take back requests that have been answered, and what they borrowed. Return true if there were
 * any.
 */
bool blk_ring_reclaim(struct blk_ring *ring)
{
	struct llist_node *first = llist_del_all(&ring->finish.handed_back);
	struct blk_request *req, *next;

	llist_for_each_entry_safe(req, next, first, node)
		request_put(req);
	return first;
}

void blk_request_take_large(struct blk_request *req)
{
	req->large = req->ring->worker.reserved_large;
	req->ring->worker.reserved_large = NULL;
	req->segs = req->large->segs;
	req->vecs = req->large->vecs;
	req->grants = req->large->grants;
}
