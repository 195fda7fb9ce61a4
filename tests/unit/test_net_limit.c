// SPDX-License-Identifier: GPL-2.0
/* The turns of a card's queues, and what is counted of their waits: drivers/netback/limit.c. */
#include "unit.h"

#include <linux/types.h>

/* ---- the parts of the kernel and of the driver that the file needs ---- */

#define _VIF_H
#define _VIF_QUEUE_H
#define _DOM0_BUCKET_TIMER_H

typedef struct {
	int unused;
} spinlock_t;

enum hrtimer_restart { HRTIMER_NORESTART };

struct hrtimer {
	u64 at;
};

struct device;

struct napi_struct {
	int unused;
};

#include "drivers/netback/counters.h"
#include "drivers/netback/limit.h"

struct vif {
	struct dom0_backend *be;
	struct vif_limit limits[VIF_NR_DIRECTIONS];
};

struct vif_queue {
	struct vif *vif;
	struct napi_struct napi;
	struct vif_turn turns[VIF_NR_DIRECTIONS];
	u64 counters[VIF_NR_COUNTERS];
};

static u64 now_ns;

#define ktime_get_ns() now_ns
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock_irq(lock) ((void)(lock))
#define spin_unlock_irq(lock) ((void)(lock))
#define spin_lock_irqsave(lock, flags) ((void)(lock), (flags) = 0)
#define spin_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))
#define lockdep_assert_held(lock) ((void)(lock))
#define hrtimer_setup(timer, fn, clock, mode) ((void)(timer), (void)(fn))
#define hrtimer_cancel(timer) ((timer)->at = 0)
#define napi_schedule(napi) ((void)(napi))
#define vif_queues_schedule(vif) ((void)(vif))
#define dom0_bucket_timer(timer, due, now) ((timer)->at = (due))

#include "drivers/core/bucket.c"
#include "drivers/netback/limit.c"

int dom0_xs_read_list(struct dom0_backend *be, enum dom0_side side, const char *key, u64 *vals,
		      unsigned int max)
{
	return -ENOENT;
}

unsigned long dom0_xs_read_limits(struct dom0_backend *be, const char * const *names,
				  struct dom0_rate *rates, unsigned int nr)
{
	return 0;
}

void dom0_backend_error(struct dom0_backend *be, int err, const char *fmt, ...)
{
}

/* ---- a queue ---- */

#define HOUR (3600ULL * USEC_PER_SEC)

static struct vif vif;
static struct vif_queue queue;

static void set_limit(enum vif_direction dir, u64 per_second)
{
	const struct dom0_rate rate = {
		.amount = per_second, .period_us = per_second ? USEC_PER_SEC : 0, .burst = 1,
	};

	assert_int_equal(set_bucket(&vif, dir, VIF_PACKETS, &rate), 0);
}

/* A limit of one packet a second. */
static void start_without_packets(enum vif_direction dir)
{
	memset(&vif, 0, sizeof(vif));
	memset(&queue, 0, sizeof(queue));
	queue.vif = &vif;
	now_ns = NSEC_PER_SEC;
	set_limit(dir, 1);
}

/* Some packets pass, the next waits. */
static void start_waiting(enum vif_direction dir)
{
	start_without_packets(dir);
	while (vif_turn_may_pass(&queue, dir, 60))
		;
	assert_true(queue.turns[dir].timer.at > now_ns);
}

static u64 waits(enum vif_direction dir)
{
	return queue.counters[turn_counters[dir].waits];
}

static u64 usecs(enum vif_direction dir)
{
	return queue.counters[turn_counters[dir].usecs];
}

/* ---- tests ---- */

static void a_wait_is_counted(void **state)
{
	unsigned int dir;

	for (dir = 0; dir < VIF_NR_DIRECTIONS; dir++) {
		start_waiting(dir);
		now_ns = queue.turns[dir].due;
		assert_true(vif_turn_may_pass(&queue, dir, 60));
		assert_int_equal(waits(dir), 1);
		assert_in_range(usecs(dir), 1, USEC_PER_SEC);
	}
}

/* The packet that waited is gone, for example as the card was unplugged. Another comes later. */
static void hours_without_a_packet(void **state)
{
	unsigned int dir;

	for (dir = 0; dir < VIF_NR_DIRECTIONS; dir++) {
		start_waiting(dir);
		now_ns += HOUR * NSEC_PER_USEC;
		assert_true(vif_turn_may_pass(&queue, dir, 60));
		assert_int_equal(waits(dir), 1);
		assert_in_range(usecs(dir), 1, USEC_PER_SEC);
	}
}

/* Another packet comes later, and really waits, as the limit is another one by then. */
static void another_wait(void **state)
{
	unsigned int dir;

	for (dir = 0; dir < VIF_NR_DIRECTIONS; dir++) {
		start_waiting(dir);
		now_ns += HOUR * NSEC_PER_USEC;
		set_limit(dir, 2);
		dom0_bucket_take(&vif.limits[dir].buckets[VIF_PACKETS], now_ns, 9);
		assert_false(vif_turn_may_pass(&queue, dir, 60));
		assert_int_equal(waits(dir), 2);
		now_ns = queue.turns[dir].due;
		assert_true(vif_turn_may_pass(&queue, dir, 60));
		assert_in_range(usecs(dir), USEC_PER_SEC, 10 * USEC_PER_SEC);
	}
}

static void a_limit_is_lifted(void **state)
{
	unsigned int dir;

	for (dir = 0; dir < VIF_NR_DIRECTIONS; dir++) {
		start_waiting(dir);
		now_ns += NSEC_PER_SEC / 4;
		set_limit(dir, 0);
		assert_true(vif_turn_may_pass(&queue, dir, 60));
		assert_int_equal(usecs(dir), USEC_PER_SEC / 4);
		assert_true(vif_turn_may_pass(&queue, dir, 60));
		assert_int_equal(usecs(dir), USEC_PER_SEC / 4);
	}
}

/* Frames of XDP programs are dropped, not held back: none of them takes the turn or its tokens. */
static void a_dropped_packet_takes_nothing(void **state)
{
	struct vif_turn *turn = &queue.turns[VIF_TO_GUEST];
	s64 credit;

	start_without_packets(VIF_TO_GUEST);
	while (vif_limit_allows(&queue, VIF_TO_GUEST, 1514))
		;
	credit = vif.limits[VIF_TO_GUEST].buckets[VIF_PACKETS].credit;
	assert_false(vif_limit_allows(&queue, VIF_TO_GUEST, 1514));
	assert_int_equal(vif.limits[VIF_TO_GUEST].buckets[VIF_PACKETS].credit, credit);
	assert_int_equal(turn->timer.at, 0);
	assert_false(vif_turn_waits(&queue, VIF_TO_GUEST));
	assert_int_equal(waits(VIF_TO_GUEST), 0);
	assert_int_equal(usecs(VIF_TO_GUEST), 0);
}

/* A packet that waits has the next tokens, and passes in spite of frames that come meanwhile. */
static void a_frame_leaves_a_turn_alone(void **state)
{
	struct vif_turn *turn = &queue.turns[VIF_TO_GUEST];

	start_waiting(VIF_TO_GUEST);
	now_ns += NSEC_PER_SEC / 2;
	assert_false(vif_limit_allows(&queue, VIF_TO_GUEST, 60));
	now_ns = turn->due;
	assert_false(vif_limit_allows(&queue, VIF_TO_GUEST, 60));
	assert_true(vif_turn_may_pass(&queue, VIF_TO_GUEST, 60));
	assert_int_equal(waits(VIF_TO_GUEST), 1);
	now_ns += NSEC_PER_SEC;
	assert_true(vif_limit_allows(&queue, VIF_TO_GUEST, 60));
}

/* A frame passes only if all limits let it, and then counts for all. */
static void a_frame_counts_for_all_limits(void **state)
{
	const struct dom0_rate rate = {
		.amount = 10000, .period_us = USEC_PER_SEC, .burst = 10000,
	};
	struct dom0_bucket *bytes = &vif.limits[VIF_TO_GUEST].buckets[VIF_BYTES];
	s64 credit;

	start_without_packets(VIF_TO_GUEST);
	assert_int_equal(set_bucket(&vif, VIF_TO_GUEST, VIF_BYTES, &rate), 0);
	credit = bytes->credit;
	assert_true(vif_limit_allows(&queue, VIF_TO_GUEST, 1000));
	assert_int_equal(bytes->credit, credit - 1000);
	while (vif_limit_allows(&queue, VIF_TO_GUEST, 60))
		;
	credit = bytes->credit;
	assert_false(vif_limit_allows(&queue, VIF_TO_GUEST, 60));
	assert_int_equal(bytes->credit, credit);
	assert_true(credit > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_is_counted),
		cmocka_unit_test(hours_without_a_packet),
		cmocka_unit_test(another_wait),
		cmocka_unit_test(a_limit_is_lifted),
		cmocka_unit_test(a_dropped_packet_takes_nothing),
		cmocka_unit_test(a_frame_leaves_a_turn_alone),
		cmocka_unit_test(a_frame_counts_for_all_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
