// SPDX-License-Identifier: GPL-2.0
/*
 * The bio of a request: what it asks of the disk, and its end. A discard has several, one after the
 * other.
 */
#include "bio.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/fault_point.h>
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#define DISCARD_PIECE_SECTORS	BIT_ULL(22)

static blk_opf_t request_opf(const struct blk_request *req)
{
	switch (req->cmd.op) {
	case BLKIF_OP_READ:
		return REQ_OP_READ;
	case BLKIF_OP_WRITE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	case BLKIF_OP_FLUSH_DISKCACHE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_PREFLUSH;
	case BLKIF_OP_WRITE_BARRIER:
		return REQ_OP_WRITE | REQ_SYNC | REQ_PREFLUSH |
		       (req->cmd.nr_sectors ? REQ_FUA : 0);
	default:
		return req->cmd.secure ? REQ_OP_SECURE_ERASE : REQ_OP_DISCARD;
	}
}

static bool is_discard(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_DISCARD;
}

static u64 secure_piece(struct block_device *bdev)
{
	unsigned int block = bdev_logical_block_size(bdev) >> BLK_SECTOR_SHIFT;

	/* The limit is 0 if the disk was replaced by one that cannot do it, which will refuse. */
	return max(rounddown(bdev_max_secure_erase_sectors(bdev), block), block);
}

/*
 * Return the number of sectors of the next piece. A bio counts bytes in 32 bits, while a discard
 * may span the whole disk. Pieces end at multiples of DISCARD_PIECE_SECTORS, so that none ends
 * within a unit that the disk discards at once.
 *
 * The block layer splits a secure discard by the limit of plain ones, so keep the piece within the
 * limit of secure ones here.
 */
static u64 piece_sectors(const struct blk_request *req)
{
	u64 to_round = DISCARD_PIECE_SECTORS - req->cmd.sector % DISCARD_PIECE_SECTORS;
	struct block_device *bdev = req->ring->vbd->bdev;

	/* A test makes the pieces so small that the disk needs minutes for all of them. */
	if (dom0_fault_point_atomic("blk_discard_piece"))
		to_round = bdev_logical_block_size(bdev) >> BLK_SECTOR_SHIFT;
	if (req->cmd.secure)
		to_round = min_t(u64, to_round, secure_piece(bdev));
	return min(req->cmd.nr_sectors, to_round);
}

bool blk_request_has_more(const struct blk_request *req)
{
	return is_discard(req) && req->piece < req->cmd.nr_sectors;
}

void blk_request_advance(struct blk_request *req)
{
	req->cmd.sector += req->piece;
	req->cmd.nr_sectors -= req->piece;
}

/*
 * Whether the worker is submitting a bio right now. It looks for finished requests after that, so
 * that a disk which completes at once needs no tasklet.
 */
static bool worker_will_finish(const struct blk_ring *ring)
{
	return in_task() && current == ring->task;
}

/*
 * Any context. After llist_add() the request may be answered at once. Then only this read-side
 * section keeps the ring, since blk_rings_stop() waits for it.
 *
 * Schedule the tasklet even if the list was not empty. The other requests may have been left for
 * the worker, and the worker may be waiting for the disk to take one more.
 */
static void bio_over(struct bio *bio)
{
	struct blk_request *req = container_of(bio, struct blk_request, bio);
	int err = blk_status_to_errno(bio->bi_status);
	struct blk_ring *ring = req->ring;

	bio_uninit(bio);
	req->err = err;
	WRITE_ONCE(req->state, BLK_STATE_DONE);
	rcu_read_lock();
	llist_add(&req->node, &ring->finish.done);
	if (!worker_will_finish(ring))
		tasklet_schedule(&ring->finish.tasklet);
	rcu_read_unlock();
}

void blk_request_init_bio(struct blk_request *req)
{
	bio_init(&req->bio, req->ring->vbd->bdev, req->vecs, req->cmd.nr_segments,
		 request_opf(req));
	req->bio.bi_end_io = bio_over;
	/* The sector number of a flush without data means nothing. */
	if (req->cmd.nr_sectors)
		req->bio.bi_iter.bi_sector = req->cmd.sector;
	/* Store the piece: the disk's limit may have changed when the piece ends. */
	if (is_discard(req))
		req->piece = piece_sectors(req);
	req->bio.bi_iter.bi_size =
		(is_discard(req) ? req->piece : req->cmd.nr_sectors) << BLK_SECTOR_SHIFT;
}

void blk_request_add_page(struct blk_request *req, const struct blk_segment *seg,
			  struct page *page)
{
	req->vecs[req->bio.bi_vcnt++] = (struct bio_vec){
		.bv_page = page,
		.bv_len = blk_segment_sectors(seg) << BLK_SECTOR_SHIFT,
		.bv_offset = seg->first_sect << BLK_SECTOR_SHIFT,
	};
}
