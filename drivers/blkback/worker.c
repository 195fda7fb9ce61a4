// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a ring: takes requests off the ring, and starts them.
 */
#include "barrier.h"
#include "complete.h"
#include "mover.h"
#include "params.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "throttle.h"
#include "vbd.h"
#include "worker.h"

#include <dom0/grant_status.h>
#include <linux/blkdev.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <trace/events/dom0_blkback.h>

/* Pages that were not used for so long are given back. */
#define POOL_AGE	(5 * HZ)

/* How long nothing is mapped after this domain had no room for a mapping. */
#define MAP_PAUSE	HZ

/* Tags that a plug takes at once; the block layer itself never asks for more. */
#define BLK_PLUG_MAX	32U

/*
 * The worker is woken when requests have been handed back. Returns true if that has happened
 * meanwhile.
 */
static bool worker_waits(struct blk_ring *ring)
{
	WRITE_ONCE(ring->finish.waiting, true);
	/* Pairs with the one in blk_ring_push(). */
	smp_mb();
	return blk_ring_reclaim(ring);
}

/* ---- from the ring into the queue ---- */

static bool have_spare_room(struct blk_ring *ring)
{
	if (!ring->spare_room) {
		ring->spare_room = list_first_entry_or_null(&ring->rooms, struct blk_room, link);
		if (ring->spare_room)
			list_del(&ring->spare_room->link);
	}
	return ring->spare_room;
}

/* It never gets to the disk: the worker finishes it at the end of the round. */
static void fail_request(struct blk_request *req, int err)
{
	req->err = err;
	blk_request_leave(req);
}

static void refuse_request(struct blk_request *req, int err)
{
	blk_count(req->ring, BLK_COUNT_refused, 1);
	trace_request_refused(req, err);
	fail_request(req, err);
}

static void take_request(struct blk_ring *ring)
{
	struct blk_request *req = blk_request_get(ring);
	int err;

	req->index = ring->cons;
	err = blk_parse(ring->abi, blk_ring_slot(ring, ring->cons), &ring->vbd->bounds, &req->cmd,
			req->segs);
	WRITE_ONCE(ring->cons, ring->cons + 1);
	if (err) {
		refuse_request(req, err);
		return;
	}
	if (req->cmd.nr_segments > BLK_OWN_SEGMENTS)
		blk_request_take_room(req);
	list_add_tail(&req->link, &ring->queue);
}

/* Returns the number of requests taken. Nothing is taken as long as others wait to be started. */
static unsigned int take_requests(struct blk_ring *ring)
{
	unsigned int nr = 0, most;
	int available;

	if (!list_empty(&ring->queue) || ring->broken || READ_ONCE(ring->stopping))
		return 0;

	available = blk_ring_available(ring);
	ring->asked = !available;
	if (available < 0)
		return 0;

	most = min(blk_barrier_limit(ring, available), BLK_ROUND);
	blk_ring_reclaim(ring);
	while (nr < most) {
		if (!have_spare_room(ring) && !(worker_waits(ring) && have_spare_room(ring)))
			break;
		take_request(ring);
		nr++;
	}
	ring->taken += nr;
	return nr;
}

/* ---- the segments of indirect requests ---- */

/* A list of 256 segments takes half a page. */
#define SEGMENTS_ROOM	(PAGE_SIZE / 2)

static unsigned int scratch_offset(unsigned int slot)
{
	return slot % 2 * SEGMENTS_ROOM;
}

static void fetch_segments(struct blk_ring *ring)
{
	struct blk_request *req;
	unsigned int slot;

	static_assert(BLK_INDIRECT_MAX * sizeof(struct blk_segment) <= SEGMENTS_ROOM);

	list_for_each_entry(req, &ring->queue, link) {
		if (!req->cmd.indirect)
			continue;
		slot = ring->copy.nr;
		req->slot = dom0_copy_from_guest(&ring->copy, ring->vbd->be->domid,
						 req->cmd.indirect_ref, 0, ring->scratch[slot / 2],
						 scratch_offset(slot),
						 req->cmd.nr_segments * sizeof(*req->segs));
	}
	dom0_copy_flush(&ring->copy);
}

static int parse_segments(struct blk_ring *ring, struct blk_request *req)
{
	int err = dom0_gnttab_errno(dom0_copy_status(&ring->copy, req->slot));

	if (err)
		return err;
	req->tries = 0;
	memcpy(req->segs, page_address(ring->scratch[req->slot / 2]) + scratch_offset(req->slot),
	       req->cmd.nr_segments * sizeof(*req->segs));
	return blk_parse_indirect(&req->cmd, &ring->vbd->bounds, req->segs);
}

/*
 * One hypercall for all lists of the round. They are those of the requests that have just been
 * taken, or just been taken up again: never both, and no more than BLK_ROUND.
 */
static void resolve_indirect(struct blk_ring *ring)
{
	struct blk_request *req, *next;
	int err;

	fetch_segments(ring);
	if (!ring->copy.nr)
		return;

	list_for_each_entry_safe(req, next, &ring->queue, link) {
		if (!req->cmd.indirect)
			continue;
		err = parse_segments(ring, req);
		if (!err)
			continue;
		list_del(&req->link);
		if (err != -EAGAIN || !blk_request_retry(req))
			refuse_request(req, err);
	}
	dom0_copy_reset(&ring->copy);
}

/* ---- from the queue to the disk ---- */

static bool batch_has_room(struct blk_ring *ring, const struct blk_request *req)
{
	return dom0_copy_room(&ring->copy) >= req->cmd.nr_segments &&
	       ring->map.max - ring->map.nr >= req->cmd.nr_segments;
}

static bool try_mover(struct blk_request *req, const struct blk_mover *mover)
{
	blk_request_init_bio(req);
	if (!mover->prepare(req->ring, req)) {
		bio_uninit(&req->bio);
		return false;
	}
	req->mover = mover;
	return true;
}

static bool prepare_data(struct blk_ring *ring, struct blk_request *req)
{
	if (ring->persistent && time_after_eq(jiffies, ring->next_map)) {
		if (try_mover(req, &blk_mover_persistent)) {
			blk_count(ring, BLK_COUNT_persistent, 1);
			return true;
		}
		ring->crowded = true;
	}
	if (try_mover(req, &blk_mover_copy)) {
		blk_count(ring, BLK_COUNT_copied, 1);
		return true;
	}
	return false;
}

static bool prepare_request(struct blk_ring *ring, struct blk_request *req)
{
	if (req->cmd.nr_segments)
		return prepare_data(ring, req);

	blk_request_init_bio(req);
	return true;
}

/* What a barrier waits for may come to pass while the worker says that it waits. */
static bool barriers_permit(struct blk_ring *ring)
{
	if (blk_throttle_barrier_waits(ring))
		return false;
	if (blk_barrier_permits(ring))
		return true;
	worker_waits(ring);
	return blk_barrier_permits(ring);
}

/* A barrier is started alone: before it nothing is left, and what is behind it waits. */
static bool ends_batch(const struct blk_ring *ring, const struct blk_request *req)
{
	return blk_request_is_barrier(req) ? req != ring->barrier.begun : !!ring->barrier.begun;
}

/*
 * Moves requests from the queue to @batch until something is full or dry, and those to their lines
 * whose time has not come. Returns how many are in @batch.
 */
static unsigned int prepare_batch(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	unsigned int nr = 0;

	blk_ring_reclaim(ring);
	if (!barriers_permit(ring))
		return 0;
	list_for_each_entry_safe(req, next, &ring->queue, link) {
		if (ends_batch(ring, req) || !batch_has_room(ring, req))
			break;
		if (blk_throttle_hold(req))
			continue;
		if (!prepare_request(ring, req)) {
			if (nr)
				break;
			blk_count(ring, BLK_COUNT_oo_req, 1);
			if (!worker_waits(ring) || !prepare_request(ring, req))
				break;
		}
		nr++;
	}
	/* Those before the one where it stopped; all, if that is the head. */
	list_cut_before(batch, &ring->queue, &req->link);
	return nr;
}

/* Back to the state before prepare_request(). */
static void undo_prepare(struct blk_request *req)
{
	req->mover->release(req->ring, req);
	req->mover = NULL;
}

/*
 * The hypervisor has room for a number of mappings, which all guests and programs of this domain
 * share. A guest that finds none left has done nothing wrong, and its data can be copied.
 */
static void copy_instead(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;

	undo_prepare(req);
	ring->crowded = true;
	ring->next_map = jiffies + MAP_PAUSE;
	blk_request_requeue(req);
}

static void fail_or_retry(struct blk_request *req, int err)
{
	if (err == -ENOSPC && req->mover == &blk_mover_persistent) {
		copy_instead(req);
		return;
	}
	if (err == -EAGAIN) {
		undo_prepare(req);
		if (blk_request_retry(req))
			return;
	}
	fail_request(req, err);
}

static void drop_failed(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	int err;

	list_for_each_entry_safe(req, next, batch, link) {
		err = req->mover ? req->mover->prepared(ring, req) : 0;
		if (!err)
			continue;
		list_del(&req->link);
		bio_uninit(&req->bio);
		fail_or_retry(req, err);
	}
}

/* What has failed never reaches the disk: it is sorted out before the first bio is sent. */
static void settle_batch(struct blk_ring *ring, struct list_head *batch)
{
	unsigned int failed = dom0_copy_flush(&ring->copy);

	dom0_map_flush(&ring->map);
	/* Each mapping has to be taken over; with copies that were made nothing is left to do. */
	if (failed || ring->map.nr)
		drop_failed(ring, batch);
	dom0_copy_reset(&ring->copy);
	dom0_map_reset(&ring->map);
}

static u64 end_sector(const struct blk_request *req)
{
	return req->cmd.sector + req->cmd.nr_sectors;
}

/* Whether the two are side by side on the disk. */
static bool are_neighbours(const struct blk_request *req, const struct blk_request *other)
{
	return end_sector(req) == other->cmd.sector || end_sector(other) == req->cmd.sector;
}

/*
 * The block layer need not look for something to merge a request with if those before and behind it
 * are elsewhere on the disk. Where a disk seeks it may look, since it finds those of others too.
 * Discards are merged wherever they are.
 */
static void keep_alone(const struct list_head *batch)
{
	struct blk_request *req, *before = NULL;

	list_for_each_entry(req, batch, link) {
		if (req->cmd.nr_segments)
			req->bio.bi_opf |= REQ_NOMERGE;
		if (before && are_neighbours(before, req)) {
			before->bio.bi_opf &= ~REQ_NOMERGE;
			req->bio.bi_opf &= ~REQ_NOMERGE;
		}
		before = req;
	}
}

static void submit_batch(struct blk_ring *ring, struct list_head *batch, unsigned int nr)
{
	struct blk_request *req, *next;
	struct blk_plug plug;

	if (!bdev_rot(ring->vbd->bdev))
		keep_alone(batch);
	blk_start_plug(&plug);
	/* The block layer allocates so many tags at once, and frees those that are left over. */
	plug.nr_ios = min(nr, BLK_PLUG_MAX);
	/* Once one is sent, it may be over, and in another list. */
	list_for_each_entry_safe(req, next, batch, link) {
		trace_request_start(req, 0);
		submit_bio(&req->bio);
	}
	blk_finish_plug(&plug);
}

static void start_queue(struct blk_ring *ring)
{
	unsigned int nr;

	for (;;) {
		LIST_HEAD(batch);

		nr = prepare_batch(ring, &batch);
		if (!nr)
			return;
		settle_batch(ring, &batch);
		submit_batch(ring, &batch, nr);
	}
}

/* ---- the thread ---- */

/* For another ring's barrier. Returns true if more was handed back meanwhile. */
static bool holding_back(struct blk_ring *ring)
{
	if (blk_barrier_report(ring))
		return false;
	if (worker_waits(ring))
		return true;
	/* The last answer may have been shown only now. */
	blk_barrier_report(ring);
	return false;
}

/*
 * A discard goes to the disk piece by piece, and the frontend may have asked for as many as the
 * ring has slots, of the whole disk each: that takes a disk hours. So there is an end to it. The
 * frontend is told that they have failed.
 */
static void give_up_discards(struct blk_ring *ring)
{
	struct blk_request *req, *next;

	if (time_before(jiffies, ring->discard_end))
		return;
	list_for_each_entry_safe(req, next, &ring->queue, link) {
		if (req->cmd.op != BLKIF_OP_DISCARD)
			continue;
		list_del(&req->link);
		fail_request(req, -EIO);
	}
}

/* Returns true if something has failed that waited for a limit. */
static bool give_up_held(struct blk_ring *ring)
{
	struct blk_request *req;
	bool any = false;

	while (ring->drop_held && (req = blk_throttle_drop(ring))) {
		fail_request(req, -EIO);
		any = true;
	}
	return any;
}

/* Returns true if the ring is to be looked at once more. */
static bool serve_ring(struct blk_ring *ring, bool take)
{
	/* Pairs with blk_rings_stop(). */
	bool stopping = smp_load_acquire(&ring->stopping);
	bool queued, more, dropped;
	unsigned int taken;

	if (READ_ONCE(ring->retry_due)) {
		WRITE_ONCE(ring->retry_due, false);
		blk_ring_retry(ring);
	}
	blk_throttle_release(ring);
	if (unlikely(stopping))
		give_up_discards(ring);
	queued = !list_empty(&ring->queue);
	taken = take ? take_requests(ring) : 0;
	blk_count(ring, BLK_COUNT_rounds, !!taken);
	if (!list_empty(&ring->queue)) {
		resolve_indirect(ring);
		start_queue(ring);
	}
	dropped = unlikely(stopping) && give_up_held(ring);
	more = blk_ring_finish(ring) || holding_back(ring);
	return taken || dropped || more || (queued && list_empty(&ring->queue));
}

/*
 * No further event is wanted before the ring is empty: as long as requests wait, the worker comes
 * back by itself. An event that brings no request counts as spurious, whatever else is in flight. A
 * broken frontend gets no further event through.
 */
static void end_of_event(struct blk_ring *ring)
{
	if (!ring->owes_eoi || !ring->asked || !list_empty(&ring->queue) || ring->broken)
		return;
	dom0_evtchn_eoi(ring->ch, ring->taken);
	ring->owes_eoi = false;
	ring->taken = 0;
}

static unsigned long purge_age(void)
{
	return READ_ONCE(blk_persistent_grant_unused_seconds) * (unsigned long)HZ;
}

/*
 * Requests were copied because the cache is full: what has not been used for a while makes room.
 * Unmapping is dear, so this is slow.
 */
static void shrink_crowded(struct blk_ring *ring)
{
	if (!ring->crowded || time_before(jiffies, ring->next_shrink))
		return;
	dom0_pgrants_shrink(ring->persistent, HZ, BLK_BATCH_OPS / 8);
	ring->next_shrink = jiffies + HZ / 10;
	ring->crowded = false;
}

static void purge_unused(struct blk_ring *ring)
{
	unsigned long age = purge_age();

	if (!age || time_before(jiffies, ring->next_purge))
		return;
	dom0_pgrants_shrink(ring->persistent, age, BLK_BATCH_OPS);
	ring->next_purge = jiffies + age;
}

static void age_pool(struct blk_ring *ring)
{
	if (time_before(jiffies, ring->next_age))
		return;
	blk_pool_age(&ring->pool);
	ring->next_age = jiffies + POOL_AGE;
}

static void squeeze_pool(struct blk_ring *ring)
{
	if (!READ_ONCE(ring->pool.squeeze))
		return;
	WRITE_ONCE(ring->pool.squeeze, false);
	blk_pool_squeeze(&ring->pool);
}

/* After each round, also while the frontend keeps the ring full. */
static void tidy_ring(struct blk_ring *ring)
{
	blk_ring_reclaim(ring);
	blk_pool_trim(&ring->pool);
	age_pool(ring);
	if (ring->persistent) {
		shrink_crowded(ring);
		purge_unused(ring);
	}
	squeeze_pool(ring);
}

/* For a ring that goes idle with more than it needs. */
static void arm_tidy(struct blk_ring *ring)
{
	unsigned long after = 0;

	if (blk_pool_has_grown(&ring->pool))
		after = POOL_AGE;
	else if (ring->persistent && dom0_pgrants_count(ring->persistent))
		after = purge_age();
	if (after && !timer_pending(&ring->tidy_timer))
		mod_timer(&ring->tidy_timer, jiffies + after);
}

static void work_on_ring(struct blk_ring *ring, unsigned long why)
{
	bool more;

	blk_count(ring, BLK_COUNT_wakeups, 1);
	if (why & BIT(BLK_WORK_EVENT))
		ring->owes_eoi = true;
	do {
		more = serve_ring(ring, true);
		tidy_ring(ring);
		cond_resched();
		/* A frontend that never pauses must not keep it from being stopped, or frozen. */
	} while (more && !kthread_should_stop() && !freezing(current));
	if (more)
		set_bit(BLK_WORK_LOOK, &ring->work);
	end_of_event(ring);
	arm_tidy(ring);
}

/* What was taken is answered, however long the disk takes; no more is taken. */
static void drain_ring(struct blk_ring *ring)
{
	for (;;) {
		while (serve_ring(ring, false))
			cond_resched();

		set_current_state(TASK_IDLE);
		worker_waits(ring);
		if (!blk_ring_in_flight(ring))
			break;
		if (!xchg(&ring->work, 0))
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	__set_current_state(TASK_RUNNING);
	blk_ring_reclaim(ring);
}

int blk_worker(void *data)
{
	struct blk_ring *ring = data;
	unsigned long why;

	/* Dom0 may be put to sleep: disks take nothing then. */
	set_freezable();
	while (!kthread_freezable_should_stop(NULL)) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* Not before the ring is complete: the event channel comes last. */
		why = READ_ONCE(ring->ch) ? xchg(&ring->work, 0) : 0;
		if (!why && !kthread_should_stop()) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		if (why)
			work_on_ring(ring, why);
	}
	drain_ring(ring);
	return 0;
}
