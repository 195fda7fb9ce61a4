// SPDX-License-Identifier: GPL-2.0
/* The worker of a ring, a kernel thread: takes requests off the ring, and starts them. */
#include "barrier.h"
#include "bio.h"
#include "cgroup.h"
#include "complete.h"
#include "data.h"
#include "data_ops.h"
#include "pause.h"
#include "pool.h"
#include "request.h"
#include "retry.h"
#include "ring.h"
#include "throttle.h"
#include "tidy.h"
#include "vbd.h"
#include "worker.h"

#include <dom0/grant_status.h>
#include <linux/blkdev.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <trace/events/dom0_blkback.h>

/* Most tags that a plug allocates at once; the block layer itself never asks for more. */
#define BLK_PLUG_MAX	32U

/*
 * Ask to be woken when requests are handed back. Return true if some have been handed back already.
 */
static bool worker_waits(struct blk_ring *ring)
{
	WRITE_ONCE(ring->finish.need_wakeup, true);
	/* Pairs with smp_mb() in blk_ring_push(). */
	smp_mb();
	return blk_ring_reclaim(ring);
}

/* ---- from the ring into the queue ---- */

static bool reserve_large(struct blk_ring *ring)
{
	if (!ring->worker.reserved_large) {
		ring->worker.reserved_large =
			list_first_entry_or_null(&ring->worker.free_large,
						 struct blk_large_segs, link);
		if (ring->worker.reserved_large)
			list_del(&ring->worker.reserved_large->link);
	}
	return ring->worker.reserved_large;
}

/* Fail a request that is not at the disk. The worker answers it at the end of the round. */
static void fail_request(struct blk_request *req, int err)
{
	req->err = err;
	blk_request_leave(req);
}

/*
 * A grant copy or mapping for a request has failed, which does not count as rejected. If @err is
 * -EAGAIN, the request has borrowed nothing any more.
 */
static void put_off_or_fail(struct blk_request *req, int err)
{
	if (err != -EAGAIN || !blk_request_retry(req))
		fail_request(req, err);
}

static void reject_request(struct blk_request *req, int err)
{
	blk_count(req->ring, BLK_COUNT_rejected, 1);
	trace_blk_request_reject(req, err);
	fail_request(req, err);
}

/*
 * Return the most vectors that its bio needs. The segments of an indirect request are not known
 * yet. If it begins within a block, its span may take a page more than there are segments.
 */
static unsigned int vecs_of(const struct blk_request *req)
{
	return req->cmd.nr_segments + blk_is_misaligned(req->cmd.sector, &req->ring->vbd->bounds);
}

static void take_request(struct blk_ring *ring, u64 now)
{
	struct blk_request *req = blk_request_get(ring);
	int err;

	req->index = ring->worker.req_cons;
	err = blk_parse(ring->abi, blk_ring_slot(ring, ring->worker.req_cons), &ring->vbd->bounds,
			&req->cmd, req->segs);
	WRITE_ONCE(ring->worker.req_cons, ring->worker.req_cons + 1);
	/* Pairs with copy_oldest(), which reads the command after this. */
	smp_store_release(&req->taken, now);
	trace_blk_request_take(req, err);
	if (err == -ENOMEDIUM) {
		fail_request(req, err);
		return;
	}
	if (err) {
		reject_request(req, err);
		return;
	}
	if (vecs_of(req) > BLK_INLINE_SEGMENTS)
		blk_request_take_large(req);
	list_add_tail(&req->link, &ring->worker.queue);
}

/*
 * Take requests off the ring, but none as long as others wait to be started. Return their number.
 */
static unsigned int take_requests(struct blk_ring *ring)
{
	unsigned int nr = 0, most;
	int available;
	u64 now;

	if (!list_empty(&ring->worker.queue) || ring->broken || READ_ONCE(ring->stopping))
		return 0;

	available = blk_ring_available(ring);
	ring->worker.asked = !available;
	if (available < 0)
		return 0;

	most = min(blk_barrier_limit(ring, available), BLK_ROUND);
	blk_ring_reclaim(ring);
	now = most ? blk_now() : 0;
	while (nr < most) {
		if (!reserve_large(ring) && !(worker_waits(ring) && reserve_large(ring)))
			break;
		take_request(ring, now);
		nr++;
	}
	ring->worker.since_eoi += nr;
	return nr;
}

/* ---- the segments of indirect requests ---- */

/* A list of 256 segments takes half a page. */
#define SEGMENTS_SIZE	(PAGE_SIZE / 2)

static unsigned int scratch_offset(unsigned int slot)
{
	return slot % 2 * SEGMENTS_SIZE;
}

static void fetch_segments(struct blk_ring *ring)
{
	struct blk_request *req;
	unsigned int slot;

	static_assert(BLK_INDIRECT_MAX * sizeof(struct blk_segment) <= SEGMENTS_SIZE);

	list_for_each_entry(req, &ring->worker.queue, link) {
		if (!req->cmd.indirect)
			continue;
		slot = dom0_copy_mark(&ring->worker.copy);
		req->slot = dom0_copy_from_guest(&ring->worker.copy, ring->vbd->be->domid,
						 req->cmd.indirect_ref, 0,
						 ring->worker.scratch[slot / 2],
						 scratch_offset(slot),
						 req->cmd.nr_segments * sizeof(*req->segs));
	}
	dom0_copy_flush(&ring->worker.copy);
}

static int parse_segments(struct blk_ring *ring, struct blk_request *req)
{
	req->tries = 0;
	memcpy(req->segs,
	       page_address(ring->worker.scratch[req->slot / 2]) + scratch_offset(req->slot),
	       req->cmd.nr_segments * sizeof(*req->segs));
	return blk_parse_indirect(&req->cmd, &ring->vbd->bounds, req->segs);
}

static void resolve_request(struct blk_ring *ring, struct blk_request *req)
{
	int err = dom0_gnttab_errno(dom0_copy_status(&ring->worker.copy, req->slot));

	if (err) {
		list_del(&req->link);
		put_off_or_fail(req, err);
		return;
	}
	err = parse_segments(ring, req);
	if (err) {
		list_del(&req->link);
		reject_request(req, err);
	}
}

/*
 * Fetch and check the segments of all indirect requests in the queue, by one hypercall. These
 * requests have just been taken off the ring, or are tried again: never both, and at most
 * BLK_ROUND.
 */
static void resolve_indirect(struct blk_ring *ring)
{
	struct blk_request *req, *next;

	fetch_segments(ring);
	if (!dom0_copy_mark(&ring->worker.copy))
		return;

	list_for_each_entry_safe(req, next, &ring->worker.queue, link)
		if (req->cmd.indirect)
			resolve_request(ring, req);
	dom0_copy_reset(&ring->worker.copy);
}

/* ---- from the queue to the disk ---- */

static bool batch_has_space(struct blk_ring *ring, const struct blk_request *req)
{
	return dom0_copy_space(&ring->worker.copy) >= blk_request_copies(req) &&
	       dom0_map_space(&ring->worker.map) >= req->cmd.nr_segments;
}

static bool prepare_request(struct blk_ring *ring, struct blk_request *req)
{
	if (req->cmd.nr_segments)
		return blk_data_prepare(req);

	blk_request_init_bio(req);
	return true;
}

/*
 * Check again after worker_waits(): the requests that a barrier waits for may have been answered
 * before the worker asked to be woken.
 */
static bool barriers_permit(struct blk_ring *ring)
{
	if (blk_throttle_barrier_waits(ring))
		return false;
	if (blk_barrier_permits(ring))
		return true;
	worker_waits(ring);
	/* Ask both: the answer may have been that of the barrier before this one. */
	return !blk_throttle_barrier_waits(ring) && blk_barrier_permits(ring);
}

/*
 * Whether the batch ends before @req. A barrier is started alone: all requests before it are over,
 * and those behind it wait.
 */
static bool ends_batch(const struct blk_ring *ring, const struct blk_request *req)
{
	return blk_request_is_barrier(req) ? req != ring->barrier.begun : !!ring->barrier.begun;
}

/*
 * Move requests from the queue to @batch until it is full or a resource is exhausted. Move requests
 * that must wait for a limit to their lines. Return the number of requests in @batch.
 */
static unsigned int prepare_batch(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	unsigned int nr = 0;

	blk_ring_reclaim(ring);
	if (!barriers_permit(ring))
		return 0;
	list_for_each_entry_safe(req, next, &ring->worker.queue, link) {
		if (ends_batch(ring, req) || !batch_has_space(ring, req))
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
	/* All requests before the one where the loop stopped; if it ended, @req is the head. */
	list_cut_before(batch, &ring->worker.queue, &req->link);
	return nr;
}

static void give_up_preparation(struct blk_request *req, int err)
{
	if (blk_data_copy_instead(req, err))
		return;
	if (err == -EAGAIN)
		blk_data_undo(req);
	put_off_or_fail(req, err);
}

static void drop_failed(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	int err;

	list_for_each_entry_safe(req, next, batch, link) {
		err = req->data_ops ? req->data_ops->prepare_done(ring, req) : 0;
		if (!err)
			continue;
		list_del(&req->link);
		bio_uninit(&req->bio);
		give_up_preparation(req, err);
	}
}

/* Trace the requests whose data has been copied from the guest, or mapped. */
static void trace_prepared(const struct list_head *batch)
{
	const struct blk_request *req;

	list_for_each_entry(req, batch, link)
		if (req->data_ops && !(req->data_ops->finish && blk_request_is_read(req)))
			trace_blk_request_data(req, req->data_ops->name);
}

/*
 * Issue the grant operations of @batch. Requests that failed are removed before the first bio is
 * sent, so they never reach the disk.
 */
static void commit_batch(struct blk_ring *ring, struct list_head *batch)
{
	unsigned int failed = dom0_copy_flush(&ring->worker.copy);

	dom0_map_flush(&ring->worker.map);
	/* Each mapping has to be added to the cache. Copies that succeeded need nothing more. */
	if (failed || dom0_map_mark(&ring->worker.map))
		drop_failed(ring, batch);
	if (trace_blk_request_data_enabled())
		trace_prepared(batch);
	dom0_copy_reset(&ring->worker.copy);
	dom0_map_reset(&ring->worker.map);
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
 * Keep the block layer from looking for requests to merge with if the neighbours in @batch are
 * elsewhere on the disk. Not for disks that seek: there the search also finds requests of others.
 * Nor for a request that comes alone: its neighbours may have come alone before it. Discards may be
 * merged wherever they are.
 */
static void keep_alone(const struct list_head *batch)
{
	struct blk_request *req, *prev = NULL;

	if (list_is_singular(batch))
		return;
	list_for_each_entry(req, batch, link) {
		if (req->cmd.nr_segments)
			req->bio.bi_opf |= REQ_NOMERGE;
		if (prev && are_neighbours(prev, req)) {
			prev->bio.bi_opf &= ~REQ_NOMERGE;
			req->bio.bi_opf &= ~REQ_NOMERGE;
		}
		prev = req;
	}
}

static void submit_batch(struct blk_ring *ring, struct list_head *batch, unsigned int nr)
{
	struct blk_request *req, *next;
	struct blk_plug plug;

	if (!bdev_rot(ring->vbd->bdev))
		keep_alone(batch);
	blk_start_plug(&plug);
	/* The block layer allocates so many tags at once, and frees unused ones. */
	plug.nr_ios = min(nr, BLK_PLUG_MAX);
	/* Once a request is sent, it may be over, and in another list. */
	list_for_each_entry_safe(req, next, batch, link) {
		trace_blk_request_start(req, 0);
		WRITE_ONCE(req->state, BLK_STATE_DISK);
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
		commit_batch(ring, &batch);
		submit_batch(ring, &batch, nr);
	}
}

/* ---- the thread ---- */

/*
 * Hold back for another ring's barrier, and report when this ring is quiet. Return true if more
 * requests were handed back meanwhile. A barrier of this ring ends when it is handed back. Each
 * answer clears need_wakeup, so set it again in each round.
 */
static bool holding_back(struct blk_ring *ring)
{
	if (ring->barrier.begun)
		return worker_waits(ring);
	if (blk_barrier_report(ring))
		return false;
	if (worker_waits(ring))
		return true;
	/* The last response may have become visible after the first report. */
	blk_barrier_report(ring);
	return false;
}

/* The same for a pause: report when this ring has no request in flight. */
static bool pauses_now(struct blk_ring *ring, unsigned int pause)
{
	if (blk_pause_report(ring, pause))
		return false;
	if (worker_waits(ring))
		return true;
	blk_pause_report(ring, pause);
	return false;
}

/*
 * Fail the discards that are left when a stopping ring's time for them is over. A frontend may have
 * filled the ring with discards of the whole disk, which go to the disk piece by piece and may take
 * hours.
 */
static void give_up_discards(struct blk_ring *ring)
{
	struct blk_request *req, *next;

	if (time_before(jiffies, ring->discard_end))
		return;
	list_for_each_entry_safe(req, next, &ring->worker.queue, link) {
		if (req->cmd.op != BLKIF_OP_DISCARD)
			continue;
		list_del(&req->link);
		fail_request(req, -EIO);
	}
}

/* Fail requests that wait for a limit, if drop_held is set. Return true if there were any. */
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

/* Do one round of work. Return true if the ring needs another one. */
static bool serve_ring(struct blk_ring *ring, bool take)
{
	/* Pairs with blk_rings_stop(). */
	bool stopping = smp_load_acquire(&ring->stopping);
	unsigned int taken, pause = blk_pause_number(ring);
	bool queued, more, dropped;

	blk_cgroup_follow(ring);
	if (READ_ONCE(ring->retry_due)) {
		WRITE_ONCE(ring->retry_due, false);
		blk_ring_retry(ring);
	}
	blk_throttle_release(ring);
	if (unlikely(stopping))
		give_up_discards(ring);
	queued = !list_empty(&ring->worker.queue);
	taken = take && !pause ? take_requests(ring) : 0;
	blk_count(ring, BLK_COUNT_rounds, !!taken);
	if (!list_empty(&ring->worker.queue)) {
		resolve_indirect(ring);
		start_queue(ring);
	}
	dropped = unlikely(stopping) && give_up_held(ring);
	more = blk_ring_finish(ring) || holding_back(ring);
	if (unlikely(pause)) {
		/* The frontend's event gets its EOI when the worker has looked for requests. */
		ring->worker.asked = false;
		more |= pauses_now(ring, pause);
	}
	return taken || dropped || more || (queued && list_empty(&ring->worker.queue));
}

/*
 * Send the EOI for the frontend's event once the ring is empty: as long as requests wait, the
 * worker looks again by itself. An event that brings no request counts as spurious, whatever else
 * is in flight. A broken frontend gets no EOI, so no further event arrives.
 */
static void end_of_event(struct blk_ring *ring)
{
	if (!ring->worker.owes_eoi || !ring->worker.asked || !list_empty(&ring->worker.queue) ||
	    ring->broken)
		return;
	dom0_evtchn_eoi(ring->ch, ring->worker.since_eoi);
	ring->worker.owes_eoi = false;
	ring->worker.since_eoi = 0;
}

static void work_on_ring(struct blk_ring *ring, unsigned long why)
{
	bool more;

	blk_count(ring, BLK_COUNT_wakeups, 1);
	if (why & BIT(BLK_WORK_EVENT))
		ring->worker.owes_eoi = true;
	do {
		more = serve_ring(ring, true);
		blk_ring_tidy(ring);
		cond_resched();
		/* A frontend that never pauses must not keep the worker from a stop or freeze. */
	} while (more && !kthread_should_stop() && !freezing(current));
	if (more)
		set_bit(BLK_WORK_LOOK, &ring->work);
	end_of_event(ring);
	blk_ring_arm_tidy(ring);
}

/*
 * Take no more requests, and wait until all taken ones are answered, however long the disk takes.
 * Dom0 may be suspended meanwhile.
 */
static void drain_ring(struct blk_ring *ring)
{
	for (;;) {
		while (serve_ring(ring, false))
			cond_resched();

		try_to_freeze();
		set_current_state(TASK_IDLE | TASK_FREEZABLE);
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

	/* Freeze while Dom0 is suspended: disks take no requests then. */
	set_freezable();
	while (!kthread_freezable_should_stop(NULL)) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* Pairs with blk_rings_start(). */
		why = smp_load_acquire(&ring->started) ? xchg(&ring->work, 0) : 0;
		if (!why && !kthread_should_stop()) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		if (why)
			work_on_ring(ring, why);
	}
	drain_ring(ring);
	blk_cgroup_leave(ring);
	return 0;
}
