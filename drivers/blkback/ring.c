// SPDX-License-Identifier: GPL-2.0
/*
 * One ring: setup and teardown of the memory shared with the frontend, of the event channel and of
 * the worker, a kernel thread.
 *
 * The frontend can write any of the shared memory at any time. Of the shared indices, only req_prod
 * and rsp_event are read while the ring works, each once where it is needed. dom0_ring_attach()
 * reads rsp_prod once, when the ring connects. From then on the ring's private indices count.
 */
#include "barrier.h"
#include "complete.h"
#include "params.h"
#include "pgrants_limit.h"
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

/*
 * How long discards go on after the device began to disconnect, and how long requests wait for
 * pages that are paged out.
 */
#define DISCARD_GRACE	(5 * HZ)

void blk_ring_break(struct blk_ring *ring, const char *reason)
{
	WRITE_ONCE(ring->broken, true);
	dom0_backend_break(ring->vbd->be, reason);
}

/*
 * Return the number of requests to take. If it is 0, the frontend has been asked for an event with
 * the next request. If the frontend's index is out of range, break the ring and return an error.
 */
int blk_ring_available(struct blk_ring *ring)
{
	int nr = dom0_ring_unconsumed(ring->shared, ring->worker.req_cons,
				      &ring->finish.rsp_prod_pvt, ring->slots);

	if (!nr)
		nr = dom0_ring_final_check(ring->shared, ring->worker.req_cons,
					   &ring->finish.rsp_prod_pvt, ring->slots);
	if (nr < 0)
		blk_ring_break(ring, "request producer index out of range");
	return nr;
}

/* Make the responses visible to the frontend. Return true if the frontend wants an event. */
bool blk_ring_push(struct blk_ring *ring)
{
	RING_IDX old = ring->finish.rsp_prod;
	bool notify;

	lockdep_assert_held(&ring->finish.lock);
	notify = dom0_ring_push(ring->shared, old, ring->finish.rsp_prod_pvt);
	WRITE_ONCE(ring->finish.rsp_prod, ring->finish.rsp_prod_pvt);
	/* Pairs with worker_waits(): it sees the requests, or the caller sees @need_wakeup. */
	smp_mb();
	blk_count(ring, BLK_COUNT_batches, 1);
	blk_count(ring, BLK_COUNT_notifies, notify);
	return notify;
}

/* Wake the worker. Any context. */
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
	ring->worker.next_map = jiffies;
	ring->worker.next_shrink = jiffies;
	ring->worker.last_purge = jiffies;
	ring->worker.next_age = jiffies;
	INIT_LIST_HEAD(&ring->worker.queue);
	INIT_LIST_HEAD(&ring->worker.retry_list);
	INIT_LIST_HEAD(&ring->barrier.claim);
	INIT_LIST_HEAD(&ring->worker.free_large);
	blk_finish_init(&ring->finish);
	blk_throttle_init_ring(ring);
	timer_setup(&ring->retry_timer, retry_time, 0);
	timer_setup(&ring->tidy_timer, tidy_time, TIMER_DEFERRABLE);
	return ring;
}

/* Begin where an earlier backend has stopped: requests that it left unanswered are taken again. */
static int attach_ring(struct blk_ring *ring)
{
	int err = dom0_ring_attach(ring->shared, ring->slots, &ring->finish.rsp_prod_pvt);

	ring->finish.rsp_prod = ring->finish.rsp_prod_pvt;
	ring->worker.req_cons = ring->finish.rsp_prod_pvt;
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

/*
 * Create the cache of persistent grants. The ring works without it as well: it then copies all
 * data. So memory for the cache must neither keep this ring from connecting, nor that of another
 * device.
 */
static void create_persistent(struct blk_ring *ring, const struct blk_ring_config *config, int node)
{
	/* The requests of a ring cannot name more grants than this at once. */
	unsigned int wanted = min(config->max_persistent, ring->slots * BLK_INDIRECT_MAX);
	unsigned int nr = blk_pgrants_claim(ring->vbd->be->domid, wanted);
	struct blk_pgrants *cache;
	size_t bytes;

	if (!nr)
		return;
	bytes = blk_pgrants_bytes(nr);
	if (!blk_memory_charge_spare(ring->vbd, bytes))
		goto release_grants;
	cache = blk_pgrants_create(ring->vbd->be->domid, nr, node);
	if (IS_ERR(cache))
		goto uncharge;
	ring->persistent = cache;
	ring->persistent_bytes = bytes;
	ring->max_persistent = nr;
	return;

uncharge:
	blk_memory_uncharge(ring->vbd, bytes);
release_grants:
	blk_pgrants_unclaim(ring->vbd->be->domid, nr);
}

static void destroy_persistent(struct blk_ring *ring)
{
	blk_pgrants_destroy(ring->persistent);
	blk_memory_uncharge(ring->vbd, ring->persistent_bytes);
	blk_pgrants_unclaim(ring->vbd->be->domid, ring->max_persistent);
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
	/* Hold a reference: timers and the tasklet may wake the thread after it has ended. */
	ring->task = get_task_struct(task);
	return 0;
}

/* Stop all that may wake the worker, which has ended, and release it. */
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
		ring->ch = ch;
		return 0;
	}
	err = PTR_ERR(ch);
	dom0_backend_error(be, err, "cannot bind event-channel %u of queue %u", config->port,
			   ring->index);
	return err;
}

/* Create a ring, which takes no requests before blk_rings_start(). */
struct blk_ring *blk_ring_create(struct blk_vbd *vbd, const struct blk_ring_config *config)
{
	int node = vbd->bdev ? vbd->bdev->bd_disk->node_id : NUMA_NO_NODE;
	struct blk_ring *ring;
	int err = -ENOMEM;

	ring = alloc_ring(vbd, config, node);
	if (!ring)
		goto report;
	err = blk_requests_create(ring, node);
	if (err)
		goto free_ring;
	create_persistent(ring, config, node);
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
	return ring;

stop_worker:
	/* The worker has taken no requests, since it has not been started. */
	blk_pool_withdraw(ring);
	kthread_stop(ring->task);
	blk_barrier_leave(ring);
	destroy_wakers(ring);
unmap_shared:
	dom0_ring_unmap(vbd->be->xdev, ring->shared);
destroy_persistent:
	destroy_persistent(ring);
	blk_requests_destroy(ring);
free_ring:
	kfree(ring);
report:
	if (err == -ENOMEM)
		dom0_backend_error(vbd->be, err,
				   "no memory for queue %u, or max_memory_mb leaves none for it",
				   config->index);
	return ERR_PTR(err);
}

/*
 * Let the workers take requests, once all rings of the device exist. If a ring cannot be created,
 * the others have taken nothing that would have to fail. And no barrier begins before the requests
 * on all rings are known.
 */
void blk_rings_start(struct blk_ring **rings, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		/* Pairs with blk_worker(). */
		smp_store_release(&rings[i]->started, true);
		/*
		 * An earlier kick has set its bit and left the worker asleep. Further kicks find
		 * the bit set and wake nothing, so wake the worker here.
		 */
		set_bit(BLK_WORK_LOOK, &rings[i]->work);
		wake_up_process(rings[i]->task);
	}
}

/*
 * First half of the teardown: take no more requests, and wait until the disk is done and all
 * requests are answered. Requests that wait for a limit fail if @drop_held; else they are started
 * at once. Rings that have not been started have taken no requests.
 */
void blk_rings_stop(struct blk_ring **rings, unsigned int nr, bool drop_held)
{
	unsigned int i;

	/*
	 * First keep all rings from taking requests: a barrier of one must not wait for requests
	 * that another has yet to take.
	 */
	for (i = 0; i < nr; i++) {
		rings[i]->discard_end = jiffies + DISCARD_GRACE;
		rings[i]->drop_held = drop_held;
		/* Pairs with those that load it with acquire: they see the two above as well. */
		smp_store_release(&rings[i]->stopping, true);
		blk_ring_kick(rings[i], BLK_WORK_LOOK);
	}
	for (i = 0; i < nr; i++) {
		blk_pool_withdraw(rings[i]);
		dom0_evtchn_quiesce(rings[i]->ch);
		kthread_stop(rings[i]->task);
		blk_barrier_leave(rings[i]);
	}
	/* bio_over() may still be between llist_add() and tasklet_schedule(). */
	synchronize_rcu();
	for (i = 0; i < nr; i++)
		destroy_wakers(rings[i]);
}

/* Second half of the teardown, for a ring that has been stopped. */
void blk_ring_destroy(struct blk_ring *ring)
{
	dom0_evtchn_unbind(ring->ch);
	dom0_ring_unmap(ring->vbd->be->xdev, ring->shared);
	destroy_persistent(ring);
	blk_requests_destroy(ring);
	kfree(ring);
}
