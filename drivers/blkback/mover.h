/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to bring a guest's data in reach of the disk. */
#ifndef _BLKBACK_MOVER_H
#define _BLKBACK_MOVER_H

#include <linux/types.h>

struct blk_request;
struct blk_ring;
struct dom0_copy;

/**
 * struct blk_mover - one of them
 * @name: for messages and traces
 * @prepare: borrow pages, fill in the request's bio, gather the grant operations. Returns false if
 *	a resource is dry; then nothing is held
 * @prepared: the operations have been issued: 0 if the bio may start, or negative errno
 * @finish: a read is over: gather the copies to the guest. NULL if its data is there already
 * @finished: those have been made: 0, negative errno, or -EAGAIN if finish may be tried again
 * @release: give back what prepare borrowed
 *
 * The worker calls @prepare, @prepared and @release; the owner of the batch, the worker or the
 * tasklet, calls @finish and @finished.
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
