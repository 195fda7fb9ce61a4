// SPDX-License-Identifier: GPL-2.0
/*
 * One ring: the memory shared with the frontend, the event channel, the worker, and their life.
 *
 * The frontend can write any of the shared memory at any time. Of its indices only req_prod and
 * rsp_event mean anything to us, each is read once where it is needed; our own are kept here.
 */
#include "barrier.h"
#include "complete.h"
#include "params.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "throttle.h"
#include "vbd.h"
#include "worker.h"

#include <dom0/memory.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

/* How long a device that disconnects goes on with discards. */
#define DISCARD_GRACE	(5 * HZ)

void blk_ring_break(struct blk_ring *ring, const char *reason)
{
	WRITE_ONCE(ring->broken, true);
	dom0_backend_break(ring->vbd->be, reason);
}

/*
 * How many requests there are to take. If there are none, the frontend has been asked for an event
 * with the next one. A frontend whose index is out of range is not served any more.
 */
int blk_ring_available(struct blk_ring *ring)
{
	int nr = dom0_ring_unconsumed(ring->shared, ring->cons, &ring->finish.answered,
				      ring->slots);

	if (!nr)
		nr = dom0_ring_final_check(ring->shared, ring->cons, &ring->finish.answered,
					   ring->slots);
	if (nr < 0)
		blk_ring_break(ring, "request producer index out of range");
	return nr;
}

/* Returns true if the frontend wants an event. */
bool blk_ring_push(struct blk_ring *ring)
{
	RING_IDX old = ring->finish.pushed;
	bool notify;

	lockdep_assert_held(&ring->finish.lock);
	notify = dom0_ring_push(ring->shared, old, ring->finish.answered);
	WRITE_ONCE(ring->finish.pushed, ring->finish.answered);
	/* Pairs with worker_waits(): the worker sees it, or its wish to be woken is seen. */
	smp_mb();
	blk_count(ring, BLK_COUNT_batches, 1);
	blk_count(ring, BLK_COUNT_notifies, notify);
	return notify;
}

/* Any context. */
void blk_ring_kick(struct blk_ring *ring, enum blk_work why)
{
	if (!test_and_set_bit(why, &ring->work))
		wake_up_process(ring->task);
}

static void handle_ring_event(void *data)
{
	blk_ring_kick(data, BLK_WORK_EVENT);
}

static void retry_time(struct timer_list *timer)
{
	struct blk_ring *ring = container_of(timer, struct blk_ring, retry_timer);

	WRITE_ONCE(ring->retry_due, true);
	blk_ring_kick(ring, BLK_WORK_LOOK);
}

static void tidy_time(struct timer_list *timer)
{
	blk_ring_kick(container_of(timer, struct blk_ring, tidy_timer), BLK_WORK_LOOK);
}

/* ---- setup and its mirror ---- */

static struct blk_ring *alloc_ring(struct blk_vbd *vbd, const struct blk_ring_config *config,
				   int node)
{
	struct blk_ring *ring = kzalloc_node(sizeof(*ring), DOM0_GUEST_GFP, node);

	if (!ring)
		return NULL;
	ring->vbd = vbd;
	ring->index = config->index;
	ring->abi = config->abi;
	ring->slots = blk_ring_slots(config->nr_refs);
	ring->next_map = jiffies;
	ring->next_shrink = jiffies;
	ring->next_purge = jiffies;
	ring->next_age = jiffies;
	INIT_LIST_HEAD(&ring->queue);
	INIT_LIST_HEAD(&ring->later);
	INIT_LIST_HEAD(&ring->barrier.claim);
	INIT_LIST_HEAD(&ring->rooms);
	blk_finish_init(&ring->finish);
	blk_throttle_init_ring(ring);
	timer_setup(&ring->retry_timer, retry_time, 0);
	timer_setup(&ring->tidy_timer, tidy_time, TIMER_DEFERRABLE);
	return ring;
}

/* The requests that an earlier backend left unanswered are taken again. */
static int attach_ring(struct blk_ring *ring)
{
	int err = dom0_ring_attach(ring->shared, ring->slots, &ring->finish.answered);

	ring->finish.pushed = ring->finish.answered;
	ring->cons = ring->finish.answered;
	return err;
}

static int map_shared(struct blk_ring *ring, const struct blk_ring_config *config)
{
	struct dom0_backend *be = ring->vbd->be;
	void *shared;
	int err;

	err = dom0_ring_map(be->xdev, config->refs, config->nr_refs, &shared);
	if (err) {
		dom0_backend_error(be, err, "cannot map the ring of queue %u, first ring-ref %u",
				   ring->index, config->refs[0]);
		return err;
	}

	ring->shared = shared;
	err = attach_ring(ring);
	if (err) {
		dom0_backend_error(be, err, "the ring of queue %u begins with indices out of range",
				   ring->index);
		dom0_ring_unmap(be->xdev, shared);
	}
	return err;
}

static int create_persistent(struct blk_ring *ring, const struct blk_ring_config *config, int node)
{
	/* A ring has no use for more than its requests can name at once. */
	unsigned int max = min(READ_ONCE(blk_max_persistent_grants),
			       ring->slots * BLK_INDIRECT_MAX);
	size_t bytes;

	if (!config->persistent || !max)
		return 0;
	bytes = dom0_pgrants_bytes(max);
	if (!blk_memory_charge(ring->vbd, bytes))
		return -ENOMEM;
	ring->persistent = dom0_pgrants_create(ring->vbd->be->domid, max, node);
	if (IS_ERR(ring->persistent)) {
		ring->persistent = NULL;
		blk_memory_uncharge(ring->vbd, bytes);
		return -ENOMEM;
	}
	ring->persistent_bytes = bytes;
	return 0;
}

static void destroy_persistent(struct blk_ring *ring)
{
	dom0_pgrants_destroy(ring->persistent);
	blk_memory_uncharge(ring->vbd, ring->persistent_bytes);
}

static int create_worker(struct blk_ring *ring, const struct blk_ring_config *config)
{
	struct task_struct *task;

	task = kthread_create(blk_worker, ring, "%u.%s-%u", ring->vbd->be->domid,
			      config->dev_name, ring->index);
	if (IS_ERR(task)) {
		dom0_backend_error(ring->vbd->be, PTR_ERR(task),
				   "cannot start the worker of queue %u", ring->index);
		return PTR_ERR(task);
	}
	/* Timers and the tasklet may wake it when it has ended. */
	ring->task = get_task_struct(task);
	return 0;
}

/* What may have woken the worker, which has been stopped. */
static void destroy_wakers(struct blk_ring *ring)
{
	tasklet_kill(&ring->finish.tasklet);
	timer_delete_sync(&ring->tidy_timer);
	timer_delete_sync(&ring->retry_timer);
	hrtimer_cancel(&ring->held.timer);
	put_task_struct(ring->task);
}

static int bind_ring_channel(struct blk_ring *ring, const struct blk_ring_config *config)
{
	struct dom0_backend *be = ring->vbd->be;
	struct dom0_evtchn *ch;
	char name[32];
	int err;

	snprintf(name, sizeof(name), "%s-q%u", be->name, ring->index);
	ch = dom0_evtchn_bind(be->xdev, config->port, name, handle_ring_event, ring);
	if (!IS_ERR(ch)) {
		/* The worker, which an event may have woken already, waits for this. */
		WRITE_ONCE(ring->ch, ch);
		return 0;
	}
	err = PTR_ERR(ch);
	dom0_backend_error(be, err, "cannot bind event-channel %u of queue %u", config->port,
			   ring->index);
	return err;
}

struct blk_ring *blk_ring_create(struct blk_vbd *vbd, const struct blk_ring_config *config)
{
	int node = vbd->bdev->bd_disk->node_id;
	struct blk_ring *ring;
	int err = -ENOMEM;

	ring = alloc_ring(vbd, config, node);
	if (!ring)
		goto report;
	err = blk_requests_create(ring, node);
	if (err)
		goto free_ring;
	err = create_persistent(ring, config, node);
	if (err)
		goto destroy_requests;
	err = map_shared(ring, config);
	if (err)
		goto destroy_persistent;
	err = create_worker(ring, config);
	if (err)
		goto unmap_shared;
	blk_barrier_join(ring);
	blk_pool_publish(ring);
	err = bind_ring_channel(ring, config);
	if (err)
		goto stop_worker;

	/* A kick may have come before the channel: its bit is set, and the worker sleeps. */
	set_bit(BLK_WORK_LOOK, &ring->work);
	wake_up_process(ring->task);
	return ring;

stop_worker:
	/* It has taken nothing: there is no channel. */
	blk_pool_withdraw(ring);
	kthread_stop(ring->task);
	blk_barrier_leave(ring);
	destroy_wakers(ring);
unmap_shared:
	dom0_ring_unmap(vbd->be->xdev, ring->shared);
destroy_persistent:
	destroy_persistent(ring);
destroy_requests:
	blk_requests_destroy(ring);
free_ring:
	kfree(ring);
report:
	if (err == -ENOMEM)
		dom0_backend_error(vbd->be, err,
				   "no memory for queue %u, or max_memory_mb is reached",
				   config->index);
	return ERR_PTR(err);
}

/*
 * First half: waits for the disk, then everything taken from the rings has been answered. What
 * waits for a limit fails with @drop_held, and is started at once without.
 */
void blk_rings_stop(struct blk_ring **rings, unsigned int nr, bool drop_held)
{
	unsigned int i;

	/* No ring takes more, so that a barrier of one waits for no request of another. */
	for (i = 0; i < nr; i++) {
		rings[i]->discard_end = jiffies + DISCARD_GRACE;
		rings[i]->drop_held = drop_held;
		/* Pairs with starts_early(): who sees the one sees the other. */
		smp_store_release(&rings[i]->stopping, true);
		blk_ring_kick(rings[i], BLK_WORK_LOOK);
	}
	for (i = 0; i < nr; i++) {
		blk_pool_withdraw(rings[i]);
		dom0_evtchn_quiesce(rings[i]->ch);
		kthread_stop(rings[i]->task);
		blk_barrier_leave(rings[i]);
	}
	/* A bio's end may still be between giving its request away and scheduling the tasklet. */
	synchronize_rcu();
	for (i = 0; i < nr; i++)
		destroy_wakers(rings[i]);
}

/* Second half, for a ring that has been stopped. */
void blk_ring_destroy(struct blk_ring *ring)
{
	dom0_evtchn_unbind(ring->ch);
	dom0_ring_unmap(ring->vbd->be->xdev, ring->shared);
	destroy_persistent(ring);
	blk_requests_destroy(ring);
	kfree(ring);
}
