/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of the frontend in xenstore. */
#ifndef _BLKBACK_FRONTEND_H
#define _BLKBACK_FRONTEND_H

#include "protocol.h"

#include <linux/types.h>

struct blk_ring_config;
struct blk_vbd;
struct dom0_backend;

/* Keys that are not of one queue. */
struct blk_frontend {
	enum blk_abi abi;
	bool persistent;
	bool one_page;		/* the ring's key is ring-ref, without a number */
	bool folders;		/* a folder for each queue */
	u32 order;
	u32 nr_queues;
};

int blk_frontend_read(struct blk_vbd *vbd, struct blk_frontend *front);
int blk_frontend_read_queue(struct dom0_backend *be, const struct blk_frontend *front,
			    struct blk_ring_config *config);

#endif
