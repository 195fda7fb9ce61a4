/* SPDX-License-Identifier: GPL-2.0 */
/* Rate limits of a disk, and the requests that wait for them. */
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
	BLK_WRITES,		/* writes and all other requests */
	BLK_NR_LINES
};

/* Each line has two limits: bytes and operations. */
#define BLK_NR_LIMITS		(2 * BLK_NR_LINES)

/**
 * struct blk_throttle - rate limits of a device
 * @lock: protects the rest; within it nothing sleeps
 * @active: at least one limit is set; also read without the lock
 * @buckets: bytes and operations of each line
 */
struct blk_throttle {
	spinlock_t lock;		/* see above */
	bool active;
	struct dom0_bucket buckets[BLK_NR_LIMITS];
};

/**
 * struct blk_held - requests of a ring that wait for a limit
 * @lines: the requests, in the order of the ring
 * @nr: number of requests in both lines; debugfs reads it
 * @timer: wakes the ring's worker, a kernel thread, when the next of them may start
 *
 * The worker owns it.
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
