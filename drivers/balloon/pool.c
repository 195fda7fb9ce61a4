// SPDX-License-Identifier: GPL-2.0
/*
 * The ballooned pages, whose memory the hypervisor has. Each belongs to this module, with a
 * reference count of 1 and no other user. In a block only the first page has a reference, as from
 * the allocator, so that the block can be freed in one piece. All pages are marked offline, so that
 * the kernel does not read them: in a PV domain they are not even mapped.
 *
 * The kernel's own balloon also keeps pages without memory, for grant mappings, and gets the pages
 * that are left when this module is unloaded. Pages handed to it have one reference each, and are
 * not marked offline until they are in its list.
 */
#include "pool.h"
#include "counters.h"

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <xen/balloon.h>

/* Do not reclaim hard: fail early, since giving memory to the hypervisor can wait. */
#define GFP_BALLOON	(GFP_HIGHUSER | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC)

static LIST_HEAD(blocks);
static LIST_HEAD(pages);
static unsigned long nr_blocks;
static unsigned long nr_pages;
/* Pages imported so far, which the kernel's balloon counts as lent out until this module goes. */
static unsigned long nr_imported;

unsigned long balloon_pool_blocks(void)
{
	return READ_ONCE(nr_blocks);
}

unsigned long balloon_pool_pages(void)
{
	return READ_ONCE(nr_pages);
}

unsigned long balloon_pool_imported(void)
{
	return nr_imported;
}

static void add_block(struct page *block)
{
	list_add(&block->lru, &blocks);
	WRITE_ONCE(nr_blocks, nr_blocks + 1);
}

static void add_page(struct page *page)
{
	list_add(&page->lru, &pages);
	WRITE_ONCE(nr_pages, nr_pages + 1);
}

static struct page *remove_block(void)
{
	struct page *block = list_first_entry(&blocks, struct page, lru);

	list_del(&block->lru);
	WRITE_ONCE(nr_blocks, nr_blocks - 1);
	return block;
}

static struct page *remove_page(void)
{
	struct page *page = list_first_entry(&pages, struct page, lru);

	list_del(&page->lru);
	WRITE_ONCE(nr_pages, nr_pages - 1);
	return page;
}

static struct page *page_of(const struct frames *f, unsigned int i)
{
	return pfn_to_page(f->pfns[i]);
}

static void fill_frames(struct frames *f, struct page *block)
{
	unsigned long pfn = page_to_pfn(block);
	unsigned int i;

	f->block = true;
	f->nr = BLOCK_PAGES;
	for (i = 0; i < BLOCK_PAGES; i++)
		f->pfns[i] = pfn + i;
}

/*
 * The kernel does not read these pages after this: a read of /proc/kcore has ended, or skips them.
 */
static void mark_offline(const struct frames *f)
{
	unsigned int i;

	page_offline_begin();
	for (i = 0; i < f->nr; i++)
		__SetPageOffline(page_of(f, i));
	page_offline_end();
}

static gfp_t alloc_flags(bool scrub)
{
	return scrub ? GFP_BALLOON | __GFP_ZERO : GFP_BALLOON;
}

/*
 * Allocate a block and mark it offline. Return its number of pages, 0 if Dom0's memory is too
 * fragmented or too full.
 */
unsigned int balloon_pool_allocate_block(struct frames *f, bool scrub)
{
	struct page *block = alloc_pages(alloc_flags(scrub), BLOCK_ORDER);

	if (!block)
		return 0;
	fill_frames(f, block);
	mark_offline(f);
	adjust_managed_page_count(block, -(long)BLOCK_PAGES);
	return f->nr;
}

unsigned int balloon_pool_allocate_pages(struct frames *f, unsigned int nr, bool scrub)
{
	f->block = false;
	for (f->nr = 0; f->nr < nr; f->nr++) {
		struct page *page = alloc_page(alloc_flags(scrub));

		if (!page)
			break;
		adjust_managed_page_count(page, -1);
		f->pfns[f->nr] = page_to_pfn(page);
	}
	if (f->nr)
		mark_offline(f);
	return f->nr;
}

static void free_one(struct page *page)
{
	__ClearPageOffline(page);
	free_reserved_page(page);
}

static void free_block(struct page *block)
{
	unsigned int i;

	for (i = 0; i < BLOCK_PAGES; i++)
		__ClearPageOffline(block + i);
	adjust_managed_page_count(block, BLOCK_PAGES);
	__free_pages(block, BLOCK_ORDER);
}

static void report_leaked(unsigned int nr)
{
	if (!nr)
		return;
	balloon_count(COUNT_leaked, nr);
	pr_err_ratelimited("%u pages are kept out of use: their memory is in an unknown state\n",
			   nr);
}

/* Give each page a reference of its own, as if the pages had been allocated one by one. */
static void split_block(struct frames *f)
{
	split_page(page_of(f, 0), BLOCK_ORDER);
	f->block = false;
}

static void account_block(struct page *block, bool away)
{
	if (away)
		add_block(block);
	else
		free_block(block);
}

static void account_page(struct page *page, bool away)
{
	if (away)
		add_page(page);
	else
		free_one(page);
}

/*
 * Put each page where it belongs. A page that was moved is with the hypervisor if @away is true,
 * and Dom0's otherwise. A page that was not moved is where it was before.
 */
static void account_frames(struct frames *f, struct frames_moved moved, bool away)
{
	unsigned int i;

	if (f->block && (moved.done == f->nr || (!moved.done && !moved.leaked))) {
		account_block(page_of(f, 0), moved.done ? away : !away);
		return;
	}
	if (f->block)
		split_block(f);
	for (i = 0; i < f->nr - moved.leaked; i++)
		account_page(page_of(f, i), i < moved.done ? away : !away);
	report_leaked(moved.leaked);
}

/* Account for pages that were allocated to be ballooned. */
void balloon_pool_decreased(struct frames *f, struct frames_moved moved)
{
	account_frames(f, moved, true);
}

void balloon_pool_pick_block(struct frames *f)
{
	fill_frames(f, remove_block());
}

void balloon_pool_pick_pages(struct frames *f, unsigned int nr)
{
	f->block = false;
	for (f->nr = 0; f->nr < nr && nr_pages; f->nr++)
		f->pfns[f->nr] = page_to_pfn(remove_page());
}

/* Account for pages that were picked to get memory again. */
void balloon_pool_increased(struct frames *f, struct frames_moved moved)
{
	account_frames(f, moved, false);
}

void balloon_pool_break_block(void)
{
	struct page *block = remove_block();
	unsigned int i;

	split_page(block, BLOCK_ORDER);
	for (i = 0; i < BLOCK_PAGES; i++)
		add_page(block + i);
}

static int compare_pages(void *unused, const struct list_head *a, const struct list_head *b)
{
	return list_entry(a, struct page, lru) > list_entry(b, struct page, lru);
}

/*
 * Make a block of single pages again. Clear PG_reserved, which pages have that the kernel never
 * used.
 */
static void join_block(struct page *block)
{
	unsigned int i;

	for (i = 0; i < BLOCK_PAGES; i++) {
		list_del(&block[i].lru);
		ClearPageReserved(block + i);
		set_page_count(block + i, i ? 0 : 1);
	}
	WRITE_ONCE(nr_pages, nr_pages - BLOCK_PAGES);
	add_block(block);
}

/* Find the blocks among the single pages, and join them. */
static void join_all(void)
{
	struct page *page, *next, *first = NULL;
	unsigned long expected = 0;

	list_sort(NULL, &pages, compare_pages);
	list_for_each_entry_safe(page, next, &pages, lru) {
		unsigned long pfn = page_to_pfn(page);

		if (pfn % BLOCK_PAGES == 0)
			first = page;
		else if (pfn != expected)
			first = NULL;
		expected = pfn + 1;
		if (first && expected % BLOCK_PAGES == 0)
			join_block(first);
	}
}

/*
 * Take pages without memory from the list of the kernel's balloon. This module has left them there
 * when it was unloaded last, or the kernel has had them without memory since boot. They stay there
 * until they are needed, because grant mappings need them too.
 *
 * The kernel's balloon counts pages that it has lent out in target_unpopulated, under a lock of its
 * own. So leave its count alone, and count here what has to be subtracted from it.
 */
unsigned long balloon_pool_import(struct frames *f, unsigned long want)
{
	struct page **batch = kmalloc_array(BLOCK_PAGES, sizeof(*batch), GFP_KERNEL);
	unsigned long found = 0, there;
	unsigned int i, nr;

	if (!batch)
		return 0;
	while (found < want) {
		there = READ_ONCE(balloon_stats.balloon_low) +
			READ_ONCE(balloon_stats.balloon_high);
		nr = min3(there, round_up(want - found, (unsigned long)BLOCK_PAGES),
			  (unsigned long)BLOCK_PAGES);
		if (!nr || xen_alloc_ballooned_pages(nr, batch))
			break;
		nr_imported += nr;
		f->nr = nr;
		for (i = 0; i < nr; i++)
			f->pfns[i] = page_to_pfn(batch[i]);
		mark_offline(f);
		for (i = 0; i < nr; i++)
			add_page(batch[i]);
		found += nr;
		cond_resched();
	}
	kfree(batch);
	join_all();
	return found;
}

/*
 * The kernel's balloon subtracts each page that it gets back from its count of pages lent out. Of
 * these it has lent only those that were imported, and some of them have got memory since. It has
 * no function for that difference, so correct its count, once, without its lock.
 */
static void correct_lent_pages(void)
{
	balloon_stats.target_unpopulated += nr_blocks * BLOCK_PAGES + nr_pages - nr_imported;
	nr_imported = 0;
}

/* Hand all ballooned pages to the kernel's balloon. */
void balloon_pool_return(struct frames *f)
{
	unsigned int i;

	correct_lent_pages();
	while (nr_blocks || nr_pages) {
		struct page **batch = (struct page **)f->pfns;

		if (!nr_pages)
			balloon_pool_break_block();
		for (i = 0; i < BLOCK_PAGES && nr_pages; i++) {
			batch[i] = remove_page();
			__ClearPageOffline(batch[i]);
		}
		xen_free_ballooned_pages(i, batch);
		cond_resched();
	}
}
