/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages that have been given away, and how pages get there and back to the kernel. One user at
 * a time, but for the two counts.
 */
#ifndef _DOM0_BALLOON_POOL_H
#define _DOM0_BALLOON_POOL_H

#include "frames.h"

unsigned long pool_blocks(void);
unsigned long pool_pages(void);

unsigned int pool_allocate_block(struct frames *f, bool scrub);
unsigned int pool_allocate_pages(struct frames *f, unsigned int nr, bool scrub);
void pool_given(struct frames *f, struct frames_moved moved);

void pool_pick_block(struct frames *f);
void pool_pick_pages(struct frames *f, unsigned int nr);
void pool_taken(struct frames *f, struct frames_moved moved);

void pool_break_block(void);
unsigned long pool_adopt(struct frames *f, unsigned long want);
unsigned long pool_park(struct frames *f);

#endif
