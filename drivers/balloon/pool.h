/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ballooned pages, and how they get there and back to the kernel. One user at a time, except
 * for the two counts.
 */
#ifndef _DOM0_BALLOON_POOL_H
#define _DOM0_BALLOON_POOL_H

#include "frames.h"

unsigned long balloon_pool_blocks(void);
unsigned long balloon_pool_pages(void);
unsigned long balloon_pool_imported(void);

unsigned int balloon_pool_allocate_block(struct frames *f, bool scrub);
unsigned int balloon_pool_allocate_pages(struct frames *f, unsigned int nr, bool scrub);
void balloon_pool_decreased(struct frames *f, struct frames_moved moved);

void balloon_pool_pick_block(struct frames *f);
void balloon_pool_pick_pages(struct frames *f, unsigned int nr);
void balloon_pool_increased(struct frames *f, struct frames_moved moved);

void balloon_pool_break_block(void);
unsigned long balloon_pool_import(struct frames *f, unsigned long want);
void balloon_pool_return(struct frames *f);

#endif
