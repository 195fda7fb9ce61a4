/* SPDX-License-Identifier: GPL-2.0 */
/* The block cgroup that a disk's I/O is charged to. */
#ifndef _BLKBACK_CGROUP_H
#define _BLKBACK_CGROUP_H

#include <linux/spinlock.h>

struct blk_ring;
struct blk_vbd;
struct cgroup_subsys_state;

/**
 * struct blk_cgroup - the cgroup of one disk
 * @lock: protects @css; within it nothing sleeps
 * @css: the I/O state of the cgroup, with a reference, or NULL for the root; the rings' workers,
 *	which are kernel threads, also compare it without the lock
 */
struct blk_cgroup {
	spinlock_t lock;		/* see above */
	struct cgroup_subsys_state *css;
};

void blk_cgroup_init(struct blk_cgroup *cgroup);
void blk_cgroup_read(struct blk_vbd *vbd);
void blk_cgroup_release(struct blk_vbd *vbd);
void blk_cgroup_follow(struct blk_ring *ring);
void blk_cgroup_leave(struct blk_ring *ring);

#endif
