/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a card may move, in each direction, and when a queue's next packet may pass.
 */
#ifndef _VIF_LIMIT_H
#define _VIF_LIMIT_H

#include <dom0/bucket.h>
#include <linux/hrtimer.h>
#include <linux/spinlock.h>

struct vif;
struct vif_queue;

/* As the guest's owner says it, and not as rings or interfaces are named. */
enum vif_direction {
	VIF_FROM_GUEST,
	VIF_TO_GUEST,
	VIF_NR_DIRECTIONS
};

enum vif_bucket {
	VIF_BYTES,
	VIF_PACKETS,
	VIF_XL_BYTES,		/* of the toolstack's "rate": from the guest only */
	VIF_NR_BUCKETS
};

/**
 * struct vif_limit - what may pass in one direction, for all queues together
 * @lock: protects the rest
 * @active: there is a limit; also read without the lock
 * @buckets: each must let a packet pass
 */
struct vif_limit {
	spinlock_t lock;	/* protects the rest */
	bool active;
	struct dom0_bucket buckets[VIF_NR_BUCKETS];
};

/**
 * struct vif_turn - when a queue's next packet may pass, in one direction
 * @q: the queue
 * @parts: what the next packet has taken from each bucket
 * @asked: when it first asked; 0 while it has not
 * @due: when it may pass
 * @timer: runs NAPI then
 *
 * Belongs to the context that lets packets pass in this direction.
 */
struct vif_turn {
	struct vif_queue *q;
	struct dom0_turn parts[VIF_NR_BUCKETS];
	u64 asked;
	u64 due;
	struct hrtimer timer;
};

void vif_limits_init(struct vif *vif);
void vif_limits_read_rate(struct vif *vif);
void vif_limits_read(struct vif *vif);
void vif_turns_init(struct vif_queue *q);
bool vif_turn_came(struct vif_queue *q, enum vif_direction dir, u32 len);
bool vif_turn_waits(const struct vif_queue *q, enum vif_direction dir);
void vif_turn_stop(struct vif_queue *q, enum vif_direction dir);

#endif
