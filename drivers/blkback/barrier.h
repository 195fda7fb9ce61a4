/* SPDX-License-Identifier: GPL-2.0 */
/* Write barriers of a device, which order the requests of all its rings. */
#ifndef _BLKBACK_BARRIER_H
#define _BLKBACK_BARRIER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <xen/interface/io/ring.h>

struct blk_request;
struct blk_ring;

/**
 * struct blk_barrier - write barriers of one device
 * @lock: protects the rest; within it nothing sleeps
 * @rings: rings whose worker, a kernel thread, takes part
 * @claims: rings that have come to a barrier, in order
 * @owner: the first of @claims, whose barrier is carried out, or NULL; also read without the lock
 * @number: goes up each time that @owner is set; also read without the lock
 */
struct blk_barrier {
	spinlock_t lock;		/* see above */
	struct list_head rings;
	struct list_head claims;
	struct blk_ring *owner;
	unsigned int number;
};

/**
 * struct blk_barrier_part - a ring's part in the barriers of its device
 *
 * Owned by the ring's worker:
 * @begun: the barrier of this ring that has begun and is not over, or NULL
 * @held_for: number of the barrier for which this ring holds back, or last did
 * @end: index of the first request that is not taken before that barrier is over
 *
 * Under the lock of the device's struct blk_barrier:
 * @link: in the list of rings that take part
 * @claim: in the list of claims, from the time that the ring comes to a barrier until that is over
 * @quiet: number of the last barrier for which the ring was quiet
 */
struct blk_barrier_part {
	struct blk_request *begun;
	unsigned int held_for;
	RING_IDX end;

	struct list_head link;
	struct list_head claim;
	unsigned int quiet;
};

void blk_barrier_init(struct blk_barrier *barrier);
void blk_barrier_join(struct blk_ring *ring);
void blk_barrier_leave(struct blk_ring *ring);
bool blk_barrier_claimed(const struct blk_ring *ring);
bool blk_barrier_permits(struct blk_ring *ring);
void blk_barrier_over(struct blk_ring *ring);
unsigned int blk_barrier_limit(struct blk_ring *ring, unsigned int available);
bool blk_barrier_report(struct blk_ring *ring);

#endif
