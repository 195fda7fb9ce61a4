/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to move next, and when to try again. Pure, so that it is tested in user space. Amounts are
 * in pages of 4 KiB. A block is 2 MiB, aligned.
 */
#ifndef _DOM0_BALLOON_EXTENTS_H
#define _DOM0_BALLOON_EXTENTS_H

#include <linux/types.h>

#define BLOCK_ORDER	9
#define BLOCK_PAGES	512U

enum step_kind {
	STEP_NONE,		/* nothing is left to do */
	STEP_DECREASE_BLOCK,
	STEP_DECREASE_PAGES,
	STEP_INCREASE_BLOCK,
	STEP_INCREASE_PAGES,
	STEP_BREAK_BLOCK,	/* single pages are wanted, and only blocks are there */
	STEP_KEEP,		/* Dom0 cannot spare the memory */
	STEP_IMPORT,		/* no page is left that could get memory */
};

struct step {
	enum step_kind kind;
	unsigned int nr;	/* pages that it moves, at most BLOCK_PAGES */
};

/**
 * struct stock - the pages that are available for a step
 * @blocks: blocks that are ballooned whole
 * @pages: single pages that are ballooned
 * @spare: pages that Dom0 can do without
 */
struct stock {
	unsigned long blocks;
	unsigned long pages;
	unsigned long spare;
};

struct step balloon_extents_plan(unsigned long target, unsigned long current_pages,
				 const struct stock *stock);
bool balloon_extents_contiguous(const u64 *frames, unsigned int nr);
unsigned long balloon_extents_reserve(unsigned long memory);
unsigned long balloon_extents_spare(unsigned long available, unsigned long reserve);
unsigned long balloon_backoff_next(unsigned long delay, unsigned long max);
bool balloon_backoff_gives_up(unsigned long tries, unsigned long max_tries);

#endif
