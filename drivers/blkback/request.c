// SPDX-License-Identifier: GPL-2.0
/*
 * Requests, and the pages, grants and large segment lists that they borrow from their ring. All is
 * allocated when the ring connects, and belongs to the worker, a kernel thread, which lends it and
 * takes it back.
 */
#include "barrier.h"
#include "complete.h"
#include "data.h"
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

/* Large segment lists of a ring: one for each slot, but at most so many, and a reserved one. */
#define LARGE_MAX	64U

#define DISCARD_PIECE_SECTORS	BIT_ULL(22)

static void free_request(struct blk_ring *ring, struct blk_request *req)
{
	req->node.next = ring->free;
	ring->free = &req->node;
}

static void free_list_init(struct blk_ring *ring, unsigned int large)
{
	unsigned int i;

	for (i = 0; i < ring->slots; i++) {
		ring->requests[i].ring = ring;
		free_request(ring, &ring->requests[i]);
	}
	for (i = 0; i < large; i++)
		list_add_tail(&ring->all_large[i].link, &ring->free_large);
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

static unsigned int nr_large(const struct blk_ring *ring)
{
	return min(ring->slots, LARGE_MAX) + 1;
}

/* Return the bytes to charge for memory that is allocated here and never grows. */
static size_t fixed_bytes(const struct blk_ring *ring)
{
	return ring->slots * sizeof(*ring->requests) + nr_large(ring) * sizeof(*ring->all_large) +
	       BLK_BATCH_OPS * (sizeof(*ring->copy.ops) + sizeof(*ring->map.ops)) +
	       ARRAY_SIZE(ring->scratch) * PAGE_SIZE;
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

	free_list_init(ring, nr_large(ring));
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
 * Return a free request. There is one for each request on the ring if blk_ring_reclaim() ran after
 * req_prod was read: there are as many requests as slots, and a request is handed back before its
 * slot counts as free again.
 */
struct blk_request *blk_request_get(struct blk_ring *ring)
{
	struct blk_request *req = llist_entry(ring->free, struct blk_request, node);

	ring->free = req->node.next;
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
		list_add(&req->large->link, &ring->free_large);
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
	req->large = req->ring->reserved_large;
	req->ring->reserved_large = NULL;
	req->segs = req->large->segs;
	req->vecs = req->large->vecs;
	req->grants = req->large->grants;
}

/*
 * A page of the guest that is paged out comes back when the guest's pager gets to it. The pauses
 * between two tries grow. A request is tried for about as long as the kernel's own code tries to
 * map a grant.
 */
#define RETRY_FIRST_MS	10
#define RETRY_DOUBLINGS	5
#define RETRY_SECONDS	32

/*
 * Put off a request that the caller has taken out of its list. Return false instead if it has
 * been tried for long enough.
 */
bool blk_request_retry(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	unsigned int pause = RETRY_FIRST_MS << min(req->tries, RETRY_DOUBLINGS);

	if (!req->tries++)
		req->give_up = jiffies + RETRY_SECONDS * HZ;
	else if (time_after(jiffies, req->give_up))
		return false;

	WRITE_ONCE(req->state, BLK_STATE_RETRY);
	list_add_tail(&req->link, &ring->retry_list);
	if (!timer_pending(&ring->retry_timer))
		mod_timer(&ring->retry_timer, jiffies + msecs_to_jiffies(pause));
	return true;
}

/*
 * Put a request back to its place in the queue: it must not pass a barrier, nor be passed by one.
 */
void blk_request_requeue(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	struct blk_request *behind;

	WRITE_ONCE(req->state, BLK_STATE_QUEUED);
	list_for_each_entry(behind, &ring->queue, link)
		if ((s32)(behind->index - req->index) > 0)
			break;
	list_add_tail(&req->link, &behind->link);
}

/* Take up requests that were put off, at most BLK_ROUND at once. */
void blk_ring_retry(struct blk_ring *ring)
{
	struct blk_request *req, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(req, next, &ring->retry_list, link) {
		if (nr++ == BLK_ROUND) {
			mod_timer(&ring->retry_timer, jiffies + 1);
			break;
		}
		list_del(&req->link);
		/*
		 * A read that has been to the disk keeps its pages: only the copy to the guest is
		 * repeated.
		 */
		if (req->data_ops) {
			WRITE_ONCE(req->state, BLK_STATE_DONE);
			blk_request_leave(req);
		} else {
			blk_request_requeue(req);
		}
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
