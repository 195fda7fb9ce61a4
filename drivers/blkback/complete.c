// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a request: copy its data to the guest, answer it, and hand it back to the worker, a
 * kernel thread, which owns the pages and grants that it has borrowed.
 *
 * The tasklet that the disk's completion schedules finishes small requests. It leaves large ones,
 * and those to be tried again, to the worker. So their CPU time is charged to a thread, and not to
 * the task that the softirq has interrupted. Both copy without a lock, and answer under one.
 */
#include "bio.h"
#include "complete.h"
#include "data_ops.h"
#include "request.h"
#include "retry.h"
#include "ring.h"
#include "vbd.h"

#include <linux/sched.h>
#include <trace/events/dom0_blkback.h>

/**
 * struct blk_chain - requests of one context, in order, linked by their node
 * @first: NULL if there are none
 * @end: where the next one is linked
 */
struct blk_chain {
	struct llist_node *first;
	struct llist_node **end;
};

static void chain_init(struct blk_chain *chain)
{
	chain->first = NULL;
	chain->end = &chain->first;
}

static struct blk_request *chain_first(const struct blk_chain *chain)
{
	return chain->first ? llist_entry(chain->first, struct blk_request, node) : NULL;
}

static void chain_add(struct blk_chain *chain, struct blk_request *req)
{
	req->node.next = NULL;
	*chain->end = &req->node;
	chain->end = &req->node.next;
}

/* Return the last node of a chain that is not empty. */
static struct llist_node *chain_last(const struct blk_chain *chain)
{
	return container_of(chain->end, struct llist_node, next);
}

/* Move all requests of @from to the end of @to, in the order in which they were added to @from. */
static void collect_requests(struct llist_head *from, struct blk_chain *to)
{
	struct llist_node *last = llist_del_all(from);

	if (!last)
		return;
	*to->end = llist_reverse_order(last);
	to->end = &last->next;
}

static bool has_data_for_guest(const struct blk_request *req)
{
	return req->data_ops && req->data_ops->finish && blk_request_is_read(req) && !req->err;
}

static unsigned int copies_of(const struct blk_request *req)
{
	return has_data_for_guest(req) ? blk_request_copies(req) : 0;
}

static bool has_more(const struct blk_request *req)
{
	return !req->err && blk_request_has_more(req);
}

static void count_request(struct blk_ring *ring, const struct blk_request *req)
{
	const struct blk_command *cmd = &req->cmd;

	if (req->data_ops)
		blk_count(ring, req->data_ops->counter, 1);
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

static void complete_request(struct blk_ring *ring, struct blk_request *req, RING_IDX index,
			     u64 now)
{
	if (req->err)
		blk_count(ring, BLK_COUNT_failed, 1);
	else
		count_request(ring, req);
	blk_latency_count(&ring->finish.latency, req->cmd.op, now - req->taken);
	WRITE_ONCE(req->taken, 0);
	trace_blk_request_complete(req, req->err);
	blk_response_write(ring->abi, blk_ring_slot(ring, index), req->cmd.id, req->cmd.op,
			   blk_status(req->err));
}

/*
 * Answer the requests of @batch. Hand them back before their slots count as answered: so there is
 * always a free request for each one that the frontend may produce.
 */
static void complete_requests(struct blk_ring *ring, const struct blk_chain *batch, u64 now)
{
	RING_IDX rsp_prod_pvt = ring->finish.rsp_prod_pvt;
	struct blk_request *req;

	lockdep_assert_held(&ring->finish.lock);
	llist_for_each_entry(req, batch->first, node)
		complete_request(ring, req, rsp_prod_pvt++, now);
	llist_add_batch(batch->first, chain_last(batch), &ring->finish.handed_back);
	WRITE_ONCE(ring->finish.rsp_prod_pvt, rsp_prod_pvt);
}

/*
 * Wake the worker if it waits for requests to be handed back: for their pages, or for the last one.
 */
static void wake_worker(struct blk_ring *ring)
{
	if (READ_ONCE(ring->finish.need_wakeup)) {
		WRITE_ONCE(ring->finish.need_wakeup, false);
		blk_ring_kick(ring, BLK_WORK_LOOK);
	}
}

static void complete_batch(struct blk_ring *ring, const struct blk_chain *batch)
{
	bool notify;
	u64 now;

	if (!batch->first)
		return;

	now = blk_now();
	spin_lock_bh(&ring->finish.lock);
	complete_requests(ring, batch, now);
	notify = blk_ring_push(ring);
	spin_unlock_bh(&ring->finish.lock);

	if (notify)
		dom0_evtchn_notify(ring->ch);
	wake_worker(ring);
}

/*
 * Some copies have failed. Note each request's error, and move those to be tried again from @batch
 * to @retry.
 */
static void sort_out(const struct dom0_copy *copy, struct blk_chain *batch, struct blk_chain *retry)
{
	struct llist_node *first = batch->first;
	struct blk_request *req, *next;
	int err;

	chain_init(batch);
	llist_for_each_entry_safe(req, next, first, node) {
		err = has_data_for_guest(req) ? req->data_ops->finish_done(copy, req) : 0;
		if (err == -EAGAIN) {
			chain_add(retry, req);
			continue;
		}
		req->err = req->err ?: err;
		chain_add(batch, req);
	}
}

static void trace_copied(const struct blk_chain *batch)
{
	const struct blk_request *req;

	llist_for_each_entry(req, batch->first, node)
		if (has_data_for_guest(req))
			trace_blk_request_data(req, req->data_ops->name);
}

/* Copy the data of @batch to the guest. */
static void copy_batch(struct dom0_copy *copy, struct blk_chain *batch, struct blk_chain *retry)
{
	if (dom0_copy_flush(copy))
		sort_out(copy, batch, retry);
	if (trace_blk_request_data_enabled())
		trace_copied(batch);
	dom0_copy_reset(copy);
}

/* ---- the worker ---- */

/* Leave a request to the worker, which finishes it at the end of its round. Any context. */
void blk_request_leave(struct blk_request *req)
{
	llist_add(&req->node, &req->ring->finish.left);
}

/*
 * Move requests from @over to @batch as long as their copies fit. Return false if a discard among
 * them has another piece, and was queued again.
 */
static bool gather_batch(struct blk_ring *ring, struct blk_chain *over, struct blk_chain *batch)
{
	struct blk_request *req;
	bool done = true;

	while ((req = chain_first(over)) && copies_of(req) <= dom0_copy_space(&ring->worker.copy)) {
		over->first = req->node.next;
		if (has_more(req)) {
			blk_request_advance(req);
			blk_request_requeue(req);
			done = false;
			continue;
		}
		if (has_data_for_guest(req))
			req->data_ops->finish(&ring->worker.copy, req);
		chain_add(batch, req);
	}
	return done;
}

static void retry_copies(struct blk_chain *retry, struct blk_chain *failed)
{
	struct blk_request *req, *next;

	llist_for_each_entry_safe(req, next, retry->first, node) {
		if (blk_request_retry(req))
			continue;
		req->err = -EAGAIN;
		chain_add(failed, req);
	}
}

/* Finish requests that are over. Return true if there are more to start. */
bool blk_ring_finish(struct blk_ring *ring)
{
	struct blk_chain over, batch, retry;
	bool more = false;

	chain_init(&over);
	collect_requests(&ring->finish.done, &over);
	collect_requests(&ring->finish.left, &over);
	while (over.first) {
		chain_init(&batch);
		chain_init(&retry);
		more |= !gather_batch(ring, &over, &batch);
		copy_batch(&ring->worker.copy, &batch, &retry);
		retry_copies(&retry, &batch);
		complete_batch(ring, &batch);
		cond_resched();
	}
	return more;
}

/* ---- the tasklet ---- */

static bool for_worker(const struct blk_ring *ring, const struct blk_request *req)
{
	return has_more(req) || copies_of(req) > dom0_copy_space(&ring->finish.copy);
}

static void leave_to_worker(struct blk_ring *ring, const struct blk_chain *chain)
{
	struct blk_request *req, *next;

	if (!chain->first)
		return;
	/* Once a request is left to the worker, it may be in another list. */
	llist_for_each_entry_safe(req, next, chain->first, node)
		blk_request_leave(req);
	blk_ring_kick(ring, BLK_WORK_LOOK);
}

/* Only the tasklet uses finish.copy, and it runs on one CPU at a time. */
static void finish_in_softirq(struct tasklet_struct *tasklet)
{
	struct blk_ring *ring = container_of(tasklet, struct blk_ring, finish.tasklet);
	struct blk_chain over, batch, left;
	struct blk_request *req, *next;

	chain_init(&over);
	chain_init(&batch);
	chain_init(&left);
	collect_requests(&ring->finish.done, &over);
	llist_for_each_entry_safe(req, next, over.first, node) {
		if (for_worker(ring, req)) {
			chain_add(&left, req);
			continue;
		}
		if (has_data_for_guest(req))
			req->data_ops->finish(&ring->finish.copy, req);
		chain_add(&batch, req);
	}
	copy_batch(&ring->finish.copy, &batch, &left);
	leave_to_worker(ring, &left);
	complete_batch(ring, &batch);
}

void blk_finish_init(struct blk_finish *finish)
{
	init_llist_head(&finish->done);
	init_llist_head(&finish->left);
	init_llist_head(&finish->handed_back);
	spin_lock_init(&finish->lock);
	tasklet_setup(&finish->tasklet, finish_in_softirq);
}
