/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages that have been given away, and how they get there and back to the kernel. One user at a
 * time, except for the two counts.
 */
#ifndef _DOM0_BALLOON_POOL_H
#define _DOM0_BALLOON_POOL_H

#include "frames.h"

unsigned long balloon_pool_blocks(void);
unsigned long balloon_pool_pages(void);

unsigned int balloon_pool_allocate_block(struct frames *f, bool scrub);
unsigned int balloon_pool_allocate_pages(struct frames *f, unsigned int nr, bool scrub);
void balloon_pool_given(struct frames *f, struct frames_moved moved);

void balloon_pool_pick_block(struct frames *f);
void balloon_pool_pick_pages(struct frames *f, unsigned int nr);
void balloon_pool_taken(struct frames *f, struct frames_moved moved);

void balloon_pool_break_block(void);
unsigned long balloon_pool_adopt(struct frames *f, unsigned long want);
unsigned long balloon_pool_park(struct frames *f);

#endif
