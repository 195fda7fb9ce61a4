// SPDX-License-Identifier: GPL-2.0
/*
 * One ring: the page shared with the frontend, the event channel, the worker, and their life.
 *
 * The worker makes one round a run, so that a frontend that never pauses cannot keep it from being
 * stopped.
 */
#include "command.h"
#include "data.h"
#include "host.h"
#include "params.h"
#include "ring.h"

#include <dom0/charge.h>
#include <dom0/copy.h>
#include <dom0/evtchn.h>
#include <dom0/memory.h>
#include <dom0/pages.h>
#include <dom0/ring.h>
#include <dom0/ring_map.h>
#include <dom0/xenbus.h>
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

/* Rings that are worked on at once. */
#define RINGS_ACTIVE		256

static struct workqueue_struct *queue;

/* Any context. */
void vscsi_ring_kick(struct vscsi_ring *ring)
{
	queue_work(queue, &ring->work);
}

static void handle_scsi_event(void *data)
{
	vscsi_ring_kick(data);
}

/* ---- the worker ---- */

/* Return whether all requests that were taken have been answered. */
static bool ring_idle(const struct vscsi_ring *ring)
{
	return READ_ONCE(ring->worker.req_cons) == READ_ONCE(ring->worker.rsp_prod);
}

/*
 * An event that brings no request counts as spurious, unless its requests were taken before it
 * arrived. A broken ring does not get here, so no further event of its frontend is delivered.
 */
static void end_scsi_event(struct vscsi_ring *ring)
{
	if (dom0_evtchn_eoi(ring->ch, ring->worker.worked))
		ring->worker.worked = false;
}

/* Return for how many more jiffies the host takes no requests. */
static unsigned long pause_left(const struct vscsi_host *host)
{
	u64 now = get_jiffies_64();

	return host->paused_until > now ? host->paused_until - now : 0;
}

static void resume_ring(struct work_struct *work)
{
	vscsi_ring_kick(container_of(to_delayed_work(work), struct vscsi_ring, resume));
}

/* Run the worker again: there may be requests for which no event will come. */
static void look_at_ring_again(struct vscsi_ring *ring)
{
	unsigned long left = pause_left(ring->host);

	if (left)
		queue_delayed_work(queue, &ring->resume, left);
	else
		vscsi_ring_kick(ring);
}

static void work_on_scsi_ring(struct work_struct *work)
{
	struct vscsi_ring *ring = container_of(work, struct vscsi_ring, work);
	bool more, answered;

	/*
	 * An event may come before ring->ch is set. vscsi_ring_create() kicks the ring after that.
	 */
	if (!READ_ONCE(ring->ch))
		return;
	more = pause_left(ring->host) || vscsi_take(ring);
	vscsi_fetch_lists(ring);
	vscsi_start(ring);
	vscsi_finish(ring);
	answered = vscsi_answer(ring);

	if (ring->broken || READ_ONCE(ring->stopping))
		more = false;
	else if (!more)
		end_scsi_event(ring);
	if (more)
		look_at_ring_again(ring);
	/* Queued commands may wait for the pages of those that were answered. */
	if (answered && !list_empty(&ring->worker.queue))
		vscsi_ring_kick(ring);
	if (ring_idle(ring))
		wake_up(&ring->idle);
}

/* ---- memory ---- */

static atomic_long_t bytes_of_all;

static long limit_of_all_rings(void)
{
	unsigned long mb = READ_ONCE(vscsi_max_memory_mb);

	return mb ? mb << 20 : totalram_pages() / 8 << PAGE_SHIFT;
}

static int charge_memory(struct vscsi_ring *ring, size_t bytes)
{
	if (!dom0_charge(&bytes_of_all, bytes, limit_of_all_rings()))
		return -ENOMEM;
	ring->memory = bytes;
	return 0;
}

static void uncharge_memory(struct vscsi_ring *ring)
{
	atomic_long_sub(ring->memory, &bytes_of_all);
}

static unsigned int wanted_pages(void)
{
	return max_t(unsigned int, READ_ONCE(vscsi_max_buffer_pages), VSCSI_PAGES_MAX);
}

static size_t bytes_of_ring(unsigned int nr_pages)
{
	return sizeof(struct vscsi_ring) + nr_pages * (PAGE_SIZE + sizeof(struct page *)) +
	       VSCSI_BATCH_OPS * sizeof(struct gnttab_copy) + vscsi_commands_bytes();
}

/* Allocate all memory that the ring will ever need. */
static int alloc_memory(struct vscsi_ring *ring)
{
	unsigned int nr = wanted_pages();
	int err;

	err = charge_memory(ring, bytes_of_ring(nr));
	if (err)
		return err;
	err = dom0_pages_init(&ring->worker.pages, nr, DOM0_PAGES_COPY, NUMA_NO_NODE);
	if (err)
		goto uncharge;
	err = dom0_copy_init(&ring->worker.copy, VSCSI_BATCH_OPS, NUMA_NO_NODE);
	if (err)
		goto exit_pages;
	err = vscsi_commands_create(ring);
	if (err)
		goto exit_copy;
	return 0;

exit_copy:
	dom0_copy_exit(&ring->worker.copy);
exit_pages:
	dom0_pages_exit(&ring->worker.pages);
uncharge:
	uncharge_memory(ring);
	return err;
}

static void free_memory(struct vscsi_ring *ring)
{
	vscsi_commands_destroy(ring);
	dom0_copy_exit(&ring->worker.copy);
	dom0_pages_exit(&ring->worker.pages);
	uncharge_memory(ring);
}

/* ---- setup and its mirror ---- */

static void init_ring(struct vscsi_ring *ring, struct vscsi_host *host)
{
	ring->host = host;
	INIT_WORK(&ring->work, work_on_scsi_ring);
	INIT_DELAYED_WORK(&ring->resume, resume_ring);
	init_waitqueue_head(&ring->idle);
	init_llist_head(&ring->done);
	init_llist_head(&ring->released);
	INIT_LIST_HEAD(&ring->worker.free);
	INIT_LIST_HEAD(&ring->worker.queue);
	INIT_LIST_HEAD(&ring->worker.running);
	INIT_LIST_HEAD(&ring->worker.resets);
	INIT_LIST_HEAD(&ring->worker.over);
}

static struct vscsi_ring *alloc_scsi_ring(struct vscsi_host *host)
{
	struct vscsi_ring *ring = kzalloc(sizeof(*ring), DOM0_GUEST_GFP);

	if (!ring)
		return NULL;
	init_ring(ring, host);
	if (alloc_memory(ring)) {
		kfree(ring);
		return NULL;
	}
	return ring;
}

/* Begin at the last response: requests that an earlier backend left unanswered are taken again. */
static int map_scsi_ring(struct vscsi_ring *ring, grant_ref_t ref)
{
	struct dom0_backend *be = ring->host->be;
	void *shared;
	int err;

	err = dom0_ring_map(be->xdev, &ref, 1, &shared);
	if (err) {
		dom0_backend_error(be, err, "cannot map ring-ref %u", ref);
		return err;
	}
	ring->shared = shared;
	err = dom0_ring_attach(ring->shared, VSCSI_SLOTS, &ring->worker.rsp_prod_pvt);
	if (err) {
		dom0_backend_error(be, err, "the ring begins with indices out of range");
		dom0_ring_unmap(be->xdev, shared);
		return err;
	}
	ring->worker.rsp_prod = ring->worker.rsp_prod_pvt;
	ring->worker.req_cons = ring->worker.rsp_prod_pvt;
	return 0;
}

static int bind_host_channel(struct vscsi_ring *ring, evtchn_port_t port)
{
	struct dom0_backend *be = ring->host->be;
	struct dom0_evtchn *ch;

	ch = dom0_evtchn_bind(be->xdev, port, be->name, handle_scsi_event, ring);
	if (IS_ERR(ch)) {
		dom0_backend_error(be, PTR_ERR(ch), "cannot bind event-channel %u", port);
		return PTR_ERR(ch);
	}
	WRITE_ONCE(ring->ch, ch);
	return 0;
}

/* Reports its errors in xenstore itself. */
struct vscsi_ring *vscsi_ring_create(struct vscsi_host *host, grant_ref_t ref, evtchn_port_t port)
{
	struct vscsi_ring *ring = alloc_scsi_ring(host);
	int err;

	if (!ring) {
		dom0_backend_error(host->be, -ENOMEM, "no memory, or max_memory_mb is reached");
		return ERR_PTR(-ENOMEM);
	}
	err = map_scsi_ring(ring, ref);
	if (err)
		goto free_memory;
	err = bind_host_channel(ring, port);
	if (err)
		goto unmap_shared;
	vscsi_ring_kick(ring);
	return ring;

unmap_shared:
	dom0_ring_unmap(host->be->xdev, ring->shared);
free_memory:
	free_memory(ring);
	kfree(ring);
	return ERR_PTR(err);
}

/*
 * First half of the teardown: wait until the units have finished, and all requests that were taken
 * have been answered.
 */
void vscsi_ring_stop(struct vscsi_ring *ring)
{
	dom0_evtchn_quiesce(ring->ch);
	WRITE_ONCE(ring->stopping, true);
	vscsi_ring_kick(ring);
	/*
	 * A run that has not seen @stopping may take more requests, or queue @resume for the end of
	 * a pause.
	 */
	flush_work(&ring->work);
	cancel_delayed_work_sync(&ring->resume);
	/* This takes as long as the units do, and must not count as a hung task. */
	wait_event_idle(ring->idle, ring_idle(ring));
	/*
	 * The thread that has released the last command may be about to kick the ring: wait for it.
	 */
	synchronize_rcu();
	cancel_work_sync(&ring->work);
}

/* Second half, for a ring that has been stopped. */
void vscsi_ring_destroy(struct vscsi_ring *ring)
{
	dom0_evtchn_unbind(ring->ch);
	dom0_ring_unmap(ring->host->be->xdev, ring->shared);
	free_memory(ring);
	kfree(ring);
}

int vscsi_rings_init(void)
{
	queue = alloc_workqueue("dom0-scsiback", WQ_UNBOUND | WQ_FREEZABLE, RINGS_ACTIVE);
	return queue ? 0 : -ENOMEM;
}

void vscsi_rings_exit(void)
{
	destroy_workqueue(queue);
}
