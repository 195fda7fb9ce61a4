// SPDX-License-Identifier: GPL-2.0
/*
 * The choice of how the data of a request is moved: on the guest's own pages where they may be
 * mapped, else by copies. The ring's worker, a kernel thread, chooses.
 */
#include "bio.h"
#include "data.h"
#include "data_ops.h"
#include "request.h"
#include "retry.h"
#include "ring.h"
#include "vbd.h"

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/jiffies.h>

/* How long no grants are mapped after this domain had no mapping left. */
#define MAP_PAUSE	HZ

static bool try_data_ops(struct blk_request *req, const struct blk_data_ops *ops)
{
	blk_request_init_bio(req);
	if (!ops->prepare(req->ring, req)) {
		bio_uninit(&req->bio);
		return false;
	}
	req->data_ops = ops;
	return true;
}

/*
 * Return true if the disk may work on the guest's own pages. The guest can write them at any time.
 * Some disks need data that does not change meanwhile: they send or store a checksum of it, or a
 * parity, and some check the data of a read in its destination. A wrong checksum resets a
 * connection that other guests use. The disk may be given that property at any time, so look at
 * each request.
 */
static bool may_map(const struct blk_ring *ring)
{
	return ring->persistent && time_after_eq(jiffies, ring->worker.next_map) &&
	       !bdev_stable_writes(ring->vbd->bdev);
}

/*
 * Choose how the data of @req is moved, and prepare that. Return false, with nothing borrowed, if a
 * resource is exhausted.
 */
bool blk_data_prepare(struct blk_request *req)
{
	struct blk_ring *ring = req->ring;

	if (req->cmd.span_pages)
		return try_data_ops(req, &blk_data_span);
	if (may_map(ring)) {
		if (try_data_ops(req, &blk_data_persistent))
			return true;
		ring->worker.pgrants_full = true;
	}
	return try_data_ops(req, &blk_data_copy);
}

/* Undo blk_data_prepare(), but for the bio. */
void blk_data_undo(struct blk_request *req)
{
	req->data_ops->release(req->ring, req);
	req->data_ops = NULL;
}

/*
 * The hypervisor limits the mappings of this domain, and all guests and programs here share them. A
 * guest that finds none left has done nothing wrong, and its data can be copied. Return true if the
 * request, which failed with @err, has been put back to its place in the queue for that.
 */
bool blk_data_copy_instead(struct blk_request *req, int err)
{
	struct blk_ring *ring = req->ring;

	if (err != -ENOSPC || req->data_ops != &blk_data_persistent)
		return false;
	blk_data_undo(req);
	ring->worker.pgrants_full = true;
	ring->worker.next_map = jiffies + MAP_PAUSE;
	blk_request_requeue(req);
	return true;
}
