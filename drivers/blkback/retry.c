// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that are put off since a page of the guest is paged out. The guest's pager brings the
 * page back some time later. The ring's worker, a kernel thread, puts requests off and requeues
 * them.
 */
#include "complete.h"
#include "request.h"
#include "retry.h"
#include "ring.h"
#include "vbd.h"

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/timer.h>
#include <trace/events/dom0_blkback.h>

/*
 * The pauses between two tries grow. A request is tried for about as long as the kernel's own code
 * tries to map a grant.
 */
#define RETRY_FIRST_MS	10
#define RETRY_DOUBLINGS	5
#define RETRY_SECONDS	32

/*
 * When the frontend leaves, put nothing off for longer than discards may take. Barriers wait one
 * after the other, so a ring full of them would keep the device for hours. For the same reason put
 * nothing off for long in a pause.
 */
static bool gives_up_soon(const struct blk_ring *ring)
{
	if (blk_pause_number(ring))
		return true;
	/* Pairs with blk_rings_stop(). */
	return smp_load_acquire(&ring->stopping) && ring->drop_held &&
	       time_after_eq(jiffies, ring->discard_end);
}

/*
 * Put off a request that the caller has taken out of its list. Return false instead if it has
 * been tried for long enough. Each is tried twice at least.
 */
bool blk_request_retry(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	unsigned int pause = RETRY_FIRST_MS << min(req->tries, RETRY_DOUBLINGS);

	if (!req->tries++)
		req->give_up = jiffies + RETRY_SECONDS * HZ;
	else if (time_after(jiffies, req->give_up) || gives_up_soon(ring))
		return false;

	trace_blk_request_wait(req, "paged_out");
	WRITE_ONCE(req->state, BLK_STATE_RETRY);
	list_add_tail(&req->link, &ring->worker.retry_list);
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
	list_for_each_entry(behind, &ring->worker.queue, link)
		if ((s32)(behind->index - req->index) > 0)
			break;
	list_add_tail(&req->link, &behind->link);
}

/* Requeue requests that were put off, at most BLK_ROUND at once. */
void blk_ring_retry(struct blk_ring *ring)
{
	struct blk_request *req, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(req, next, &ring->worker.retry_list, link) {
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
