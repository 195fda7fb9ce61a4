// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that wait for a limit, beside write barriers, a disk that disconnects and a pause. The
 * workers of two rings run step by step, and the test moves the clock.
 */
#include "unit.h"
#include "blk_kernel.h"

/* ---- more of the kernel that the files need ---- */

static unsigned int timer_starts;

static bool stable_writes;	/* the disk needs them */
static int task_state;
static unsigned int freezes;

/* Trace events of requests that begin to wait. */
static const char *last_wait;
static unsigned int nr_waits;

static void sleep_once(void);
static void device_waits(void);

struct blk_plug {
	unsigned int nr_ios;
};

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define msecs_to_jiffies(ms) ((unsigned long)(ms) * HZ / 1000)
#define timer_pending(timer) (!!(timer)->expires)
#define mod_timer(timer, at) ((void)((timer)->expires = (at)))
#define page_address(page) ((void *)(page))
#define cond_resched() ((void)0)
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_IDLE 0x402
#define TASK_FREEZABLE 0x2000
#define schedule() sleep_once()
#define set_current_state(state) ((void)(task_state = (state)))
#define __set_current_state(state) set_current_state(state)
#define set_freezable() ((void)0)
#define try_to_freeze() ((void)(assert_int_equal(task_state, TASK_RUNNING), freezes++))
#define freezing(task) 0
#define kthread_should_stop() 0
#define kthread_freezable_should_stop(frozen) 1
#define xchg(p, value) ({ typeof(*(p)) __old = *(p); *(p) = (value); __old; })
#define bio_uninit(bio) ((void)(bio))
#define REQ_NOMERGE 1
#define bdev_rot(bdev) 0
#define bdev_stable_writes(bdev) stable_writes
#define blk_start_plug(plug) ((void)(plug))
#define blk_finish_plug(plug) ((void)(plug))
#define _TRACE_DOM0_BLKBACK_H
#define trace_blk_request_take(req, err) ((void)(req))
#define trace_blk_request_data(req, how) ((void)(req))
#define trace_blk_request_data_enabled() false
#define trace_blk_request_start(req, err) ((void)(req))
#define trace_blk_request_reject(req, err) ((void)(req))
#define trace_blk_request_wait(req, why) ((void)(req), last_wait = (why), nr_waits++)
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define spin_lock_bh(lock) ((void)(lock))
#define spin_unlock_bh(lock) ((void)(lock))
#define wait_event_idle(queue, condition) do { device_waits(); } while (!(condition))
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define HRTIMER_MODE_ABS 0
#define hrtimer_setup(timer, fn, clock, mode) ((timer)->function = (fn))
#define hrtimer_is_queued(timer) (!!(timer)->at)
#define hrtimer_get_expires(timer) ((timer)->at)
#define hrtimer_start(timer, time, mode) (timer_starts++, (void)((timer)->at = (time)))

#include "drivers/core/bucket.c"
#include "drivers/blkback/barrier.c"
#include "drivers/blkback/pause.c"
#include "drivers/blkback/retry.c"
#include "drivers/blkback/throttle.c"

/* The disk: a test says when the requests that were sent to it complete. */
static struct blk_request *begun[64];
static unsigned int nr_begun;

static void submit_bio(struct bio *bio)
{
	begun[nr_begun++] = container_of(bio, struct blk_request, bio);
}

#include "drivers/blkback/data.c"
#include "drivers/blkback/worker.c"

static struct dom0_backend backend;
static struct blk_vbd vbd;
static struct blk_ring rings[2];
static struct dom0_sring shared[2];
static struct blk_request requests[2][32];
static struct dom0_rate rates[BLK_NR_LIMITS];

unsigned long dom0_xs_read_limits(struct dom0_backend *be, const char * const *names,
				  struct dom0_rate *into, unsigned int nr)
{
	memcpy(into, rates, nr * sizeof(*into));
	return BIT(nr) - 1;
}

void blk_ring_kick(struct blk_ring *ring, enum blk_work why)
{
	ring->work |= BIT(why);
}

void blk_ring_break(struct blk_ring *ring, const char *reason)
{
	fail();
}

/* ---- functions of other files that the worker names, and that no request here needs ---- */

static bool prepare_nothing(struct blk_ring *ring, struct blk_request *req)
{
	return true;
}

const struct blk_data_ops blk_data_copy = { .prepare = prepare_nothing };
const struct blk_data_ops blk_data_persistent = { .prepare = prepare_nothing };
const struct blk_data_ops blk_data_span = { .prepare = prepare_nothing };

NOT_HERE(int, blk_ring_available, struct blk_ring *ring)
NOT_HERE(struct blk_request *, blk_request_get, struct blk_ring *ring)
NOT_HERE(int, blk_parse, enum blk_abi abi, const void *slot, const struct blk_bounds *bounds,
	 struct blk_command *cmd, struct blk_segment *segs)
NOT_HERE(void, blk_request_take_large, struct blk_request *req)
NOT_HERE(void, blk_ring_tidy, struct blk_ring *ring)
NOT_HERE(void, blk_ring_arm_tidy, struct blk_ring *ring)
NOT_HERE(void, blk_cgroup_leave, struct blk_ring *ring)
NOT_HERE(bool, dom0_evtchn_eoi, struct dom0_evtchn *ch, bool worked)

/* No list of an indirect request has a valid segment. */
int blk_parse_indirect(struct blk_command *cmd, const struct blk_bounds *bounds,
		       const struct blk_segment *segs)
{
	cmd->indirect = false;
	return -EINVAL;
}

unsigned int dom0_copy_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				  unsigned int src_off, struct page *page, unsigned int dst_off,
				  unsigned int len)
{
	return batch->nr++;
}

/* The tests put an errno in the place of a status. */
int dom0_gnttab_errno(int status)
{
	return status;
}

unsigned int dom0_copy_flush(struct dom0_copy *batch)
{
	return 0;
}

unsigned int dom0_map_flush(struct dom0_map *batch)
{
	return 0;
}

void blk_request_init_bio(struct blk_request *req)
{
}

void blk_cgroup_follow(struct blk_ring *ring)
{
}

static void answer_all(void);

/* The disk completes its requests, and they are answered, before this call of a round; or 0. */
static unsigned int answers_at_reclaim;

bool blk_ring_reclaim(struct blk_ring *ring)
{
	if (!answers_at_reclaim || --answers_at_reclaim)
		return false;
	answer_all();
	return true;
}

/* ---- the workers ---- */

static unsigned int nr_answered, nr_failed;

static int setup_disk(void **state)
{
	static struct blk_ring *pointers[] = { &rings[0], &rings[1] };
	unsigned int i;

	memset(&vbd, 0, sizeof(vbd));
	memset(rings, 0, sizeof(rings));
	memset(shared, 0, sizeof(shared));
	memset(rates, 0, sizeof(rates));
	vbd.be = &backend;
	blk_barrier_init(&vbd.barrier);
	blk_throttle_init(&vbd.throttle);
	vbd.rings = pointers;
	vbd.nr_rings = ARRAY_SIZE(rings);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		rings[i].vbd = &vbd;
		rings[i].shared = &shared[i];
		rings[i].slots = ARRAY_SIZE(requests[i]);
		INIT_LIST_HEAD(&rings[i].worker.queue);
		INIT_LIST_HEAD(&rings[i].worker.retry_list);
		INIT_LIST_HEAD(&rings[i].barrier.claim);
		blk_throttle_init_ring(&rings[i]);
		blk_barrier_join(&rings[i]);
	}
	return 0;
}

static struct blk_request *take_new(unsigned int ring, u8 op)
{
	struct blk_request *req = &requests[ring][rings[ring].worker.req_cons % 32];

	*req = (struct blk_request){
		.ring = &rings[ring],
		.index = rings[ring].worker.req_cons++,
		.cmd = { .op = op, .nr_sectors = op == BLKIF_OP_FLUSH_DISKCACHE ? 0 : 8 },
	};
	shared[ring].req_prod = rings[ring].worker.req_cons;
	list_add_tail(&req->link, &rings[ring].worker.queue);
	return req;
}

static void limit_ops(enum blk_line line, u64 a_second)
{
	rates[2 * line + 1] = (struct dom0_rate){ a_second, a_second ? USEC_PER_SEC : 0, 0 };
	blk_throttle_read(&vbd);
}

static void answer_request(struct blk_request *req)
{
	nr_answered++;
	nr_failed += !!req->err;
	req->ring->finish.rsp_prod++;
	if (req == req->ring->barrier.begun)
		blk_barrier_over(req->ring);
}

static void answer_all(void)
{
	while (nr_begun)
		answer_request(begun[--nr_begun]);
}

/* Requests that complete without the disk. */
static struct blk_request *left[64];
static unsigned int nr_left;

void blk_request_leave(struct blk_request *req)
{
	left[nr_left++] = req;
}

bool blk_ring_finish(struct blk_ring *ring)
{
	while (nr_left)
		answer_request(left[--nr_left]);
	return false;
}

static void work_on(struct blk_ring *ring)
{
	while (serve_ring(ring, false))
		;
}

/* The disk completes its requests while the worker sleeps. Dom0 may be suspended meanwhile. */
static void sleep_once(void)
{
	assert_int_equal(task_state, TASK_IDLE | TASK_FREEZABLE);
	answer_all();
}

/* Move the clock to the timer's time and run the timer. Return how long that was. */
static u64 wait_for_timer(struct blk_ring *ring)
{
	u64 waited = ring->held.timer.at - now_ns;

	assert_true(ring->held.timer.at > 0);
	now_ns = ring->held.timer.at;
	ring->held.timer.at = 0;
	ring->held.timer.function(&ring->held.timer);
	return waited;
}

/* Set a limit of operations, and use it up. */
static void use_up(enum blk_line line, u64 a_second)
{
	unsigned int i;

	limit_ops(line, a_second);
	for (i = 0; i < 2; i++)
		dom0_bucket_take(&vbd.throttle.buckets[2 * line + 1], now_ns, 1);
}

/* ---- tests ---- */

static void neither_reads_nor_writes_wait_for_the_other(void **state)
{
	struct blk_request *write, *read;

	use_up(BLK_WRITES, 1);
	write = take_new(0, BLKIF_OP_WRITE);
	read = take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	assert_ptr_equal(begun[0], read);
	assert_int_equal(rings[0].held.nr, 1);
	assert_int_equal(nr_waits, 1);
	assert_string_equal(last_wait, "limit");
	assert_int_equal(read->state, BLK_STATE_DISK);
	assert_int_equal(write->state, BLK_STATE_LIMIT);
	answer_all();

	assert_in_range(wait_for_timer(&rings[0]), NSEC_PER_SEC / 2, NSEC_PER_SEC);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	assert_ptr_equal(begun[0], write);
	assert_int_equal(write->state, BLK_STATE_DISK);
	assert_int_equal(rings[0].held.nr, 0);
	assert_int_equal(rings[0].counters[BLK_COUNT_wr_rate_waits], 1);
	assert_in_range(rings[0].counters[BLK_COUNT_wr_rate_usecs], USEC_PER_SEC / 2, USEC_PER_SEC);
}

/*
 * Requests before the barrier complete first. Then the barrier waits for tokens of its own. The
 * request behind it has taken none yet.
 */
static void barrier_waits_for_the_lines_and_its_own_time(void **state)
{
	struct blk_request *barrier, *behind;

	use_up(BLK_WRITES, 10);
	take_new(0, BLKIF_OP_WRITE);
	take_new(0, BLKIF_OP_WRITE);
	barrier = take_new(0, BLKIF_OP_WRITE_BARRIER);
	behind = take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 0);
	assert_int_equal(rings[0].held.nr, 2);
	while (rings[0].held.nr) {
		wait_for_timer(&rings[0]);
		work_on(&rings[0]);
	}
	assert_int_equal(nr_begun, 2);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 2);
	answer_all();

	work_on(&rings[0]);
	assert_int_equal(nr_begun, 0);
	assert_in_range(wait_for_timer(&rings[0]), NSEC_PER_SEC / 20, NSEC_PER_SEC / 10);
	work_on(&rings[0]);
	/* The other ring must first report that it is quiet. */
	assert_true(blk_barrier_report(&rings[1]));
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	assert_ptr_equal(begun[0], barrier);
	assert_int_equal(behind->due, 0);
	answer_all();
	work_on(&rings[0]);
	assert_ptr_equal(begun[0], behind);
}

/* Tell all rings to stop, as blk_rings_stop() does before it waits for the first. */
static void stop_rings(bool drop_held)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		rings[i].discard_end = jiffies;
		rings[i].drop_held = drop_held;
		rings[i].stopping = true;
	}
}

static void leave_disk(void)
{
	unsigned int i, k;

	stop_rings(true);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		for (k = 0; k < 4; k++) {
			work_on(&rings[0]);
			work_on(&rings[1]);
			answer_all();
		}
		assert_int_equal(blk_ring_in_flight(&rings[i]), 0);
		blk_barrier_leave(&rings[i]);
		assert_false(blk_barrier_claimed(&rings[i]));
	}
	assert_null(vbd.barrier.owner);
}

/*
 * A limit is set while other rings hold requests back for the barrier. If the barrier waited for
 * the limit then, they would wait too. If it failed then, its claim would outlive the ring.
 */
static void barrier_that_others_hold_back_for(void **state)
{
	struct blk_request *barrier = take_new(0, BLKIF_OP_WRITE_BARRIER);

	work_on(&rings[0]);
	assert_int_equal(nr_begun, 0);
	assert_true(blk_barrier_claimed(&rings[0]));
	use_up(BLK_WRITES, 1);
	work_on(&rings[0]);
	assert_true(blk_barrier_report(&rings[1]));
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	assert_ptr_equal(begun[0], barrier);
	answer_all();
	leave_disk();
}

/* One of two barriers is at the disk, and no token is left. Returns the other. */
static struct blk_request *begin_first_of_two_barriers(void)
{
	struct blk_request *second;

	take_new(0, BLKIF_OP_WRITE_BARRIER);
	second = take_new(0, BLKIF_OP_WRITE_BARRIER);
	work_on(&rings[0]);
	assert_true(blk_barrier_report(&rings[1]));
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	use_up(BLK_WRITES, 1);
	return second;
}

/* One barrier behind another: it begins to wait for a limit only when the first is complete. */
static void barrier_behind_a_barrier(void **state)
{
	struct blk_request *second = begin_first_of_two_barriers();

	work_on(&rings[0]);
	assert_int_equal(second->waits_since, 0);
	answer_all();
	work_on(&rings[0]);
	assert_int_not_equal(second->waits_since, 0);
	assert_false(blk_barrier_claimed(&rings[0]));
	leave_disk();
}

/*
 * The first barrier is answered while the worker looks at the second: after it has seen that other
 * rings hold back for a barrier, and before it asks to be woken. The second needs tokens all the
 * same.
 */
static void barrier_that_ends_while_the_next_is_looked_at(void **state)
{
	struct blk_request *second = begin_first_of_two_barriers();

	answers_at_reclaim = 2;
	work_on(&rings[0]);
	assert_int_equal(answers_at_reclaim, 0);
	assert_int_equal(nr_answered, 1);
	assert_int_equal(nr_begun, 0);
	assert_int_not_equal(second->waits_since, 0);
	assert_false(blk_barrier_claimed(&rings[0]));
	leave_disk();
}

/*
 * A request behind the barrier is rejected and answered while the disk works on the barrier. As
 * complete_batch() does, that clears the wakeup which the worker has asked for. The worker must ask
 * again.
 */
static void answer_beside_a_barrier(void **state)
{
	take_new(0, BLKIF_OP_WRITE_BARRIER);
	work_on(&rings[0]);
	assert_true(blk_barrier_report(&rings[1]));
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	assert_true(rings[0].finish.need_wakeup);

	rings[0].finish.need_wakeup = false;
	work_on(&rings[0]);
	assert_true(rings[0].finish.need_wakeup);
	answer_all();
	work_on(&rings[0]);
	assert_null(vbd.barrier.owner);
	leave_disk();
}

/*
 * The device waits for one worker after the other. A barrier of the first ring waits for requests
 * of the second. These fail as soon as all rings are told to stop.
 */
static void rings_that_stop_with_a_barrier(void **state)
{
	use_up(BLK_WRITES, 1);
	take_new(1, BLKIF_OP_WRITE);
	take_new(1, BLKIF_OP_WRITE);
	work_on(&rings[1]);
	assert_int_equal(rings[1].held.nr, 2);
	limit_ops(BLK_READS, 0);
	take_new(0, BLKIF_OP_WRITE_BARRIER)->due = 1;
	work_on(&rings[0]);
	assert_true(blk_barrier_claimed(&rings[0]));
	assert_int_equal(nr_begun, 0);

	stop_rings(true);
	work_on(&rings[1]);
	assert_int_equal(nr_failed, 2);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 1);
	answer_all();
	leave_disk();
}

/* A ring that stops also ends a discard that takes too long. */
static void discards_of_a_ring_that_stops(void **state)
{
	take_new(1, BLKIF_OP_DISCARD);
	stop_rings(true);
	rings[1].discard_end = jiffies + HZ;
	work_on(&rings[1]);
	assert_int_equal(nr_begun, 1);
	/* One part of it is complete. */
	list_add(&begun[--nr_begun]->link, &rings[1].worker.queue);
	jiffies += HZ;
	work_on(&rings[1]);
	assert_int_equal(nr_failed, 1);
	leave_disk();
}

/*
 * When another driver is to serve the frontend, requests that wait for a limit are started at once.
 */
static void leaving_driver(void **state)
{
	unsigned int i;

	use_up(BLK_WRITES, 1);
	for (i = 0; i < 5; i++)
		take_new(0, BLKIF_OP_WRITE);
	work_on(&rings[0]);
	assert_int_equal(rings[0].held.nr, 5);
	stop_rings(false);
	work_on(&rings[0]);
	assert_int_equal(nr_begun, 5);
	answer_all();
	assert_int_equal(nr_failed, 0);
}

/* Removing a limit, or setting another value, releases the requests that wait for it. */
static void lifted_limit(void **state)
{
	unsigned int i;

	use_up(BLK_READS, 1);
	for (i = 0; i < 10; i++)
		take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	assert_int_equal(rings[0].held.nr, 10);
	rings[0].work = 0;
	limit_ops(BLK_READS, 0);
	assert_int_not_equal(rings[0].work, 0);
	work_on(&rings[0]);
	assert_int_equal(rings[0].held.nr, 0);
	assert_int_equal(nr_begun, 10);
	assert_int_equal(rings[0].counters[BLK_COUNT_rd_rate_waits], 10);
}

/*
 * Setting a timer may be a hypercall in Dom0. It is set once, however often the worker runs
 * meanwhile.
 */
static void timer_is_set_once(void **state)
{
	unsigned int i;

	use_up(BLK_WRITES, 1);
	take_new(0, BLKIF_OP_WRITE);
	work_on(&rings[0]);
	timer_starts = 0;
	for (i = 0; i < 10; i++) {
		take_new(0, BLKIF_OP_WRITE);
		take_new(0, BLKIF_OP_READ);
		now_ns += NSEC_PER_MSEC;
		work_on(&rings[0]);
	}
	assert_int_equal(nr_begun, 10);
	assert_int_equal(timer_starts, 0);

	/* An earlier time sets it again. */
	use_up(BLK_READS, 10);
	take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	assert_int_equal(timer_starts, 1);
	assert_in_range(wait_for_timer(&rings[0]), NSEC_PER_SEC / 20, NSEC_PER_SEC / 10);
}

/* The disk is slow, and Dom0 is suspended meanwhile. */
static void draining_ring_does_not_keep_dom0_from_a_suspend(void **state)
{
	take_new(0, BLKIF_OP_READ);
	stop_rings(true);
	freezes = 0;
	drain_ring(&rings[0]);
	assert_int_equal(nr_answered, 1);
	/* Before it slept and after it was woken. */
	assert_int_equal(freezes, 2);
	leave_disk();
}

static struct blk_request *take_indirect(int status)
{
	static struct gnttab_copy op;
	static struct page page;
	struct blk_request *req = take_new(0, BLKIF_OP_READ);

	op.status = status;
	rings[0].worker.copy.ops = &op;
	rings[0].worker.copy.max = 1;
	rings[0].worker.scratch[0] = &page;
	req->segs = req->inline_segs;
	req->cmd.nr_segments = 1;
	req->cmd.indirect = true;
	return req;
}

/* The request is tried again for a limited time, then fails. It does not count as rejected. */
static void page_that_stays_paged_out(void **state)
{
	struct blk_request *req = take_indirect(-EAGAIN);

	work_on(&rings[0]);
	assert_int_equal(nr_waits, 1);
	assert_string_equal(last_wait, "paged_out");
	assert_int_equal(req->state, BLK_STATE_RETRY);
	assert_int_equal(nr_failed, 0);

	jiffies += 60 * HZ;
	rings[0].retry_due = true;
	work_on(&rings[0]);
	assert_int_equal(nr_waits, 1);
	assert_int_equal(nr_failed, 1);
	assert_int_equal(rings[0].counters[BLK_COUNT_rejected], 0);
}

/* Let a request whose page stays paged out be tried twice, and stop the rings in between. */
static void page_that_is_out_at_a_stop(bool drop_held)
{
	take_indirect(-EAGAIN);
	work_on(&rings[0]);
	assert_int_equal(nr_waits, 1);
	stop_rings(drop_held);
	rings[0].discard_end = jiffies + HZ;
	rings[0].retry_due = true;
	work_on(&rings[0]);
	assert_int_equal(nr_waits, 2);
	assert_int_equal(nr_failed, 0);

	jiffies += HZ;
	rings[0].retry_due = true;
	work_on(&rings[0]);
}

/* Barriers wait one after the other: a ring full of them must not keep the device for hours. */
static void paged_out_when_the_frontend_leaves(void **state)
{
	page_that_is_out_at_a_stop(true);
	assert_int_equal(nr_waits, 2);
	assert_int_equal(nr_failed, 1);
}

/* The guest goes on with another driver, and must not see an error. */
static void paged_out_when_the_driver_leaves(void **state)
{
	page_that_is_out_at_a_stop(false);
	assert_int_equal(nr_waits, 3);
	assert_int_equal(nr_failed, 0);
}

/*
 * If the list of segments cannot be fetched, the request fails, as with any data. Only invalid
 * contents count as rejected.
 */
static void only_the_protocol_check_rejects(void **state)
{
	take_indirect(-EINVAL);
	work_on(&rings[0]);
	assert_int_equal(nr_failed, 1);
	assert_int_equal(rings[0].counters[BLK_COUNT_rejected], 0);
	take_indirect(0);
	work_on(&rings[0]);
	assert_int_equal(nr_failed, 2);
	assert_int_equal(rings[0].counters[BLK_COUNT_rejected], 1);
}

static const struct blk_data_ops *ops_of(u8 op)
{
	struct blk_request req = { .ring = &rings[0], .cmd = { .op = op, .nr_segments = 1 } };

	assert_true(blk_data_prepare(&req));
	/* A request may be prepared several times, so it is counted when it is answered. */
	assert_int_equal(rings[0].counters[BLK_COUNT_copied] +
			 rings[0].counters[BLK_COUNT_persistent], 0);
	return req.data_ops;
}

/*
 * The guest must not change data that such a disk writes. A disk may begin to need that while it is
 * in use.
 */
static void data_of_a_disk_with_checksums_is_copied(void **state)
{
	assert_ptr_equal(ops_of(BLKIF_OP_WRITE), &blk_data_copy);
	rings[0].persistent = (struct blk_pgrants *)&rings[0];
	rings[0].worker.next_map = jiffies;
	assert_ptr_equal(ops_of(BLKIF_OP_WRITE), &blk_data_persistent);
	stable_writes = true;
	assert_ptr_equal(ops_of(BLKIF_OP_WRITE), &blk_data_copy);
	assert_ptr_equal(ops_of(BLKIF_OP_WRITE_BARRIER), &blk_data_copy);
	assert_ptr_equal(ops_of(BLKIF_OP_READ), &blk_data_copy);
	assert_false(rings[0].worker.pgrants_full);
	stable_writes = false;
	assert_ptr_equal(ops_of(BLKIF_OP_WRITE_BARRIER), &blk_data_persistent);
	rings[0].worker.next_map = jiffies + 1;
	assert_ptr_equal(ops_of(BLKIF_OP_READ), &blk_data_copy);
}

static void data_that_is_not_whole_blocks_goes_through_a_span(void **state)
{
	struct blk_request req = {
		.ring = &rings[0],
		.cmd = { .op = BLKIF_OP_WRITE, .nr_segments = 2, .span_pages = 1 },
	};

	rings[0].persistent = (struct blk_pgrants *)&rings[0];
	rings[0].worker.next_map = jiffies;
	assert_true(blk_data_prepare(&req));
	assert_ptr_equal(req.data_ops, &blk_data_span);
	assert_int_equal(blk_request_copies(&req), 3);
}

static bool is_kept_alone(const struct blk_request *req)
{
	return req->bio.bi_opf & REQ_NOMERGE;
}

/*
 * The second and the third request are adjacent on the disk and on the ring. The fourth is adjacent
 * to the second on the disk only. The last has no data.
 */
static void only_neighbours_may_be_merged(void **state)
{
	static const u64 sectors[] = { 0, 80, 88, 72, 400, 800 };
	struct blk_request *reqs[ARRAY_SIZE(sectors)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sectors); i++) {
		reqs[i] = take_new(0, BLKIF_OP_READ);
		reqs[i]->cmd.sector = sectors[i];
		reqs[i]->cmd.nr_segments = i < 5;
		if (!i) {
			keep_alone(&rings[0].worker.queue);
			assert_false(is_kept_alone(reqs[0]));
		}
	}
	keep_alone(&rings[0].worker.queue);
	assert_true(is_kept_alone(reqs[0]));
	assert_false(is_kept_alone(reqs[1]));
	assert_false(is_kept_alone(reqs[2]));
	assert_true(is_kept_alone(reqs[3]));
	assert_true(is_kept_alone(reqs[4]));
	assert_false(is_kept_alone(reqs[5]));
}

static int forget_begun(void **state)
{
	nr_begun = 0;
	nr_answered = 0;
	nr_failed = 0;
	nr_waits = 0;
	answers_at_reclaim = 0;
	return 0;
}

#define throttle_test(f) cmocka_unit_test_setup_teardown(f, setup_disk, forget_begun)

/* ---- pauses ---- */

/* The device's work waits in a pause: the workers run, and the disk completes its requests. */
static unsigned int nr_device_waits;

static void device_waits(void)
{
	unsigned int i;

	assert_true(nr_device_waits++ < 8);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		/* A worker that took requests now would call blk_ring_available(), which fails. */
		while (serve_ring(&rings[i], true))
			;
		assert_false(rings[i].worker.asked);
	}
	answer_all();
}

static void pause_disk(void)
{
	nr_device_waits = 0;
	blk_pause_begin(&vbd);
	assert_int_equal(blk_ring_in_flight(&rings[0]) + blk_ring_in_flight(&rings[1]), 0);
	assert_int_equal(nr_begun, 0);
}

static void pause_starts_requests_that_wait_for_a_limit(void **state)
{
	use_up(BLK_READS, 1);
	take_new(0, BLKIF_OP_READ);
	take_new(0, BLKIF_OP_READ);
	take_new(1, BLKIF_OP_READ);
	work_on(&rings[0]);
	work_on(&rings[1]);
	assert_int_equal(rings[0].held.nr + rings[1].held.nr, 3);
	pause_disk();
	assert_int_equal(nr_answered, 3);
	assert_int_equal(nr_failed, 0);
	blk_pause_end(&vbd);

	/* Limits hold again after it. */
	take_new(0, BLKIF_OP_READ);
	take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	assert_true(rings[0].held.nr > 0);
}

/* The barrier waits for no request that the other ring does not take any more. */
static void pause_with_a_barrier(void **state)
{
	take_new(0, BLKIF_OP_WRITE_BARRIER);
	take_new(0, BLKIF_OP_READ);
	shared[1].req_prod = rings[1].worker.req_cons + 2;
	pause_disk();
	assert_int_equal(nr_answered, 2);
	blk_pause_end(&vbd);
}

/* The worker looks before the last answer is visible: it asks to be woken, and reports then. */
static void pause_with_a_request_at_the_disk(void **state)
{
	take_new(0, BLKIF_OP_READ);
	work_on(&rings[0]);
	vbd.pause.number = 5;
	vbd.pause.last = 5;
	rings[1].quiet = 5;
	rings[0].finish.need_wakeup = false;
	assert_false(serve_ring(&rings[0], true));
	assert_true(rings[0].finish.need_wakeup);
	assert_false(rings_are_quiet(&vbd));
	answer_all();
	assert_false(serve_ring(&rings[0], true));
	assert_true(rings_are_quiet(&vbd));
}

/* A worker is interrupted in a round of the first pause, and goes on in the second. */
static void late_report_of_an_earlier_pause(void **state)
{
	unsigned int first;

	pause_disk();
	first = blk_pause_number(&rings[0]);
	blk_pause_end(&vbd);
	vbd.pause.last++;
	vbd.pause.number = vbd.pause.last;
	rings[1].quiet = vbd.pause.last;
	rings[0].quiet = 0;
	assert_true(blk_pause_report(&rings[0], first));
	assert_false(rings_are_quiet(&vbd));
}

static void pause_ends_the_wait_for_a_page(void **state)
{
	struct blk_request *req = take_new(0, BLKIF_OP_READ);

	list_del(&req->link);
	assert_true(blk_request_retry(req));
	list_del(&req->link);
	vbd.pause.number = 1;
	assert_false(blk_request_retry(req));
}

static const struct CMUnitTest tests[] = {
	throttle_test(neither_reads_nor_writes_wait_for_the_other),
	throttle_test(barrier_waits_for_the_lines_and_its_own_time),
	throttle_test(barrier_that_others_hold_back_for),
	throttle_test(barrier_behind_a_barrier),
	throttle_test(barrier_that_ends_while_the_next_is_looked_at),
	throttle_test(answer_beside_a_barrier),
	throttle_test(rings_that_stop_with_a_barrier),
	throttle_test(discards_of_a_ring_that_stops),
	throttle_test(draining_ring_does_not_keep_dom0_from_a_suspend),
	throttle_test(leaving_driver),
	throttle_test(lifted_limit),
	throttle_test(timer_is_set_once),
	throttle_test(only_neighbours_may_be_merged),
	throttle_test(page_that_stays_paged_out),
	throttle_test(paged_out_when_the_frontend_leaves),
	throttle_test(paged_out_when_the_driver_leaves),
	throttle_test(only_the_protocol_check_rejects),
	throttle_test(data_of_a_disk_with_checksums_is_copied),
	throttle_test(data_that_is_not_whole_blocks_goes_through_a_span),
	throttle_test(pause_starts_requests_that_wait_for_a_limit),
	throttle_test(pause_with_a_barrier),
	throttle_test(pause_with_a_request_at_the_disk),
	throttle_test(late_report_of_an_earlier_pause),
	throttle_test(pause_ends_the_wait_for_a_page),
};

RUN_TESTS(tests)
