// SPDX-License-Identifier: GPL-2.0
/*
 * The disk works on the guest's own pages, mapped for the one request.
 */
#include "blkback.h"

#define NO_HANDLE	((grant_handle_t)~0U)

static bool map_prepare(struct blk_ring *ring, struct blk_request *req)
{
	bool readonly = !blk_request_is_read(req);
	struct page *page;
	unsigned int i;

	if (ring->map_pages.nr_free < req->cmd.nr_segments)
		return false;

	req->slot = ring->map.nr;
	for (i = 0; i < req->cmd.nr_segments; i++) {
		dom0_pages_get(&ring->map_pages, &page, 1);
		blk_request_add_page(req, i, page);
		dom0_map_add(&ring->map, ring->vbd->be->domid, req->segs[i].ref, page, readonly);
	}
	return true;
}

static int map_prepared(struct blk_ring *ring, struct blk_request *req)
{
	const struct gnttab_map_grant_ref *op = &ring->map.ops[req->slot];
	int err = 0;
	unsigned int i;

	for (i = 0; i < req->cmd.nr_segments; i++, op++) {
		req->grants[i].handle = NO_HANDLE;
		if (op->status == GNTST_okay) {
			req->grants[i].handle = op->handle;
			continue;
		}
		err = err ?: dom0_gnttab_errno(op->status);
		dom0_pages_put(&ring->map_pages, &req->vecs[i].bv_page, 1);
	}
	return err;
}

/* A page may still be on its way through a network after the bio is over. */
static bool map_can_finish(struct blk_request *req)
{
	unsigned int i;

	for (i = 0; i < req->cmd.nr_segments; i++)
		if (req->grants[i].handle != NO_HANDLE && dom0_page_busy(req->vecs[i].bv_page))
			return false;
	return true;
}

static void map_finish(struct blk_ring *ring, struct blk_request *req)
{
	unsigned int i;

	for (i = 0; i < req->cmd.nr_segments; i++)
		if (req->grants[i].handle != NO_HANDLE)
			dom0_unmap_add(&ring->unmap, req->vecs[i].bv_page, req->grants[i].handle);
}

static int map_finished(struct blk_ring *ring, struct blk_request *req)
{
	return 0;
}

/* The unmapping has put the pages back into the pool, or into quarantine. */
static void map_release(struct blk_ring *ring, struct blk_request *req)
{
}

const struct blk_mover blk_mover_map = {
	.name = "map",
	.prepare = map_prepare,
	.prepared = map_prepared,
	.can_finish = map_can_finish,
	.finish = map_finish,
	.finished = map_finished,
	.release = map_release,
};
