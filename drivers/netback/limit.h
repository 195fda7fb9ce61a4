/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rate limits of a card in each direction, and the time when a queue's next packet may pass.
 */
#ifndef _VIF_LIMIT_H
#define _VIF_LIMIT_H

#include <dom0/bucket.h>
#include <linux/hrtimer.h>
#include <linux/spinlock.h>

struct vif;
struct vif_queue;

/* Not tx and rx, which mean opposite directions for rings and for counters. */
enum vif_direction {
	VIF_FROM_GUEST,
	VIF_TO_GUEST,
	VIF_NR_DIRECTIONS
};

enum vif_bucket {
	VIF_BYTES,
	VIF_PACKETS,
	VIF_XL_BYTES,		/* from xl's key "rate": limits packets from the guest only */
	VIF_NR_BUCKETS
};

/**
 * struct vif_limit - the limits of one direction, for all queues together
 * @lock: protects the rest
 * @active: at least one bucket has a limit; also read without the lock
 * @buckets: a packet passes if all of them let it pass
 */
struct vif_limit {
	spinlock_t lock;	/* protects the rest */
	bool active;
	struct dom0_bucket buckets[VIF_NR_BUCKETS];
};

/**
 * struct vif_turn - when a queue's next packet may pass, in one direction
 * @q: the queue
 * @parts: tokens that the next packet has taken from each bucket
 * @asked: time when that packet first asked; 0 if it has not asked
 * @due: time when it may pass
 * @timer: schedules NAPI when it may pass
 *
 * Owner: NAPI for packets from the guest, rx.lock for packets to the guest. Frames of XDP
 * programs take tokens without a turn, as they never wait.
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
bool vif_turn_may_pass(struct vif_queue *q, enum vif_direction dir, u32 len);
bool vif_limit_allows(struct vif_queue *q, enum vif_direction dir, u32 len);
bool vif_turn_waits(const struct vif_queue *q, enum vif_direction dir);
void vif_turn_stop(struct vif_queue *q, enum vif_direction dir);

#endif
