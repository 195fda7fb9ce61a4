/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a request: copy its data to the guest, answer it, and hand it back to the worker
 * thread.
 */
#ifndef _BLKBACK_COMPLETE_H
#define _BLKBACK_COMPLETE_H

#include "latency.h"

#include <dom0/copy.h>
#include <linux/cache.h>
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <xen/interface/io/ring.h>

/* Most copies of one run of the tasklet; the worker does the rest. */
#define BLK_SOFTIRQ_OPS		64

struct blk_request;
struct blk_ring;

/**
 * struct blk_finish - requests of a ring from the end of their bio until the worker has them back
 *
 * Lists without a lock:
 * @done: requests whose bio has ended, for the tasklet or the worker
 * @left: requests that the worker is to finish
 * @handed_back: requests that have been answered, for the worker to take back
 *
 * @need_wakeup: the worker wants BLK_WORK_LOOK when requests are handed back; the worker sets it,
 *	the context that answers clears it, both by WRITE_ONCE
 * @tasklet: finishes small requests
 * @copy: the tasklet's batch of copies to the guest
 *
 * @lock: protects the rest, which is also read without it
 * @rsp_prod_pvt: responses written
 * @rsp_prod: responses that the frontend can see
 * @latency: how long the requests took from the ring to their response
 */
struct blk_finish {
	struct llist_head done;
	struct llist_head left;
	struct llist_head handed_back;
	bool need_wakeup;
	struct tasklet_struct tasklet;
	struct dom0_copy copy;

	spinlock_t lock;		/* answering */
	RING_IDX rsp_prod_pvt;
	RING_IDX rsp_prod;
	struct blk_latency latency;
} ____cacheline_aligned_in_smp;

void blk_finish_init(struct blk_finish *finish);
bool blk_ring_finish(struct blk_ring *ring);
void blk_request_leave(struct blk_request *req);

#endif
