// SPDX-License-Identifier: GPL-2.0
/* When the worker of an idle ring is woken to free pages, and to unmap persistent grants. */
#include "unit.h"
#include "blk_kernel.h"

static void timer_reduce(struct timer_list *timer, unsigned long when)
{
	if (!timer->expires || time_before(when, timer->expires))
		timer->expires = when;
}

#include "drivers/blkback/tidy.c"

unsigned int blk_persistent_grant_unused_seconds = 600;

static unsigned int nr_grants, nr_purges;
static bool grown;

unsigned int blk_pgrants_count(const struct blk_pgrants *cache)
{
	return nr_grants;
}

unsigned int blk_pgrants_shrink(struct blk_pgrants *cache, unsigned long age, unsigned int max)
{
	nr_purges++;
	return 0;
}

bool blk_pool_has_grown(const struct blk_pool *pool)
{
	return grown;
}

void blk_pool_trim(struct blk_pool *pool)
{
}

void blk_pool_age(struct blk_pool *pool)
{
}

void blk_pool_squeeze(struct blk_pool *pool)
{
}

bool blk_ring_reclaim(struct blk_ring *ring)
{
	return false;
}

static struct blk_ring ring;

/*
 * A burst on an idle ring that keeps grants needs pages. They are freed before the grants are
 * unmapped.
 */
static void pages_are_freed_before_grants(void **state)
{
	ring.persistent = (struct blk_pgrants *)&ring;
	nr_grants = 1;
	blk_persistent_grant_unused_seconds = 30;
	blk_ring_arm_tidy(&ring);
	assert_int_equal(ring.tidy_timer.expires, jiffies + 30 * HZ);

	grown = true;
	blk_ring_arm_tidy(&ring);
	assert_int_equal(ring.tidy_timer.expires, jiffies + POOL_AGE);

	/* A ring that is used and idle in turns does not delay the timer. */
	jiffies += HZ;
	blk_ring_arm_tidy(&ring);
	assert_int_equal(ring.tidy_timer.expires, jiffies - HZ + POOL_AGE);
	grown = false;
	blk_ring_arm_tidy(&ring);
	assert_int_equal(ring.tidy_timer.expires, jiffies - HZ + POOL_AGE);
}

/* A ring with requests looks at a lower age in the next round. */
static void lower_age(void **state)
{
	ring.persistent = (struct blk_pgrants *)&ring;
	blk_persistent_grant_unused_seconds = 600;
	jiffies += 600 * HZ;
	nr_purges = 0;
	blk_ring_tidy(&ring);
	assert_int_equal(nr_purges, 1);
	jiffies += 3 * HZ;
	blk_ring_tidy(&ring);
	assert_int_equal(nr_purges, 1);
	blk_persistent_grant_unused_seconds = 2;
	blk_ring_tidy(&ring);
	assert_int_equal(nr_purges, 2);
	blk_ring_tidy(&ring);
	assert_int_equal(nr_purges, 2);
}

/* An idle ring with grants looks at the age from time to time, also if it was "never". */
static void age_of_an_idle_ring(void **state)
{
	static const unsigned int seconds[] = { 0, 600, UINT_MAX };
	unsigned int i;

	ring.persistent = (struct blk_pgrants *)&ring;
	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		blk_persistent_grant_unused_seconds = seconds[i];
		ring.tidy_timer.expires = 0;
		nr_grants = 1;
		blk_ring_arm_tidy(&ring);
		assert_int_equal(ring.tidy_timer.expires, jiffies + 60 * HZ);
		ring.tidy_timer.expires = 0;
		nr_grants = 0;
		blk_ring_arm_tidy(&ring);
		assert_int_equal(ring.tidy_timer.expires, 0);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(pages_are_freed_before_grants),
	cmocka_unit_test(lower_age),
	cmocka_unit_test(age_of_an_idle_ring),
};

RUN_TESTS(tests)
