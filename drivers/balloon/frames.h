/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Give the memory of unused pages to the hypervisor, and get memory for them: many pages in one
 * hypercall, whole blocks as one extent. One user at a time; process context.
 */
#ifndef _DOM0_BALLOON_FRAMES_H
#define _DOM0_BALLOON_FRAMES_H

#include "extents.h"

#include <xen/interface/xen.h>

/**
 * struct frames - pages that change their owner together
 * @nr: number of pages
 * @block: the pages are one block
 * @pfns: their page frame numbers
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
 * struct frames_moved - the result of a move
 * @done: number of pages, from the first one on, that have changed their owner
 * @leaked: number of pages, from the last one back, whose state is not known: never use them again.
 *	Pages between @done and @leaked are unchanged
 */
struct frames_moved {
	unsigned int done;
	unsigned int leaked;
};

struct frames_moved balloon_frames_decrease(struct frames *f);
struct frames_moved balloon_frames_increase(struct frames *f);
void balloon_frames_flush(void);
long balloon_frames_query(unsigned int cmd);

#endif
