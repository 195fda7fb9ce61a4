// SPDX-License-Identifier: GPL-2.0
/*
 * The disk works on the guest's own pages. The guest grants them once and uses them for many
 * requests, so they stay mapped.
 */
#include "bio.h"
#include "data_ops.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

static void put_grants(struct blk_ring *ring, struct blk_request *req, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		blk_pgrants_put(ring->persistent, req->grants[i]);
}

/*
 * Return the grant, and map it unless it is mapped, or about to be for another segment of the
 * batch.
 */
static struct blk_pgrant *get_grant(struct blk_ring *ring, grant_ref_t ref)
{
	struct blk_pgrant *grant = blk_pgrants_get(ring->persistent, ref);

	if (grant)
		return grant;
	grant = blk_pgrants_reserve(ring->persistent, ref);
	if (grant)
		dom0_map_add(&ring->worker.map, ring->vbd->be->domid, ref, grant->page, false);
	return grant;
}

static bool persistent_prepare(struct blk_ring *ring, struct blk_request *req)
{
	struct blk_pgrant *grant;
	unsigned int i;

	req->slot = dom0_map_mark(&ring->worker.map);
	for (i = 0; i < req->cmd.nr_segments; i++) {
		grant = get_grant(ring, req->segs[i].ref);
		if (!grant) {
			put_grants(ring, req, i);
			dom0_map_rollback(&ring->worker.map, req->slot);
			return false;
		}
		req->grants[i] = grant;
		blk_request_add_page(req, &req->segs[i], grant->page);
	}
	return true;
}

static void record_mapping(struct blk_ring *ring, struct blk_pgrant *grant, unsigned int slot)
{
	struct dom0_map *map = &ring->worker.map;
	int status = dom0_map_status(map, slot);

	if (status == GNTST_okay)
		blk_pgrants_mapped(ring->persistent, grant, dom0_map_handle(map, slot));
	else
		blk_pgrants_refused(ring->persistent, grant, status);
}

static bool is_reserved(const struct blk_pgrant *grant)
{
	return !grant->mapped && !grant->err;
}

/*
 * The requests of a batch come in the order in which they were prepared. So those before this one
 * have recorded the mappings of the grants that they reserved. The operations from @slot on belong
 * to the grants that are still reserved, in the order of the segments.
 */
static int persistent_prepare_done(struct blk_ring *ring, struct blk_request *req)
{
	unsigned int i, slot = req->slot;
	int err = 0;

	for (i = 0; i < req->cmd.nr_segments; i++) {
		if (is_reserved(req->grants[i]))
			record_mapping(ring, req->grants[i], slot++);
		err = err ?: req->grants[i]->err;
	}
	return err;
}

static void persistent_release(struct blk_ring *ring, struct blk_request *req)
{
	put_grants(ring, req, req->cmd.nr_segments);
}

const struct blk_data_ops blk_data_persistent = {
	.name = "persistent",
	.counter = BLK_COUNT_persistent,
	.prepare = persistent_prepare,
	.prepare_done = persistent_prepare_done,
	.release = persistent_release,
};
