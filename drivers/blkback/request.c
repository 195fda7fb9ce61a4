// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, and what they borrow from their ring. All of it is allocated when the ring connects,
 * and belongs to the worker, which lends it and takes it back.
 */
#include "barrier.h"
#include "complete.h"
#include "mover.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/fault_point.h>
#include <dom0/memory.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* At least one request of the largest size, and no more than could be in use. */
#define ROOMS_MAX	64U

#define DISCARD_PIECE_SECTORS	BIT_ULL(22)

static void free_request(struct blk_ring *ring, struct blk_request *req)
{
	req->node.next = ring->free;
	ring->free = &req->node;
}

static void free_list_init(struct blk_ring *ring, unsigned int rooms)
{
	unsigned int i;

	for (i = 0; i < ring->slots; i++) {
		ring->requests[i].ring = ring;
		free_request(ring, &ring->requests[i]);
	}
	for (i = 0; i < rooms; i++)
		list_add_tail(&ring->all_rooms[i].link, &ring->rooms);
}

static int scratch_create(struct blk_ring *ring, int node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ring->scratch); i++) {
		ring->scratch[i] = alloc_pages_node(node, DOM0_GUEST_GFP, 0);
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
	return dom0_copy_init(&ring->copy, BLK_BATCH_OPS, node) ?:
	       dom0_copy_init(&ring->finish.copy, BLK_SOFTIRQ_OPS, node) ?:
	       dom0_map_init(&ring->map, BLK_BATCH_OPS, node);
}

static void batches_destroy(struct blk_ring *ring)
{
	dom0_map_exit(&ring->map);
	dom0_copy_exit(&ring->finish.copy);
	dom0_copy_exit(&ring->copy);
}

static unsigned int nr_rooms(const struct blk_ring *ring)
{
	return min(ring->slots, ROOMS_MAX) + 1;
}

/* What is allocated here, and never grows. */
static size_t fixed_bytes(const struct blk_ring *ring)
{
	return ring->slots * sizeof(*ring->requests) + nr_rooms(ring) * sizeof(*ring->all_rooms) +
	       BLK_BATCH_OPS * (sizeof(*ring->copy.ops) + sizeof(*ring->map.ops)) +
	       ARRAY_SIZE(ring->scratch) * PAGE_SIZE;
}

static int tables_create(struct blk_ring *ring, int node)
{
	ring->requests = kvzalloc_node(array_size(ring->slots, sizeof(*ring->requests)),
				       DOM0_GUEST_GFP, node);
	ring->all_rooms = kvzalloc_node(array_size(nr_rooms(ring), sizeof(*ring->all_rooms)),
					DOM0_GUEST_GFP, node);
	return ring->requests && ring->all_rooms ? 0 : -ENOMEM;
}

static void tables_destroy(struct blk_ring *ring)
{
	kvfree(ring->all_rooms);
	kvfree(ring->requests);
}

int blk_requests_create(struct blk_ring *ring, int node)
{
	int err = -ENOMEM;

	if (!blk_memory_charge(ring->vbd, fixed_bytes(ring)))
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

	free_list_init(ring, nr_rooms(ring));
	return 0;

destroy_batches:
	batches_destroy(ring);
destroy_scratch:
	scratch_destroy(ring);
destroy_tables:
	tables_destroy(ring);
	blk_memory_uncharge(ring->vbd, fixed_bytes(ring));
	return err;
}

void blk_requests_destroy(struct blk_ring *ring)
{
	blk_pool_exit(&ring->pool);
	batches_destroy(ring);
	scratch_destroy(ring);
	tables_destroy(ring);
	blk_memory_uncharge(ring->vbd, fixed_bytes(ring));
}

/*
 * There are as many requests as slots, and a request is handed back before its slot is free again.
 * So there is one for each request on the ring, if blk_ring_reclaim() came after the look at it.
 */
struct blk_request *blk_request_get(struct blk_ring *ring)
{
	struct blk_request *req = llist_entry(ring->free, struct blk_request, node);

	ring->free = req->node.next;
	req->mover = NULL;
	req->err = 0;
	req->tries = 0;
	req->due = 0;
	req->waits_since = 0;
	memset(req->turns, 0, sizeof(req->turns));
	req->room = NULL;
	req->segs = req->own_segs;
	req->vecs = req->own_vecs;
	req->grants = req->own_grants;
	return req;
}

static void request_put(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;

	if (req == ring->barrier.begun)
		blk_barrier_over(ring);
	if (req->mover)
		req->mover->release(ring, req);
	if (req->room)
		list_add(&req->room->link, &ring->rooms);
	free_request(ring, req);
}

/* Takes back what has been answered, and what it borrowed. Returns true if there was any. */
bool blk_ring_reclaim(struct blk_ring *ring)
{
	struct llist_node *first = llist_del_all(&ring->finish.handed_back);
	struct blk_request *req, *next;

	llist_for_each_entry_safe(req, next, first, node)
		request_put(req);
	return first;
}

void blk_request_take_room(struct blk_request *req)
{
	req->room = req->ring->spare_room;
	req->ring->spare_room = NULL;
	req->segs = req->room->segs;
	req->vecs = req->room->vecs;
	req->grants = req->room->grants;
}

/*
 * A page of the guest that is paged out comes back when the guest's pager gets to it. The pauses
 * between two tries grow; the time that they may take is that of the kernel's own mapping.
 */
#define RETRY_FIRST_MS	10
#define RETRY_DOUBLINGS	5
#define RETRY_SECONDS	32

/* Puts a request off; the caller has taken it out of its list. False when it has waited enough. */
bool blk_request_retry(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	unsigned int pause = RETRY_FIRST_MS << min(req->tries, RETRY_DOUBLINGS);

	if (!req->tries++)
		req->give_up = jiffies + RETRY_SECONDS * HZ;
	else if (time_after(jiffies, req->give_up))
		return false;

	list_add_tail(&req->link, &ring->later);
	if (!timer_pending(&ring->retry_timer))
		mod_timer(&ring->retry_timer, jiffies + msecs_to_jiffies(pause));
	return true;
}

/* Back to its place among those that wait: it must not pass a barrier, nor be passed by one. */
void blk_request_requeue(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	struct blk_request *behind;

	list_for_each_entry(behind, &ring->queue, link)
		if ((s32)(behind->index - req->index) > 0)
			break;
	list_add_tail(&req->link, &behind->link);
}

/* Takes up what was put off, as many at once as a round has. */
void blk_ring_retry(struct blk_ring *ring)
{
	struct blk_request *req, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(req, next, &ring->later, link) {
		if (nr++ == BLK_ROUND) {
			mod_timer(&ring->retry_timer, jiffies + 1);
			break;
		}
		list_del(&req->link);
		/* One that has been to the disk still has what it borrowed. */
		if (req->mover)
			blk_request_leave(req);
		else
			blk_request_requeue(req);
	}
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

	/* A disk that was replaced below us by one that cannot do it will say so. */
	return max(rounddown(bdev_max_secure_erase_sectors(bdev), block), block);
}

/*
 * A bio counts bytes in 32 bits, a discard may span the whole disk: it goes piece by piece. Pieces
 * end at round numbers, so that none ends within what the disk can discard at once. The block layer
 * splits a secure one by the limit of plain discards, so that it must not exceed its own.
 */
static u64 piece_sectors(const struct blk_request *req)
{
	u64 to_round = DISCARD_PIECE_SECTORS - req->cmd.sector % DISCARD_PIECE_SECTORS;
	struct block_device *bdev = req->ring->vbd->bdev;

	/* For a test a discard has more pieces than a disk can do in minutes. */
	if (dom0_fault_point_atomic("blk_discard_piece"))
		to_round = bdev_logical_block_size(bdev) >> BLK_SECTOR_SHIFT;
	if (req->cmd.secure)
		to_round = min_t(u64, to_round, secure_piece(bdev));
	return min(req->cmd.nr_sectors, to_round);
}

bool blk_request_has_rest(const struct blk_request *req)
{
	return is_discard(req) && req->piece < req->cmd.nr_sectors;
}

void blk_request_next_piece(struct blk_request *req)
{
	req->cmd.sector += req->piece;
	req->cmd.nr_sectors -= req->piece;
}

/*
 * The worker looks at what is over when it has sent the rest, so that a disk which answers at once
 * needs no tasklet.
 */
static bool worker_will_finish(const struct blk_ring *ring)
{
	return in_task() && current == ring->task;
}

/*
 * Any context. After llist_add() the request may be answered, and the ring be gone but for the
 * read-side section that its teardown waits for. The tasklet is scheduled even if other requests
 * are in the list: those may be the worker's, which may wait for the disk to take one more.
 */
static void bio_over(struct bio *bio)
{
	struct blk_request *req = container_of(bio, struct blk_request, bio);
	int err = blk_status_to_errno(bio->bi_status);
	struct blk_ring *ring = req->ring;

	bio_uninit(bio);
	req->err = err;
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
	/* A flush without data has a sector number that means nothing. */
	if (req->cmd.nr_sectors)
		req->bio.bi_iter.bi_sector = req->cmd.sector;
	/* The disk's limit may be another when a piece ends. */
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
