// SPDX-License-Identifier: GPL-2.0
/*
 * Data goes through pages of ours: copied in before a write, copied out after a read. The guest can
 * change its own pages meanwhile as it likes; what the disk sees does not change.
 */
#include "blkback.h"

static bool copy_prepare(struct blk_ring *ring, struct blk_request *req)
{
	const struct blk_segment *seg = req->segs;
	struct page *page;
	unsigned int i;

	if (!blk_pool_ensure(&ring->pool, req->cmd.nr_segments))
		return false;

	req->slot = ring->copy.nr;
	for (i = 0; i < req->cmd.nr_segments; i++, seg++) {
		page = blk_pool_get(&ring->pool);
		blk_request_add_page(req, i, page);
		if (!blk_request_is_read(req))
			dom0_copy_from_guest(&ring->copy, ring->vbd->be->domid, seg->ref,
					     req->vecs[i].bv_offset, page, req->vecs[i].bv_offset,
					     req->vecs[i].bv_len);
	}
	return true;
}

static int first_error(const struct dom0_copy *batch, const struct blk_request *req)
{
	unsigned int i;
	int err;

	for (i = 0; i < req->cmd.nr_segments; i++) {
		err = dom0_gnttab_errno(dom0_copy_status(batch, req->slot + i));
		if (err)
			return err;
	}
	return 0;
}

static int copy_prepared(struct blk_ring *ring, struct blk_request *req)
{
	return blk_request_is_read(req) ? 0 : first_error(&ring->copy, req);
}

static void copy_finish(struct dom0_copy *copy, struct blk_request *req)
{
	domid_t domid = req->ring->vbd->be->domid;
	const struct blk_segment *seg = req->segs;
	const struct bio_vec *vec = req->vecs;
	unsigned int i;

	req->slot = copy->nr;
	for (i = 0; i < req->cmd.nr_segments; i++, seg++, vec++)
		dom0_copy_to_guest(copy, domid, seg->ref, vec->bv_offset, vec->bv_page,
				   vec->bv_offset, vec->bv_len);
}

static int copy_finished(const struct dom0_copy *copy, const struct blk_request *req)
{
	return first_error(copy, req);
}

static void copy_release(struct blk_ring *ring, struct blk_request *req)
{
	unsigned int i;

	for (i = 0; i < req->cmd.nr_segments; i++)
		blk_pool_put(&ring->pool, req->vecs[i].bv_page);
}

const struct blk_mover blk_mover_copy = {
	.name = "copy",
	.prepare = copy_prepare,
	.prepared = copy_prepared,
	.finish = copy_finish,
	.finished = copy_finished,
	.release = copy_release,
};
