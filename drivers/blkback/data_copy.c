// SPDX-License-Identifier: GPL-2.0
/*
 * Data goes through our own pages: copied in before a write, copied out after a read. The guest may
 * change its pages meanwhile; the data that the disk sees does not change.
 */
#include "bio.h"
#include "data_ops.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/grant_status.h>

static unsigned int seg_offset(const struct blk_segment *seg)
{
	return seg->first_sect << BLK_SECTOR_SHIFT;
}

static unsigned int seg_bytes(const struct blk_segment *seg)
{
	return blk_segment_sectors(seg) << BLK_SECTOR_SHIFT;
}

/*
 * Whether the segment directly follows the last vector in memory, so that one vector covers both.
 */
static bool continues_last(const struct blk_request *req, const struct blk_segment *seg,
			   const struct page *page)
{
	const struct bio_vec *last;
	unsigned int end;

	if (!req->bio.bi_vcnt || seg->first_sect)
		return false;
	last = &req->vecs[req->bio.bi_vcnt - 1];
	end = last->bv_offset + last->bv_len;
	return !offset_in_page(end) &&
	       blk_pages_adjoin(last->bv_page + (end >> PAGE_SHIFT) - 1, page);
}

static void append_page(struct blk_request *req, const struct blk_segment *seg, struct page *page)
{
	if (continues_last(req, seg, page))
		req->vecs[req->bio.bi_vcnt - 1].bv_len += seg_bytes(seg);
	else
		blk_request_add_page(req, seg, page);
}

static bool copy_prepare(struct blk_ring *ring, struct blk_request *req)
{
	const struct blk_segment *seg = req->segs;
	struct page *page;

	if (!blk_pool_get(&ring->pool, &req->pages, req->cmd.nr_segments))
		return false;

	req->slot = dom0_copy_mark(&ring->worker.copy);
	list_for_each_entry(page, &req->pages, lru) {
		append_page(req, seg, page);
		if (!blk_request_is_read(req))
			dom0_copy_frame_from_guest(&ring->worker.copy, ring->vbd->be->domid,
						   seg->ref, blk_page_frame(page), seg_offset(seg),
						   seg_bytes(seg));
		seg++;
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

static int copy_prepare_done(struct blk_ring *ring, struct blk_request *req)
{
	return blk_request_is_read(req) ? 0 : first_error(&ring->worker.copy, req);
}

static void copy_finish(struct dom0_copy *copy, struct blk_request *req)
{
	domid_t domid = req->ring->vbd->be->domid;
	const struct blk_segment *seg = req->segs;
	struct page *page;

	req->slot = dom0_copy_mark(copy);
	list_for_each_entry(page, &req->pages, lru) {
		dom0_copy_frame_to_guest(copy, domid, seg->ref, blk_page_frame(page),
					 seg_offset(seg), seg_bytes(seg));
		seg++;
	}
}

static int copy_finish_done(const struct dom0_copy *copy, const struct blk_request *req)
{
	return first_error(copy, req);
}

static void copy_release(struct blk_ring *ring, struct blk_request *req)
{
	blk_pool_put(&ring->pool, &req->pages, req->cmd.nr_segments);
}

const struct blk_data_ops blk_data_copy = {
	.name = "copy",
	.counter = BLK_COUNT_copied,
	.prepare = copy_prepare,
	.prepare_done = copy_prepare_done,
	.finish = copy_finish,
	.finish_done = copy_finish_done,
	.release = copy_release,
};
