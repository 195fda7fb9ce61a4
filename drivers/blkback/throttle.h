/* SPDX-License-Identifier: GPL-2.0 */
/* What a disk may do in a second, and the requests that wait for it. */
#ifndef _BLKBACK_THROTTLE_H
#define _BLKBACK_THROTTLE_H

#include <dom0/bucket.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct blk_request;
struct blk_ring;
struct blk_vbd;

/* Where requests of a ring wait for a limit. */
enum blk_line {
	BLK_READS,
	BLK_WRITES,		/* and all that is no read */
	BLK_NR_LINES
};

/* Two for each line: bytes, and operations. */
#define BLK_NR_LIMITS		(2 * BLK_NR_LINES)

/**
 * struct blk_throttle - what a device may do in a second
 * @lock: protects the rest; within it nothing sleeps
 * @active: there is a limit; also read without the lock
 * @buckets: bytes and operations of each line
 */
struct blk_throttle {
	spinlock_t lock;		/* see above */
	bool active;
	struct dom0_bucket buckets[BLK_NR_LIMITS];
};

/**
 * struct blk_held - requests of a ring that wait for a limit
 * @lines: in order
 * @nr: how many in both lines; readers of debugfs look at it
 * @timer: wakes the worker when the next of them may start
 *
 * The ring's worker owns it.
 */
struct blk_held {
	struct list_head lines[BLK_NR_LINES];
	unsigned int nr;
	struct hrtimer timer;
};

void blk_throttle_init(struct blk_throttle *throttle);
void blk_throttle_init_ring(struct blk_ring *ring);
void blk_throttle_read(struct blk_vbd *vbd);
void blk_throttle_release(struct blk_ring *ring);
bool blk_throttle_barrier_waits(struct blk_ring *ring);
bool blk_throttle_hold(struct blk_request *req);
struct blk_request *blk_throttle_drop(struct blk_ring *ring);

#endif
