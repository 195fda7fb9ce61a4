// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a request: its data goes to the guest, its pages go back, it is answered.
 */
#include "blkback.h"

#include <linux/sched.h>
#include <trace/events/dom0_blkback.h>

static void collect(struct blk_ring *ring)
{
	struct llist_node *done = llist_reverse_order(llist_del_all(&ring->done));
	struct blk_request *req, *next;

	llist_for_each_entry_safe(req, next, done, done)
		list_add_tail(&req->link, &ring->finishing);
}

static bool batch_has_room(struct blk_ring *ring, const struct blk_request *req)
{
	return dom0_copy_room(&ring->out) >= req->cmd.nr_segments;
}

/* Returns true if there is more than fits. */
static bool gather(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req;
	bool more;

	list_for_each_entry(req, &ring->finishing, link) {
		if (!batch_has_room(ring, req))
			break;
		if (req->mover)
			req->mover->finish(ring, req);
	}
	more = !list_entry_is_head(req, &ring->finishing, link);
	list_cut_before(batch, &ring->finishing, &req->link);
	return more;
}

static void count(struct blk_ring *ring, const struct blk_command *cmd)
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
		blk_count(ring, BLK_COUNT_f_req, 1);
		blk_count(ring, BLK_COUNT_wr_sect, cmd->nr_sectors);
		break;
	case BLKIF_OP_DISCARD:
		blk_count(ring, BLK_COUNT_ds_req, 1);
		break;
	}
}

static void answer(struct blk_ring *ring, struct blk_request *req)
{
	if (req->err)
		blk_count(ring, BLK_COUNT_failed, 1);
	else
		count(ring, &req->cmd);
	trace_request_complete(req, req->err);
	blk_response_write(ring->abi, blk_ring_slot(ring, ring->answered), req->cmd.id,
			   req->cmd.op, blk_status(req->err));
	WRITE_ONCE(ring->answered, ring->answered + 1);
	blk_request_put(req);
}

/* Whether the worker has to start it once more: another piece, or a page that was not at hand. */
static bool start_again(struct blk_ring *ring, struct blk_request *req)
{
	if (req->err == -EAGAIN ? !blk_request_retry(req) : req->err || !blk_request_rest(req))
		return false;

	if (!req->err)
		WRITE_ONCE(ring->waiting, true);
	req->err = 0;
	req->mover = NULL;
	list_add_tail(&req->link, &ring->again);
	return true;
}

static void settle_one(struct blk_ring *ring, struct blk_request *req)
{
	int err = 0;

	if (req->mover) {
		err = req->mover->finished(ring, req);
		if (err == -EAGAIN && blk_request_retry(req)) {
			list_add_tail(&req->link, &ring->finishing);
			return;
		}
		req->mover->release(ring, req);
	}
	if (err)
		req->err = err;
	if (!start_again(ring, req))
		answer(ring, req);
}

static void settle(struct blk_ring *ring, struct list_head *batch)
{
	struct blk_request *req, *next;

	dom0_copy_flush(&ring->out);

	spin_lock(&ring->pool_lock);
	/* Each goes into another list. */
	list_for_each_entry_safe(req, next, batch, link)
		settle_one(ring, req);
	spin_unlock(&ring->pool_lock);

	dom0_copy_reset(&ring->out);
}

static bool finish_batch(struct blk_ring *ring)
{
	LIST_HEAD(batch);
	bool more;

	lockdep_assert_held(&ring->finish_lock);
	collect(ring);
	more = gather(ring, &batch);
	if (list_empty(&batch))
		return false;
	settle(ring, &batch);
	return more;
}

/* The worker waits for what it has just got: pages, or the end of all requests. */
static void wake_waiter(struct blk_ring *ring)
{
	if (READ_ONCE(ring->waiting)) {
		WRITE_ONCE(ring->waiting, false);
		blk_ring_kick(ring, BLK_WORK_LOOK);
	}
}

/* Called by the worker. */
void blk_ring_finish(struct blk_ring *ring)
{
	bool more;

	do {
		if (llist_empty(&ring->done) && list_empty(&ring->finishing))
			return;
		spin_lock_bh(&ring->finish_lock);
		more = finish_batch(ring);
		blk_ring_push(ring);
		wake_waiter(ring);
		spin_unlock_bh(&ring->finish_lock);
		cond_resched();
	} while (more);
}

/* One batch, so that other work of this CPU does not wait for long; the worker does the rest. */
void blk_ring_finish_tasklet(struct tasklet_struct *tasklet)
{
	struct blk_ring *ring = container_of(tasklet, struct blk_ring, tasklet);
	bool more;

	spin_lock(&ring->finish_lock);
	more = finish_batch(ring);
	blk_ring_push(ring);
	wake_waiter(ring);
	spin_unlock(&ring->finish_lock);
	if (more)
		blk_ring_kick(ring, BLK_WORK_LOOK);
}
