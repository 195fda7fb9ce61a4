// SPDX-License-Identifier: GPL-2.0
/*
 * Rate limits of a disk, which the toolstack sets in xenstore: reads and writes, each in bytes and
 * in operations a second, for all rings of the device together.
 *
 * A request at the head of the queue takes its tokens once, which gives the time when it may start.
 * Until then it waits in a line of its ring; one line is for reads and one for writes. So reads do
 * not wait for writes, nor writes for reads. The lines never hold more requests than the ring has
 * slots. Only the first request of a line has taken its tokens, so the rings of a device alternate.
 * It is checked again in each round, and takes new tokens only if the limit has changed.
 *
 * A write barrier waits at the head of the queue, and begins when the lines are empty. No request
 * behind it is started before it is over. So all requests in a line came before every barrier in
 * the queue, and go back to the head of the queue.
 *
 * When this driver is unbound, waiting requests are started at once: the guest goes on with another
 * driver, and must not see an error. So are they in a pause, which the toolstack has caused. When
 * the frontend leaves, they fail.
 */
#include "barrier.h"
#include "request.h"
#include "ring.h"
#include "throttle.h"
#include "vbd.h"

#include <dom0/bucket_timer.h>
#include <dom0/xs.h>
#include <linux/ktime.h>
#include <trace/events/dom0_blkback.h>

static const char * const limit_names[] = {
	"read-bytes", "read-ops", "write-bytes", "write-ops",
};

static_assert(ARRAY_SIZE(limit_names) == BLK_NR_LIMITS);

static const struct {
	enum blk_counter waits, usecs;
} line_counters[] = {
	[BLK_READS] = { BLK_COUNT_rd_rate_waits, BLK_COUNT_rd_rate_usecs },
	[BLK_WRITES] = { BLK_COUNT_wr_rate_waits, BLK_COUNT_wr_rate_usecs },
};

/* ---- one request ---- */

static enum blk_line line_of(const struct blk_request *req)
{
	return blk_request_is_read(req) ? BLK_READS : BLK_WRITES;
}

/* A discard moves no data. */
static u32 bytes_of(const struct blk_request *req)
{
	return req->cmd.op == BLKIF_OP_DISCARD ? 0 : req->cmd.nr_sectors << BLK_SECTOR_SHIFT;
}

static bool is_limited(const struct blk_ring *ring)
{
	return READ_ONCE(ring->vbd->throttle.active);
}

static void ask_buckets(struct blk_request *req, u64 now)
{
	struct blk_throttle *throttle = &req->ring->vbd->throttle;
	struct dom0_bucket *buckets = &throttle->buckets[2 * line_of(req)];

	spin_lock(&throttle->lock);
	req->due = max(dom0_bucket_turn(&buckets[0], &req->turns[0], now, bytes_of(req)),
		       dom0_bucket_turn(&buckets[1], &req->turns[1], now, 1));
	spin_unlock(&throttle->lock);
}

static bool starts_early(const struct blk_ring *ring)
{
	if (blk_pause_number(ring))
		return true;
	/* Pairs with blk_rings_stop(). */
	return smp_load_acquire(&ring->stopping) && !ring->drop_held;
}

/* Whether a request, the first of its line or a barrier, may start. */
static bool turn_came(struct blk_request *req, u64 now)
{
	if (is_limited(req->ring))
		ask_buckets(req, now);
	else
		req->due = now;
	return req->due <= now || starts_early(req->ring);
}

static void begin_to_wait(struct blk_request *req, u64 now)
{
	if (req->waits_since)
		return;
	req->waits_since = now;
	WRITE_ONCE(req->state, BLK_STATE_LIMIT);
	/* Count it now, not at the end: it may wait for hours. */
	blk_count(req->ring, line_counters[line_of(req)].waits, 1);
	trace_blk_request_wait(req, "limit");
}

static void end_wait(struct blk_request *req, u64 now)
{
	if (!req->waits_since)
		return;
	blk_count(req->ring, line_counters[line_of(req)].usecs,
		  div_u64(now - req->waits_since, NSEC_PER_USEC));
	req->waits_since = 0;
	WRITE_ONCE(req->state, BLK_STATE_QUEUED);
}

/* ---- the lines of a ring ---- */

static struct blk_request *first_in(struct list_head *list)
{
	return list_first_entry_or_null(list, struct blk_request, link);
}

/* debugfs reads the number without a lock. */
static void count_held(struct blk_ring *ring, int n)
{
	WRITE_ONCE(ring->held.nr, ring->held.nr + n);
}

/* Return the barrier that waits for a limit at the head of the queue, or NULL. */
static struct blk_request *waiting_barrier(struct blk_ring *ring)
{
	struct blk_request *first = first_in(&ring->worker.queue);

	return first && blk_request_is_barrier(first) && first->waits_since ? first : NULL;
}

static void arm_timer(struct blk_ring *ring, u64 now)
{
	/* While requests are in the lines, a barrier waits for them and not for its time. */
	struct blk_request *req = ring->held.nr ? NULL : waiting_barrier(ring);
	u64 due = req ? req->due : U64_MAX;
	unsigned int i;

	for (i = 0; i < BLK_NR_LINES; i++) {
		req = first_in(&ring->held.lines[i]);
		if (req)
			due = min(due, req->due);
	}
	if (due != U64_MAX)
		dom0_bucket_timer(&ring->held.timer, due, now);
}

static void release_line(struct list_head *line, struct list_head *released, u64 now)
{
	struct blk_request *req;

	while ((req = first_in(line)) && turn_came(req, now)) {
		list_move_tail(&req->link, released);
		end_wait(req, now);
		count_held(req->ring, -1);
	}
}

/*
 * Move requests whose time has come back to the head of the queue. Called by the worker, a kernel
 * thread.
 */
void blk_throttle_release(struct blk_ring *ring)
{
	LIST_HEAD(released);
	unsigned int i;
	u64 now;

	if (likely(!ring->held.nr))
		return;
	now = ktime_get_ns();
	for (i = 0; i < BLK_NR_LINES; i++)
		release_line(&ring->held.lines[i], &released, now);
	list_splice(&released, &ring->worker.queue);
	arm_timer(ring, now);
}

/* Take one of the requests that wait for a limit out of its list. Return NULL if there is none. */
struct blk_request *blk_throttle_drop(struct blk_ring *ring)
{
	struct blk_request *req = first_in(&ring->held.lines[BLK_READS]) ?:
				  first_in(&ring->held.lines[BLK_WRITES]);

	if (req)
		count_held(ring, -1);
	else
		req = waiting_barrier(ring);
	if (!req)
		return NULL;
	list_del(&req->link);
	end_wait(req, ktime_get_ns());
	return req;
}

/* Whether a barrier at the head of the queue must wait for a limit. Called by the worker. */
bool blk_throttle_barrier_waits(struct blk_ring *ring)
{
	struct blk_request *req = first_in(&ring->worker.queue);
	u64 now;

	if (!req || !blk_request_is_barrier(req) || (!is_limited(ring) && !req->waits_since))
		return false;
	/* It takes its tokens when the lines are empty, and not again once it may start. */
	if (ring->held.nr || (req->due && !req->waits_since))
		return false;
	/* Other rings hold back, for this barrier or for the one before it, so do not wait now. */
	if (blk_barrier_claimed(ring))
		return false;
	now = ktime_get_ns();
	if (turn_came(req, now)) {
		end_wait(req, now);
		return false;
	}
	begin_to_wait(req, now);
	arm_timer(ring, now);
	return true;
}

/*
 * Move a request from the queue to its line. Return false if it may start instead. Called by the
 * worker.
 */
bool blk_throttle_hold(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;
	struct list_head *line;
	bool first;
	u64 now;

	if (likely(!is_limited(ring)) || req->due || blk_request_is_barrier(req))
		return false;
	line = &ring->held.lines[line_of(req)];
	first = list_empty(line);
	now = ktime_get_ns();
	if (first && turn_came(req, now))
		return false;
	begin_to_wait(req, now);
	list_move_tail(&req->link, line);
	count_held(ring, 1);
	if (first)
		arm_timer(ring, now);
	return true;
}

static enum hrtimer_restart throttle_time(struct hrtimer *timer)
{
	blk_ring_kick(container_of(timer, struct blk_ring, held.timer), BLK_WORK_LOOK);
	return HRTIMER_NORESTART;
}

void blk_throttle_init_ring(struct blk_ring *ring)
{
	unsigned int i;

	for (i = 0; i < BLK_NR_LINES; i++)
		INIT_LIST_HEAD(&ring->held.lines[i]);
	hrtimer_setup(&ring->held.timer, throttle_time, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
}

/* ---- the limits of a device ---- */

void blk_throttle_init(struct blk_throttle *throttle)
{
	spin_lock_init(&throttle->lock);
}

/* Set the limits that are in the mask @known. Return true if one of them has changed. */
static bool set_limits(struct blk_throttle *throttle, unsigned long known,
		       const struct dom0_rate *rates)
{
	bool changed = false, active = false;
	u64 now = ktime_get_ns();
	unsigned int i;

	spin_lock(&throttle->lock);
	for (i = 0; i < BLK_NR_LIMITS; i++) {
		if (known & BIT(i))
			changed |= dom0_bucket_set(&throttle->buckets[i], &rates[i], now) > 0;
		active |= dom0_bucket_limits(&throttle->buckets[i]);
	}
	WRITE_ONCE(throttle->active, active);
	spin_unlock(&throttle->lock);
	return changed;
}

/* Read the limits, on the device's queue. An invalid limit is reported and keeps its old value. */
void blk_throttle_read(struct blk_vbd *vbd)
{
	struct dom0_rate rates[BLK_NR_LIMITS];
	unsigned long known;
	unsigned int i;

	known = dom0_xs_read_limits(vbd->be, limit_names, rates, BLK_NR_LIMITS);
	if (!set_limits(&vbd->throttle, known, rates))
		return;
	for (i = 0; i < vbd->nr_rings; i++)
		blk_ring_kick(vbd->rings[i], BLK_WORK_LOOK);
}
