// SPDX-License-Identifier: GPL-2.0
/*
 * Single pages for packets from guests. Most packets leave within a moment. So each CPU remembers
 * the pages that it handed out last, with a reference to each. A page is free again when only that
 * reference is left. It is then neither allocated nor zeroed nor freed.
 *
 * A remembered page whose packet waits costs nothing: the packet would hold it anyway. The free
 * ones are at most 2 MiB for each CPU, whatever guests do.
 */
#include "pages.h"

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>

/*
 * A round of NAPI takes at most a ring of pages, or more if it segments packets for an XDP program.
 * Those of the round before may still be in use.
 */
#define CACHE_PAGES	512
/* A lap goes through the cache once. One lap in this many evicts pages that are still in use. */
#define EVICT_LAP	8

/**
 * struct vif_page_cache - the pages that a CPU handed out last; owned by that CPU's softirqs
 * @next: position of the page to look at next; it runs on beyond CACHE_PAGES
 * @pages: the pages, in the order in which they were handed out
 */
struct vif_page_cache {
	unsigned int next;
	struct page *pages[CACHE_PAGES];
};

static struct vif_page_cache __percpu *vif_page_caches;

/* It is never a page of the kernel's reserve for reclaim. */
static struct page *alloc_fresh_page(void)
{
	return alloc_page(GFP_ATOMIC | __GFP_NOWARN | __GFP_NOMEMALLOC);
}

static void evict_page(struct page **slot)
{
	if (*slot)
		put_page(*slot);
	*slot = NULL;
}

/*
 * Return true in laps that evict pages still in use. Not in every lap: if packets in flight hold
 * more pages than the cache, each page would be evicted before its packet is freed. But in some
 * laps: a packet may wait for hours.
 */
static bool may_evict(unsigned int position)
{
	return position / CACHE_PAGES % EVICT_LAP == 0;
}

/*
 * Return a page with a reference for the caller, or NULL. Called in NAPI, where no other NAPI
 * instance of this CPU can run meanwhile. With PREEMPT_RT it can: then the cache is not used.
 */
struct page *vif_page_alloc(void)
{
	struct vif_page_cache *cache = this_cpu_ptr(vif_page_caches);
	struct page **slot, *page;
	unsigned int position;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return alloc_fresh_page();
	position = cache->next++;
	slot = &cache->pages[position % CACHE_PAGES];
	page = *slot;

	if (likely(page && page_ref_count(page) == 1)) {
		get_page(page);
		return page;
	}
	page = alloc_fresh_page();
	if (!page || (*slot && !may_evict(position)))
		return page;
	evict_page(slot);
	get_page(page);
	*slot = page;
	return page;
}

int vif_pages_init(void)
{
	vif_page_caches = alloc_percpu(struct vif_page_cache);
	return vif_page_caches ? 0 : -ENOMEM;
}

/* No NAPI instance runs any more. Packets may still hold pages. */
void vif_pages_exit(void)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu)
		for (i = 0; i < CACHE_PAGES; i++)
			evict_page(&per_cpu_ptr(vif_page_caches, cpu)->pages[i]);
	free_percpu(vif_page_caches);
}
