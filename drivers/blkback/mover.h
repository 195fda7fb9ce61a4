/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to move data between the guest's pages and the disk. */
#ifndef _BLKBACK_MOVER_H
#define _BLKBACK_MOVER_H

#include <linux/types.h>

struct blk_request;
struct blk_ring;
struct dom0_copy;

/**
 * struct blk_mover - one way to move the data of a request
 * @name: for messages and traces
 * @prepare: borrow pages, fill in the request's bio, gather the grant operations. Return false,
 *	with nothing borrowed, if a resource is exhausted
 * @prepared: called when these operations have been issued. Return 0 if the bio may start, or
 *	negative errno
 * @finish: called when a read is over: gather the copies to the guest. NULL if the disk writes to
 *	the guest's pages
 * @finished: called when these copies have been made. Return 0, negative errno, or -EAGAIN if
 *	@finish may be tried again
 * @release: give back what @prepare borrowed
 *
 * The worker, a kernel thread, calls @prepare, @prepared and @release. The owner of the batch of
 * copies, the worker or the tasklet, calls @finish and @finished.
 */
struct blk_mover {
	const char *name;
	bool (*prepare)(struct blk_ring *ring, struct blk_request *req);
	int (*prepared)(struct blk_ring *ring, struct blk_request *req);
	void (*finish)(struct dom0_copy *copy, struct blk_request *req);
	int (*finished)(const struct dom0_copy *copy, const struct blk_request *req);
	void (*release)(struct blk_ring *ring, struct blk_request *req);
};

extern const struct blk_mover blk_mover_copy;
extern const struct blk_mover blk_mover_persistent;

#endif
