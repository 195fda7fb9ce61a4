// SPDX-License-Identifier: GPL-2.0
/*
 * Pages and grants that a ring does not need any more. The ring's worker, a kernel thread, frees
 * them.
 */
#include "params.h"
#include "pool.h"
#include "request.h"
#include "ring.h"
#include "tidy.h"

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/timer.h>

/* Pages that were not used for so long are freed. */
#define POOL_AGE	(5 * HZ)

/*
 * While grants are mapped, an idle ring is woken at least so often: the administrator may have
 * changed the age at which they are unmapped.
 */
#define PURGE_CHECK	(60UL * HZ)

static unsigned long purge_age(void)
{
	return READ_ONCE(blk_persistent_grant_unused_seconds) * (unsigned long)HZ;
}

/*
 * If requests were copied because the cache is full, unmap grants that have not been used for a
 * while. Unmapping is expensive, so unmap few at a time.
 */
static void shrink_full(struct blk_ring *ring)
{
	if (!ring->worker.pgrants_full || time_before(jiffies, ring->worker.next_shrink))
		return;
	blk_pgrants_shrink(ring->persistent, HZ, BLK_BATCH_OPS / 8);
	ring->worker.next_shrink = jiffies + HZ / 10;
	ring->worker.pgrants_full = false;
}

static void purge_unused(struct blk_ring *ring)
{
	unsigned long age = purge_age();

	if (!age || time_before(jiffies, ring->worker.last_purge + age))
		return;
	blk_pgrants_shrink(ring->persistent, age, BLK_BATCH_OPS);
	ring->worker.last_purge = jiffies;
}

static void age_pool(struct blk_ring *ring)
{
	if (time_before(jiffies, ring->worker.next_age))
		return;
	blk_pool_age(&ring->pool);
	ring->worker.next_age = jiffies + POOL_AGE;
}

static void squeeze_pool(struct blk_ring *ring)
{
	if (!READ_ONCE(ring->pool.squeeze))
		return;
	WRITE_ONCE(ring->pool.squeeze, false);
	blk_pool_squeeze(&ring->pool);
}

/*
 * Free unused pages and grants. Called after each round, even while the frontend keeps the ring
 * full.
 */
void blk_ring_tidy(struct blk_ring *ring)
{
	blk_ring_reclaim(ring);
	blk_pool_trim(&ring->pool);
	age_pool(ring);
	if (ring->persistent) {
		shrink_full(ring);
		purge_unused(ring);
	}
	squeeze_pool(ring);
}

/*
 * If the ring goes idle with more pages or grants than it needs, wake the worker later to free
 * them.
 */
void blk_ring_arm_tidy(struct blk_ring *ring)
{
	unsigned long after = 0;

	if (blk_pool_has_grown(&ring->pool))
		after = POOL_AGE;
	else if (ring->persistent && blk_pgrants_count(ring->persistent))
		after = min_not_zero(purge_age(), PURGE_CHECK);
	/* The timer may have been set for grants: pages are freed much earlier. */
	if (after)
		timer_reduce(&ring->tidy_timer, jiffies + after);
}
