/* SPDX-License-Identifier: GPL-2.0 */
/* Write barriers, which all rings of a device agree on. */
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
 * @rings: rings whose worker takes part
 * @claims: rings that have come to a barrier, in order
 * @owner: the first of them, whose barrier is carried out, or NULL
 * @number: of that barrier
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
 * The worker's own:
 * @begun: the barrier of this ring that was begun and is not over, or NULL
 * @number: of the device's barrier that this ring holds back for, or did last
 * @end: no request from here on is taken before that is over
 *
 * Under the lock of the device's struct blk_barrier:
 * @link: in the list of rings that take part
 * @claim: its turn to have a barrier, in the list of those
 * @quiet: number of the last barrier for which it was quiet
 */
struct blk_barrier_part {
	struct blk_request *begun;
	unsigned int number;
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
