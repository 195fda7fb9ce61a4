/* SPDX-License-Identifier: GPL-2.0 */
/* Operations that move data between the guest's pages and the disk. */
#ifndef _BLKBACK_DATA_OPS_H
#define _BLKBACK_DATA_OPS_H

#include "counters.h"

#include <linux/types.h>

struct blk_request;
struct blk_ring;
struct dom0_copy;

/**
 * struct blk_data_ops - one way to move the data of a request
 * @name: for traces
 * @counter: counts requests whose data has been moved this way
 * @prepare: borrow pages, fill in the request's bio, gather the grant operations. Return false,
 *	with nothing borrowed, if a resource is exhausted
 * @prepare_done: called when these operations have been issued. Return 0 if the bio may start, or
 *	negative errno
 * @finish: called when a read is over: gather the copies to the guest. NULL if the disk writes to
 *	the guest's pages
 * @finish_done: called when these copies have been made. Return 0, negative errno, or -EAGAIN if
 *	@finish may be tried again
 * @release: give back what @prepare borrowed
 *
 * The worker, a kernel thread, calls @prepare, @prepare_done and @release. The owner of the batch
 * of copies, the worker or the tasklet, calls @finish and @finish_done.
 */
struct blk_data_ops {
	const char *name;
	enum blk_counter counter;
	bool (*prepare)(struct blk_ring *ring, struct blk_request *req);
	int (*prepare_done)(struct blk_ring *ring, struct blk_request *req);
	void (*finish)(struct dom0_copy *copy, struct blk_request *req);
	int (*finish_done)(const struct dom0_copy *copy, const struct blk_request *req);
	void (*release)(struct blk_ring *ring, struct blk_request *req);
};

extern const struct blk_data_ops blk_data_copy;
extern const struct blk_data_ops blk_data_persistent;
extern const struct blk_data_ops blk_data_span;

#endif
