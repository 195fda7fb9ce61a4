// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a request: its data goes to the guest, it is answered, and it is handed back to the
 * worker, which owns the pages and grants that it has borrowed.
 *
 * The tasklet that the disk's completion schedules finishes what is small. What is not, and what
 * has to be tried again, it leaves to the worker, so that a thread pays for it and not whatever the
 * CPU was doing. Both copy with no lock held; the lock is for answering.
 */
#include "complete.h"
#include "mover.h"
#include "request.h"
#include "ring.h"
#include "vbd.h"

#include <linux/sched.h>
#include <trace/events/dom0_blkback.h>

/* In the order in which they were added. */
static void collect_requests(struct llist_head *from, struct list_head *to)
{
	struct llist_node *first = llist_reverse_order(llist_del_all(from));
	struct blk_request *req, *next;

	llist_for_each_entry_safe(req, next, first, node)
		list_add_tail(&req->link, to);
}

static bool has_data_for_guest(const struct blk_request *req)
{
	return req->mover && req->mover->finish && blk_request_is_read(req) && !req->err;
}

static unsigned int copies_of(const struct blk_request *req)
{
	return has_data_for_guest(req) ? req->cmd.nr_segments : 0;
}

static bool has_rest(const struct blk_request *req)
{
	return !req->err && blk_request_has_rest(req);
}

static void count_request(struct blk_ring *ring, const struct blk_command *cmd)
{
	switch (cmd->op) {
	case BLKIF_OP_READ:
		blk_count(ring, BLK_COUNT_rd_req, 1);
		blk_count(ring, BLK_COUNT_rd_sect, cmd->nr_sectors);
		break;
	case BLKIF_OP_WRITE:
		blk_count(ring, BLK_COUNT_wr_req, 1);
		blk_count(ring, BLK_COUNT_wr_sect, cmd->nr_sectors);
		break;
	case BLKIF_OP_FLUSH_DISKCACHE:
	case BLKIF_OP_WRITE_BARRIER:
		blk_count(ring, BLK_COUNT_f_req, 1);
		blk_count(ring, BLK_COUNT_wr_sect, cmd->nr_sectors);
		break;
	case BLKIF_OP_DISCARD:
		blk_count(ring, BLK_COUNT_ds_req, 1);
		break;
	}
}

/*
 * The request is back before its slot is counted as answered: as many as the frontend may produce
 * are always at hand.
 */
static void answer_request(struct blk_ring *ring, struct blk_request *req)
{
	lockdep_assert_held(&ring->finish.lock);
	if (req->err)
		blk_count(ring, BLK_COUNT_failed, 1);
	else
		count_request(ring, &req->cmd);
	trace_request_complete(req, req->err);
	blk_response_write(ring->abi, blk_ring_slot(ring, ring->finish.answered), req->cmd.id,
			   req->cmd.op, blk_status(req->err));
	llist_add(&req->node, &ring->finish.handed_back);
	WRITE_ONCE(ring->finish.answered, ring->finish.answered + 1);
}

/* The worker waits for what it has just got: pages, or the end of all requests. */
static void wake_waiter(struct blk_ring *ring)
{
	if (READ_ONCE(ring->finish.waiting)) {
		WRITE_ONCE(ring->finish.waiting, false);
		blk_ring_kick(ring, BLK_WORK_LOOK);
	}
}

static void answer_batch(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	bool notify;

	if (list_empty(batch))
		return;

	spin_lock_bh(&ring->finish.lock);
	/* Once one is handed back, it may be in another list. */
	list_for_each_entry_safe(req, next, batch, link)
		answer_request(ring, req);
	notify = blk_ring_push(ring);
	spin_unlock_bh(&ring->finish.lock);

	if (notify)
		dom0_evtchn_notify(ring->ch);
	wake_waiter(ring);
}

/* Some copies have failed. What has to be tried again goes from @batch to @again. */
static void sort_out(const struct dom0_copy *copy, struct list_head *batch,
		     struct list_head *again)
{
	struct blk_request *req, *next;
	int err;

	list_for_each_entry_safe(req, next, batch, link) {
		if (!has_data_for_guest(req))
			continue;
		err = req->mover->finished(copy, req);
		if (err == -EAGAIN)
			list_move_tail(&req->link, again);
		else
			req->err = err;
	}
}

/* Copies the batch to the guest. */
static void copy_batch(struct dom0_copy *copy, struct list_head *batch, struct list_head *again)
{
	if (dom0_copy_flush(copy))
		sort_out(copy, batch, again);
	dom0_copy_reset(copy);
}

/* ---- the worker ---- */

/* Moves to @batch what fits. Returns false if one of them has another piece, and is queued. */
static bool gather_batch(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;
	bool done = true;

	list_for_each_entry_safe(req, next, &ring->finishing, link) {
		if (has_rest(req)) {
			blk_request_next_piece(req);
			list_del(&req->link);
			blk_request_requeue(req);
			done = false;
			continue;
		}
		if (copies_of(req) > dom0_copy_room(&ring->copy))
			break;
		if (has_data_for_guest(req))
			req->mover->finish(&ring->copy, req);
		list_move_tail(&req->link, batch);
	}
	return done;
}

static void retry_or_fail(struct list_head *again, struct list_head *failed)
{
	struct blk_request *req, *next;

	list_for_each_entry_safe(req, next, again, link) {
		list_del(&req->link);
		if (blk_request_retry(req))
			continue;
		req->err = -EAGAIN;
		list_add_tail(&req->link, failed);
	}
}

/* Returns true if there is something more to be started. */
bool blk_ring_finish(struct blk_ring *ring)
{
	bool more = false;

	collect_requests(&ring->finish.done, &ring->finishing);
	collect_requests(&ring->finish.left, &ring->finishing);
	while (!list_empty(&ring->finishing)) {
		LIST_HEAD(batch);
		LIST_HEAD(again);

		more |= !gather_batch(ring, &batch);
		copy_batch(&ring->copy, &batch, &again);
		retry_or_fail(&again, &batch);
		answer_batch(ring, &batch);
		cond_resched();
	}
	return more;
}

/* ---- the tasklet ---- */

static bool for_worker(const struct blk_ring *ring, const struct blk_request *req)
{
	return has_rest(req) || copies_of(req) > dom0_copy_room(&ring->finish.copy);
}

static void leave_to_worker(struct blk_ring *ring, struct list_head *list)
{
	struct blk_request *req, *next;

	if (list_empty(list))
		return;
	/* Once it is left, it may be in another list. */
	list_for_each_entry_safe(req, next, list, link)
		llist_add(&req->node, &ring->finish.left);
	blk_ring_kick(ring, BLK_WORK_LOOK);
}

/* It alone uses finish.copy: a tasklet runs on one CPU at a time. */
static void finish_in_softirq(struct tasklet_struct *tasklet)
{
	struct blk_ring *ring = container_of(tasklet, struct blk_ring, finish.tasklet);
	struct blk_request *req, *next;
	LIST_HEAD(batch);
	LIST_HEAD(left);

	collect_requests(&ring->finish.done, &batch);
	list_for_each_entry_safe(req, next, &batch, link) {
		if (for_worker(ring, req))
			list_move_tail(&req->link, &left);
		else if (has_data_for_guest(req))
			req->mover->finish(&ring->finish.copy, req);
	}
	copy_batch(&ring->finish.copy, &batch, &left);
	leave_to_worker(ring, &left);
	answer_batch(ring, &batch);
}

void blk_finish_init(struct blk_finish *finish)
{
	init_llist_head(&finish->done);
	init_llist_head(&finish->left);
	init_llist_head(&finish->handed_back);
	spin_lock_init(&finish->lock);
	tasklet_setup(&finish->tasklet, finish_in_softirq);
}
