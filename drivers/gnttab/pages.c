// SPDX-License-Identifier: GPL-2.0
/* Pools of pages. Each belongs to one user, so it has no lock. Init and exit may sleep. */
#include "counters.h"

#include <dom0/memory.h>
#include <dom0/pages.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/grant_table.h>

static void free_copy_pages(struct page **pages, unsigned int nr)
{
	while (nr--)
		__free_page(pages[nr]);
}

/*
 * Zero the pages, so that old data of Dom0 never reaches a guest. A guest decides when pools are
 * allocated. The allocation may fail, and with it the guest's connect, but must not wake the OOM
 * killer.
 */
static int alloc_copy_pages(struct page **pages, unsigned int nr, int node)
{
	const gfp_t gfp = DOM0_GUEST_GFP | __GFP_ZERO;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_pages_node(node, gfp, 0);
		if (!pages[i])
			goto free_pages;
	}
	return 0;

free_pages:
	free_copy_pages(pages, i);
	return -ENOMEM;
}

/*
 * The kernel reclaims memory to give it away, and wakes the OOM killer for the last of it. So keep
 * a reserve. Pages that earlier pools have freed may be used first, so this may refuse too early.
 */
static bool leaves_reserve(unsigned int nr)
{
	return !DOM0_MAP_PAGES_ARE_MEMORY ||
	       si_mem_available() >= (long)(nr + totalram_pages() / DOM0_MAP_RESERVE_FRACTION);
}

static int alloc_map_pages(struct page **pages, unsigned int nr)
{
	return leaves_reserve(nr) ? gnttab_alloc_pages(nr, pages) : -ENOMEM;
}

int dom0_pages_init(struct dom0_pages *pool, unsigned int size, enum dom0_pages_kind kind,
		    int node)
{
	int err;

	if (size > INT_MAX)
		return -ENOMEM;

	pool->free = kvmalloc_node(array_size(size, sizeof(*pool->free)), DOM0_GUEST_GFP, node);
	if (!pool->free)
		return -ENOMEM;

	if (kind == DOM0_PAGES_MAP)
		err = alloc_map_pages(pool->free, size);
	else
		err = alloc_copy_pages(pool->free, size, node);
	if (err)
		goto free_stack;

	pool->nr_free = size;
	pool->size = size;
	pool->kind = kind;
	return 0;

free_stack:
	kvfree(pool->free);
	pool->free = NULL;
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(dom0_pages_init);

void dom0_pages_exit(struct dom0_pages *pool)
{
	if (pool->nr_free != pool->size)
		pr_err("%u pages of a pool have leaked\n", pool->size - pool->nr_free);

	if (pool->kind == DOM0_PAGES_MAP)
		gnttab_free_pages(pool->nr_free, pool->free);
	else
		free_copy_pages(pool->free, pool->nr_free);
	kvfree(pool->free);
	memset(pool, 0, sizeof(*pool));
}
EXPORT_SYMBOL_GPL(dom0_pages_exit);

bool dom0_pages_get(struct dom0_pages *pool, struct page **pages, unsigned int nr)
{
	if (nr > pool->nr_free)
		return false;

	pool->nr_free -= nr;
	memcpy(pages, pool->free + pool->nr_free, nr * sizeof(*pages));
	return true;
}
EXPORT_SYMBOL_GPL(dom0_pages_get);

void dom0_pages_put(struct dom0_pages *pool, struct page **pages, unsigned int nr)
{
	memcpy(pool->free + pool->nr_free, pages, nr * sizeof(*pages));
	pool->nr_free += nr;
}
EXPORT_SYMBOL_GPL(dom0_pages_put);

void dom0_pages_quarantine(struct dom0_pages *pool, struct page *page)
{
	pool->size--;
	gnttab_count(GNTTAB_COUNT_pages_quarantined, 1);
	pr_err_ratelimited("cannot unmap the grant at page frame %#lx: the page is quarantined\n",
			   page_to_pfn(page));
}
EXPORT_SYMBOL_GPL(dom0_pages_quarantine);
