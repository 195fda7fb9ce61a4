// SPDX-License-Identifier: GPL-2.0
/*
 * Data whose segments are not whole blocks of the disk. It goes through pages of ours that hold the
 * whole blocks around it, its span, one after the other. What the guest did not ask for is dropped.
 */
#include "bio.h"
#include "data_ops.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/grant_status.h>

/* A piece of a segment that lies in one page of the span. */
struct span_piece {
	const struct blk_segment *seg;
	unsigned int seg_off;	/* in the guest's page */
	struct page *page;
	unsigned int page_off;
	unsigned int len;
};

/* Return the sectors between the beginning of the span and that of the data. */
static unsigned int span_lead(const struct blk_request *req)
{
	return req->cmd.sector & (req->ring->vbd->bounds.block_sectors - 1);
}

static u64 span_sectors(const struct blk_request *req)
{
	return ALIGN(span_lead(req) + req->cmd.nr_sectors, req->ring->vbd->bounds.block_sectors);
}

static unsigned int seg_end(const struct blk_segment *seg)
{
	return (seg->last_sect + 1) << BLK_SECTOR_SHIFT;
}

static void size_piece(struct span_piece *piece)
{
	piece->len = min_t(unsigned int, seg_end(piece->seg) - piece->seg_off,
			   BLK_PAGE_SIZE - piece->page_off);
}

static void first_piece(const struct blk_request *req, struct span_piece *piece)
{
	piece->seg = req->segs;
	piece->seg_off = piece->seg->first_sect << BLK_SECTOR_SHIFT;
	piece->page = list_first_entry(&req->pages, struct page, lru);
	piece->page_off = span_lead(req) << BLK_SECTOR_SHIFT;
	size_piece(piece);
}

/* Go on to the next piece. Return false if there is none. */
static bool next_piece(const struct blk_request *req, struct span_piece *piece)
{
	piece->seg_off += piece->len;
	piece->page_off += piece->len;
	if (piece->seg_off == seg_end(piece->seg)) {
		if (++piece->seg == req->segs + req->cmd.nr_segments)
			return false;
		piece->seg_off = piece->seg->first_sect << BLK_SECTOR_SHIFT;
	}
	if (piece->page_off == BLK_PAGE_SIZE) {
		piece->page = list_next_entry(piece->page, lru);
		piece->page_off = 0;
	}
	size_piece(piece);
	return true;
}

static void span_from_guest(struct dom0_copy *copy, struct blk_request *req)
{
	domid_t domid = req->ring->vbd->be->domid;
	struct span_piece piece;

	first_piece(req, &piece);
	do {
		dom0_copy_from_guest(copy, domid, piece.seg->ref, piece.seg_off, piece.page,
				     piece.page_off, piece.len);
	} while (next_piece(req, &piece));
}

static void add_span_page(struct blk_request *req, struct page *page, unsigned int sectors)
{
	const struct blk_segment part = { .last_sect = sectors - 1 };

	blk_request_add_page(req, &part, page);
}

static bool span_prepare(struct blk_ring *ring, struct blk_request *req)
{
	unsigned int sectors = span_sectors(req);
	struct page *page;

	if (!blk_pool_get(&ring->pool, &req->pages, req->cmd.span_pages))
		return false;

	req->bio.bi_max_vecs = req->cmd.span_pages;
	req->bio.bi_iter.bi_sector = req->cmd.sector - span_lead(req);
	req->bio.bi_iter.bi_size = sectors << BLK_SECTOR_SHIFT;
	list_for_each_entry(page, &req->pages, lru) {
		add_span_page(req, page, min_t(unsigned int, sectors, BLK_PAGE_SECTORS));
		sectors -= min_t(unsigned int, sectors, BLK_PAGE_SECTORS);
	}
	req->slot = dom0_copy_mark(&ring->worker.copy);
	if (!blk_request_is_read(req))
		span_from_guest(&ring->worker.copy, req);
	return true;
}

static int span_error(const struct dom0_copy *copy, const struct blk_request *req)
{
	unsigned int slot = req->slot;
	struct span_piece piece;
	int err;

	first_piece(req, &piece);
	do {
		err = dom0_gnttab_errno(dom0_copy_status(copy, slot++));
		if (err)
			return err;
	} while (next_piece(req, &piece));
	return 0;
}

static int span_prepare_done(struct blk_ring *ring, struct blk_request *req)
{
	return blk_request_is_read(req) ? 0 : span_error(&ring->worker.copy, req);
}

static void span_finish(struct dom0_copy *copy, struct blk_request *req)
{
	domid_t domid = req->ring->vbd->be->domid;
	struct span_piece piece;

	req->slot = dom0_copy_mark(copy);
	first_piece(req, &piece);
	do {
		dom0_copy_to_guest(copy, domid, piece.seg->ref, piece.seg_off, piece.page,
				   piece.page_off, piece.len);
	} while (next_piece(req, &piece));
}

static void span_release(struct blk_ring *ring, struct blk_request *req)
{
	blk_pool_put(&ring->pool, &req->pages, req->cmd.span_pages);
}

const struct blk_data_ops blk_data_span = {
	.name = "span",
	.counter = BLK_COUNT_copied,
	.prepare = span_prepare,
	.prepare_done = span_prepare_done,
	.finish = span_finish,
	.finish_done = span_error,
	.release = span_release,
};
