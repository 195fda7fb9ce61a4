// SPDX-License-Identifier: GPL-2.0
/* Plan one step. No state is kept here. Pure: compiled in user space by tests/unit. */
#include "extents.h"

#include <linux/kernel.h>
#include <linux/minmax.h>

#define MIB_PAGES(n)	((unsigned long)(n) << 8)

static struct step make_step(enum step_kind kind, unsigned long nr)
{
	return (struct step){ kind, min_t(unsigned long, nr, BLOCK_PAGES) };
}

/*
 * If Dom0 can spare less than the step needs, keep it: a smaller amount is not worth breaking up
 * memory.
 */
static struct step plan_decrease(unsigned long nr, const struct stock *stock)
{
	unsigned long now = min_t(unsigned long, nr, BLOCK_PAGES);

	if (stock->spare < now)
		return make_step(STEP_KEEP, 0);
	return make_step(now == BLOCK_PAGES ? STEP_DECREASE_BLOCK : STEP_DECREASE_PAGES, now);
}

static struct step plan_increase(unsigned long nr, const struct stock *stock)
{
	if (nr >= BLOCK_PAGES && stock->blocks)
		return make_step(STEP_INCREASE_BLOCK, BLOCK_PAGES);
	if (stock->pages)
		return make_step(STEP_INCREASE_PAGES, min(nr, stock->pages));
	if (stock->blocks)
		return make_step(STEP_BREAK_BLOCK, 0);
	return make_step(STEP_IMPORT, 0);
}

/*
 * Return the next step from @current_pages to @target: a block if one fits, otherwise single pages.
 */
struct step balloon_extents_plan(unsigned long target, unsigned long current_pages,
				 const struct stock *stock)
{
	if (target < current_pages)
		return plan_decrease(current_pages - target, stock);
	if (target > current_pages)
		return plan_increase(target - current_pages, stock);
	return make_step(STEP_NONE, 0);
}

/* Return whether these frames are one extent. */
bool balloon_extents_contiguous(const u64 *frames, unsigned int nr)
{
	unsigned int i;

	for (i = 1; i < nr; i++)
		if (frames[i] != frames[0] + i)
			return false;
	return true;
}

/*
 * Return how many pages stay available in Dom0 for sudden needs, whatever the target is: 1/64 of
 * the memory, but at least 32 MiB and at most 256 MiB.
 */
unsigned long balloon_extents_reserve(unsigned long memory)
{
	return clamp(memory / 64, MIB_PAGES(32), MIB_PAGES(256));
}

unsigned long balloon_extents_spare(unsigned long available, unsigned long reserve)
{
	return available > reserve ? available - reserve : 0;
}

/* Double the delay, up to @max, which an administrator sets and which may have any value. */
unsigned long balloon_backoff_next(unsigned long delay, unsigned long max)
{
	max = max(max, 1UL);
	if (!delay)
		return 1;
	return delay > max / 2 ? max : delay * 2;
}

/* Return whether to give up; never if @max_tries is 0. */
bool balloon_backoff_gives_up(unsigned long tries, unsigned long max_tries)
{
	return max_tries && tries >= max_tries;
}
