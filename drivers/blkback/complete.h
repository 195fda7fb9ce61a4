/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a ring's requests: data to the guest, answers, and back to the worker. */
#ifndef _BLKBACK_COMPLETE_H
#define _BLKBACK_COMPLETE_H

#include <dom0/copy.h>
#include <linux/cache.h>
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <xen/interface/io/ring.h>

/* Copies of one run of the tasklet; more is left to the worker. */
#define BLK_SOFTIRQ_OPS		64

struct blk_request;
struct blk_ring;

/**
 * struct blk_finish - where requests of a ring are when they are over
 * @done: those whose bio is over
 * @left: those that are left to the worker
 * @handed_back: those that have been answered
 * @waiting: the worker wants BLK_WORK_LOOK when requests have been handed back
 * @tasklet: finishes what is small
 * @copy: the tasklet's own: copies to the guest that are being gathered
 *
 * @lock: protects the next two
 * @answered: responses written
 * @pushed: of those, shown to the frontend; the shared index is only ever written
 */
struct blk_finish {
	struct llist_head done;
	struct llist_head left;
	struct llist_head handed_back;
	bool waiting;
	struct tasklet_struct tasklet;
	struct dom0_copy copy;

	spinlock_t lock;		/* answering */
	RING_IDX answered;
	RING_IDX pushed;
} ____cacheline_aligned_in_smp;

void blk_finish_init(struct blk_finish *finish);
bool blk_ring_finish(struct blk_ring *ring);
void blk_request_leave(struct blk_request *req);

#endif
