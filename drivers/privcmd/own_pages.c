// SPDX-License-Identifier: GPL-2.0
/* The blocks of an area, under its lock, and the number of pages in all areas. */
#include "own_pages.h"

#include <dom0/charge.h>
#include <dom0/pages.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <xen/balloon.h>
#include <xen/xen.h>

/*
 * Where pages are not memory, each costs its struct page. That takes 64 bytes, 1/64 of a page. So
 * 8 times as many pages as Dom0 has memory cost an eighth of that memory.
 */
#define DEFAULT_TIMES	8
#define DEFAULT_FRACTION 8

static unsigned int limit_mb;
module_param(limit_mb, uint, 0644);
MODULE_PARM_DESC(limit_mb,
		 "Most MiB that a translated domain maps at once (default 0: chosen from its own memory)");

static atomic_long_t nr_made;

static long max_pages(void)
{
	unsigned long mb = READ_ONCE(limit_mb);

	if (mb)
		return mb << (20 - PAGE_SHIFT);
	return DOM0_MAP_PAGES_ARE_MEMORY ? totalram_pages() / DEFAULT_FRACTION :
					  DEFAULT_TIMES * totalram_pages();
}

/* Pages that other mappings have freed may be used first, so this may refuse too early. */
static bool memory_is_low(unsigned long nr)
{
	return DOM0_MAP_PAGES_ARE_MEMORY &&
	       si_mem_available() < (long)(nr + totalram_pages() / DOM0_MAP_RESERVE_FRACTION);
}

/* The second half of the limit is reserved for programs with CAP_SYS_ADMIN. */
static bool charge_pages(long nr)
{
	long max = max_pages();

	return dom0_charge(&nr_made, nr, max / 2) ||
	       (capable(CAP_SYS_ADMIN) && dom0_charge(&nr_made, nr, max));
}

static unsigned long block_pages(const struct area *area, unsigned long block)
{
	return min(OWN_BLOCK_PAGES, area->nr - block * OWN_BLOCK_PAGES);
}

static unsigned long nr_blocks(const struct area *area)
{
	return DIV_ROUND_UP(area->nr, OWN_BLOCK_PAGES);
}

static int make_block(struct area *area, unsigned long block)
{
	unsigned long nr = block_pages(area, block);
	struct page **pages;
	int err = -ENOMEM;

	pages = kcalloc(nr, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	if (!charge_pages(nr)) {
		pr_warn_ratelimited("cannot map more memory of other domains: limit_mb is reached\n");
		goto free_array;
	}
	if (memory_is_low(nr)) {
		pr_warn_ratelimited("cannot map more memory of other domains: Dom0 has too little\n");
		goto uncharge;
	}
	err = xen_alloc_unpopulated_pages(nr, pages);
	if (err)
		goto uncharge;
	area->blocks[block] = pages;
	return 0;

uncharge:
	atomic_long_sub(nr, &nr_made);
free_array:
	kfree(pages);
	return err;
}

static int make_blocks(struct area *area, unsigned long index, unsigned long nr)
{
	unsigned long block, last = (index + nr - 1) / OWN_BLOCK_PAGES;
	int err = 0;

	for (block = index / OWN_BLOCK_PAGES; block <= last && !err; block++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (!area->blocks[block])
			err = make_block(area, block);
		cond_resched();
	}
	return err;
}

/* Free a block, except for pages that are still claimed. Return their number: they leak. */
static unsigned long free_own_block(struct area *area, unsigned long block)
{
	struct page **pages = area->blocks[block];
	unsigned long i, nr = 0, size = block_pages(area, block);

	for (i = 0; i < size; i++) {
		if (!test_bit(block * OWN_BLOCK_PAGES + i, area->claimed))
			pages[nr++] = pages[i];
	}
	xen_free_unpopulated_pages(nr, pages);
	atomic_long_sub(nr, &nr_made);
	kfree(pages);
	return size - nr;
}

static bool block_claimed(const struct area *area, unsigned long block)
{
	unsigned long first = block * OWN_BLOCK_PAGES, end = first + block_pages(area, block);

	return find_next_bit(area->claimed, end, first) < end;
}

void privcmd_own_pages_trim(struct area *area, unsigned long index, unsigned long nr)
{
	unsigned long block, last = (index + nr - 1) / OWN_BLOCK_PAGES;

	lockdep_assert_held(&area->lock);
	for (block = index / OWN_BLOCK_PAGES; block <= last; block++) {
		if (area->blocks[block] && !block_claimed(area, block)) {
			free_own_block(area, block);
			area->blocks[block] = NULL;
		}
		cond_resched();
	}
}

int privcmd_own_pages_make(struct area *area, unsigned long index, unsigned long nr)
{
	int err;

	lockdep_assert_held(&area->lock);
	if (!area->blocks)
		area->blocks = kvcalloc(nr_blocks(area), sizeof(*area->blocks),
					GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!area->blocks)
		return -ENOMEM;
	err = make_blocks(area, index, nr);
	if (err)
		privcmd_own_pages_trim(area, index, nr);
	return err;
}

void privcmd_own_pages_free(struct area *area)
{
	unsigned long block, lost = 0;

	if (!area->blocks)
		return;
	for (block = 0; block < nr_blocks(area); block++) {
		if (area->blocks[block])
			lost += free_own_block(area, block);
		cond_resched();
	}
	if (lost)
		pr_err_ratelimited("%lu pages have leaked: cannot unmap their frames\n", lost);
	kvfree(area->blocks);
}
