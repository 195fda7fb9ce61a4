// SPDX-License-Identifier: GPL-2.0
/*
 * The disk works on the guest's own pages. The guest grants them once and uses them again and
 * again, so they stay mapped.
 */
#include "data.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/grant_status.h>

static void put_grants(struct blk_ring *ring, struct blk_request *req, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (req->grants[i])
			dom0_pgrants_put(ring->persistent, req->grants[i]);
}

/* Reserved entries have no users before they are added to the cache. */
static bool is_new(const struct dom0_pgrant *grant)
{
	return !grant->users;
}

/* Undo persistent_prepare() for the first @nr segments. */
static void undo_grants(struct blk_ring *ring, struct blk_request *req, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (is_new(req->grants[i]))
			dom0_pgrants_cancel(ring->persistent, req->grants[i]);
		else
			dom0_pgrants_put(ring->persistent, req->grants[i]);
	}
	dom0_map_rollback(&ring->map, req->slot);
}

static struct dom0_pgrant *get_grant(struct blk_ring *ring, grant_ref_t ref)
{
	struct dom0_pgrant *grant = dom0_pgrants_get(ring->persistent, ref);

	if (grant)
		return grant;
	grant = dom0_pgrants_reserve(ring->persistent);
	if (grant)
		dom0_map_add(&ring->map, ring->vbd->be->domid, ref, grant->page, false);
	return grant;
}

static bool persistent_prepare(struct blk_ring *ring, struct blk_request *req)
{
	struct dom0_pgrant *grant;
	unsigned int i;

	req->slot = ring->map.nr;
	for (i = 0; i < req->cmd.nr_segments; i++) {
		grant = get_grant(ring, req->segs[i].ref);
		if (!grant) {
			undo_grants(ring, req, i);
			return false;
		}
		req->grants[i] = grant;
		/* Each segment has its own vector, since keep_grant() may replace its page. */
		blk_request_add_page(req, &req->segs[i], grant->page);
	}
	return true;
}

/*
 * Add a new mapping to the cache. Two segments of one batch may name the same grant: both are
 * mapped. The cache keeps the first, and refuses and unmaps the second.
 */
static int keep_grant(struct blk_ring *ring, struct blk_request *req, unsigned int i,
		      const struct gnttab_map_grant_ref *op)
{
	struct dom0_pgrant *grant = req->grants[i];
	grant_ref_t ref = req->segs[i].ref;

	if (op->status != GNTST_okay) {
		dom0_pgrants_cancel(ring->persistent, grant);
		req->grants[i] = NULL;
		return dom0_gnttab_errno(op->status);
	}
	if (dom0_pgrants_add(ring->persistent, grant, ref, op->handle)) {
		grant = dom0_pgrants_get(ring->persistent, ref);
		req->grants[i] = grant;
		req->vecs[i].bv_page = grant->page;
	}
	return 0;
}

static int persistent_prepare_done(struct blk_ring *ring, struct blk_request *req)
{
	const struct gnttab_map_grant_ref *op = &ring->map.ops[req->slot];
	int err = 0, failed;
	unsigned int i;

	for (i = 0; i < req->cmd.nr_segments; i++) {
		if (!is_new(req->grants[i]))
			continue;
		failed = keep_grant(ring, req, i, op++);
		err = err ?: failed;
	}
	return err;
}

static void persistent_release(struct blk_ring *ring, struct blk_request *req)
{
	put_grants(ring, req, req->cmd.nr_segments);
}

const struct blk_data_ops blk_data_persistent = {
	.name = "persistent",
	.prepare = persistent_prepare,
	.prepare_done = persistent_prepare_done,
	.release = persistent_release,
};
