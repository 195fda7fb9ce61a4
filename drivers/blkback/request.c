// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, and what they borrow from their ring. All of it is allocated when the ring connects.
 */
#include "blkback.h"

#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* At least one request of the largest size, and no more than could be in use. */
#define ROOMS_MAX	64U

#define DISCARD_PIECE_SECTORS	BIT_ULL(22)

static void free_list_init(struct blk_ring *ring, unsigned int nr_rooms)
{
	unsigned int i;

	for (i = 0; i < ring->slots; i++) {
		ring->requests[i].ring = ring;
		list_add_tail(&ring->requests[i].link, &ring->free);
	}
	for (i = 0; i < nr_rooms; i++)
		list_add_tail(&ring->all_rooms[i].link, &ring->rooms);
}

static int scratch_create(struct blk_ring *ring, int node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring->scratch); i++) {
		ring->scratch[i] = alloc_pages_node(node, GFP_KERNEL, 0);
		if (!ring->scratch[i])
			return -ENOMEM;
	}
	return 0;
}

static void scratch_destroy(struct blk_ring *ring)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring->scratch); i++)
		if (ring->scratch[i])
			__free_page(ring->scratch[i]);
}

static int batches_create(struct blk_ring *ring, int node)
{
	return dom0_copy_init(&ring->in, BLK_BATCH_OPS, node) ?:
	       dom0_copy_init(&ring->out, BLK_BATCH_OPS, node) ?:
	       dom0_map_init(&ring->map, BLK_BATCH_OPS, node);
}

static void batches_destroy(struct blk_ring *ring)
{
	dom0_map_exit(&ring->map);
	dom0_copy_exit(&ring->out);
	dom0_copy_exit(&ring->in);
}

int blk_requests_create(struct blk_ring *ring, unsigned int nr_pages, int node)
{
	unsigned int nr_rooms = min(ring->slots, ROOMS_MAX) + 1;
	int err = -ENOMEM;

	ring->requests = kvzalloc_node(array_size(ring->slots, sizeof(*ring->requests)), GFP_KERNEL,
				       node);
	if (!ring->requests)
		return -ENOMEM;
	ring->all_rooms = kvzalloc_node(array_size(nr_rooms, sizeof(*ring->all_rooms)), GFP_KERNEL,
					node);
	if (!ring->all_rooms)
		goto free_requests;
	if (scratch_create(ring, node))
		goto destroy_scratch;
	err = batches_create(ring, node);
	if (err)
		goto destroy_batches;
	err = dom0_pages_init(&ring->pages, nr_pages, DOM0_PAGES_COPY, node);
	if (err)
		goto destroy_batches;

	free_list_init(ring, nr_rooms);
	return 0;

destroy_batches:
	batches_destroy(ring);
destroy_scratch:
	scratch_destroy(ring);
	kvfree(ring->all_rooms);
free_requests:
	kvfree(ring->requests);
	return err;
}

void blk_requests_destroy(struct blk_ring *ring)
{
	dom0_pages_exit(&ring->pages);
	batches_destroy(ring);
	scratch_destroy(ring);
	kvfree(ring->all_rooms);
	kvfree(ring->requests);
}

/* There are as many requests as slots, and a slot is free again only after its request is. */
struct blk_request *blk_request_get(struct blk_ring *ring)
{
	struct blk_request *req = list_first_entry(&ring->free, struct blk_request, link);

	lockdep_assert_held(&ring->pool_lock);
	list_del(&req->link);
	req->mover = NULL;
	req->err = 0;
	req->tries = 0;
	req->room = NULL;
	req->segs = req->own_segs;
	req->vecs = req->own_vecs;
	req->grants = req->own_grants;
	return req;
}

void blk_request_put(struct blk_request *req)
{
	lockdep_assert_held(&req->ring->pool_lock);
	if (req->room)
		list_add(&req->room->link, &req->ring->rooms);
	list_add(&req->link, &req->ring->free);
}

void blk_request_take_room(struct blk_request *req)
{
	req->room = req->ring->spare_room;
	req->ring->spare_room = NULL;
	req->segs = req->room->segs;
	req->vecs = req->room->vecs;
	req->grants = req->room->grants;
}

/* False when it has waited long enough. */
bool blk_request_retry(struct blk_request *req)
{
	if (++req->tries > BLK_RETRY_MAX)
		return false;
	blk_ring_look_later(req->ring);
	return true;
}

static blk_opf_t request_opf(const struct blk_request *req)
{
	switch (req->cmd.op) {
	case BLKIF_OP_READ:
		return REQ_OP_READ;
	case BLKIF_OP_WRITE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	case BLKIF_OP_FLUSH_DISKCACHE:
		return REQ_OP_WRITE | REQ_SYNC | REQ_PREFLUSH;
	default:
		return req->cmd.secure ? REQ_OP_SECURE_ERASE : REQ_OP_DISCARD;
	}
}

static bool is_discard(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_DISCARD;
}

/*
 * A bio counts bytes in 32 bits, a discard may span the whole disk: it goes piece by piece. Pieces
 * end at round numbers, so that none ends within what the disk can discard at once.
 */
static u64 piece_sectors(const struct blk_request *req)
{
	u64 to_round = DISCARD_PIECE_SECTORS - req->cmd.sector % DISCARD_PIECE_SECTORS;

	return min(req->cmd.nr_sectors, to_round);
}

/* True if only a piece is done. */
bool blk_request_rest(struct blk_request *req)
{
	u64 piece = piece_sectors(req);

	if (!is_discard(req) || piece == req->cmd.nr_sectors)
		return false;
	req->cmd.sector += piece;
	req->cmd.nr_sectors -= piece;
	return true;
}

static void bio_over(struct bio *bio)
{
	struct blk_request *req = container_of(bio, struct blk_request, bio);
	int err = blk_status_to_errno(bio->bi_status);

	bio_uninit(bio);
	blk_request_done(req, err);
}

void blk_request_init_bio(struct blk_request *req)
{
	bio_init(&req->bio, req->ring->vbd->bdev, req->vecs, req->cmd.nr_segments,
		 request_opf(req));
	req->bio.bi_end_io = bio_over;
	/* A flush without data has a sector number that means nothing. */
	if (req->cmd.nr_sectors)
		req->bio.bi_iter.bi_sector = req->cmd.sector;
	if (is_discard(req))
		req->bio.bi_iter.bi_size = piece_sectors(req) << BLK_SECTOR_SHIFT;
}

/* One vector for each segment, so that the mover finds its pages there again. */
void blk_request_add_page(struct blk_request *req, unsigned int index, struct page *page)
{
	const struct blk_segment *seg = &req->segs[index];

	__bio_add_page(&req->bio, page, blk_segment_sectors(seg) << BLK_SECTOR_SHIFT,
		       seg->first_sect << BLK_SECTOR_SHIFT);
}

/*
 * The worker finishes what is over at once, or refused, when it has sent the rest. For others it
 * may be too late: sending waits when the disk has more requests than it can take.
 */
static bool worker_will_finish(const struct blk_ring *ring)
{
	return in_task() && current == ring->task;
}

/*
 * Any context. After llist_add() the request may be answered, and the ring be gone but for the
 * read-side section that its teardown waits for.
 */
void blk_request_done(struct blk_request *req, int err)
{
	struct blk_ring *ring = req->ring;

	req->err = err;
	rcu_read_lock();
	if (llist_add(&req->done, &ring->done) && !worker_will_finish(ring))
		tasklet_schedule(&ring->tasklet);
	rcu_read_unlock();
}
