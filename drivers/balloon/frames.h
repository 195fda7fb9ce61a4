/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory goes to the hypervisor and comes from it, for unused pages: many in one hypercall, whole
 * blocks as one extent. One user at a time; process context.
 */
#ifndef _DOM0_BALLOON_FRAMES_H
#define _DOM0_BALLOON_FRAMES_H

#include "extents.h"

#include <xen/interface/xen.h>

/**
 * struct frames - pages that change their owner together
 * @nr: how many
 * @block: they are one block
 * @pfns: which they are
 * @frames: the machine frames behind them; the same as @pfns in a translated domain
 * @ptes: room for the changes to their mapping in a PV domain
 */
struct frames {
	unsigned int nr;
	bool block;
	unsigned long pfns[BLOCK_PAGES];
	u64 frames[BLOCK_PAGES];
	struct mmu_update ptes[BLOCK_PAGES];
};

/**
 * struct frames_moved - what became of them
 * @done: so many, from the first one on, have changed their owner
 * @lost: so many, from the last one back, are in a state that is not known: leave them alone for
 *	ever. Those between are as they were
 */
struct frames_moved {
	unsigned int done;
	unsigned int lost;
};

struct frames_moved balloon_frames_give(struct frames *f);
struct frames_moved balloon_frames_take(struct frames *f);
void balloon_frames_flush(void);
long balloon_frames_query(unsigned int cmd);

#endif
