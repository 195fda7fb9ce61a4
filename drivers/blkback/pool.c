// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is used for guests: the pages through which a ring copies data, and the limits on all
 * of it.
 *
 * From connect on, a ring has as many pages as one request of the largest size needs, so that it
 * always makes progress. It grows while requests wait for pages, but never waits for memory. It
 * frees pages that it has not used for a while. If Dom0 is short of memory, it frees all unused
 * pages above the minimum. The limits are max_device_mb for the rings of a device and max_memory_mb
 * for all devices together. The frontend chooses how many rings a device has. So what those beside
 * the first need has a limit for each guest too.
 *
 * Pages that lie side by side cost the disk's driver less. They are allocated in runs if memory
 * allows, and a large request returns its pages in their order. Large requests take pages from the
 * head of the free list. Small ones take them from its end, so that they do not mix up the runs.
 *
 * A pool belongs to its ring's worker, a kernel thread. Only the sums of charged pages are shared.
 */
#include "guest_sum.h"
#include "params.h"
#include "pool.h"
#include "ring.h"
#include "vbd.h"

#include <dom0/charge.h>
#include <dom0/memory.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <xen/page.h>

/* A pool grows by at least so many pages. */
#define GROW_STEP	64U

/* Pages allocated in one piece if possible: as many as a Linux frontend's largest request needs. */
#define RUN_ORDER	5
#define RUN_PAGES	BIT(RUN_ORDER)

#define PAGES_PER_MB	(1UL << (20 - PAGE_SHIFT))

static atomic_long_t pages_of_all;

static DEFINE_MUTEX(shares_lock);	/* protects pages_by_guest */
static DEFINE_XARRAY(pages_by_guest);	/* those of rings beside the first of a device, by domain */

static LIST_HEAD(all_pools);
static DEFINE_SPINLOCK(all_pools_lock);		/* protects all_pools */

/* Return the limit for all devices in pages: by default a quarter of Dom0's memory. */
static long limit_of_all(void)
{
	unsigned int mb = READ_ONCE(blk_max_memory_mb);

	return mb ? mb * PAGES_PER_MB : totalram_pages() / 4;
}

/* Return the limit up to which the pools of a device grow, in pages. */
static long limit_of_device(void)
{
	return READ_ONCE(blk_max_device_mb) * PAGES_PER_MB;
}

static bool charge_all(struct blk_vbd *vbd, long nr, long limit)
{
	if (!dom0_charge(&pages_of_all, nr, limit))
		return false;
	atomic_long_add(nr, &vbd->memory);
	return true;
}

/*
 * Charge memory that a ring cannot work without. It counts for its device, but max_device_mb does
 * not limit it.
 */
bool blk_memory_charge(struct blk_vbd *vbd, size_t bytes)
{
	return charge_all(vbd, PFN_UP(bytes), limit_of_all());
}

/*
 * Charge memory that a ring beside the first of its device cannot work without. With all such rings
 * together, a guest gets at most half of what is left: as much must stay free.
 */
bool blk_memory_charge_share(struct blk_vbd *vbd, size_t bytes)
{
	domid_t domid = vbd->be->domid;
	long nr = PFN_UP(bytes), own;
	bool charged;

	mutex_lock(&shares_lock);
	own = blk_guest_sum(&pages_by_guest, domid);
	charged = charge_all(vbd, nr, limit_of_all() - own - nr);
	if (charged && blk_guest_sum_set(&pages_by_guest, domid, own + nr)) {
		blk_memory_uncharge(vbd, bytes);
		charged = false;
	}
	mutex_unlock(&shares_lock);
	return charged;
}

void blk_memory_uncharge_share(struct blk_vbd *vbd, size_t bytes)
{
	domid_t domid = vbd->be->domid;

	mutex_lock(&shares_lock);
	blk_guest_sum_set(&pages_by_guest, domid,
			  blk_guest_sum(&pages_by_guest, domid) - PFN_UP(bytes));
	mutex_unlock(&shares_lock);
	blk_memory_uncharge(vbd, bytes);
}

/*
 * Charge memory that the caller can do without, up to three quarters of the limit for all. The rest
 * is kept for devices that connect: the load of one guest must not keep the disk of another from
 * connecting.
 */
bool blk_memory_charge_spare(struct blk_vbd *vbd, size_t bytes)
{
	long limit = limit_of_all();

	return charge_all(vbd, PFN_UP(bytes), limit - limit / 4);
}

void blk_memory_uncharge(struct blk_vbd *vbd, size_t bytes)
{
	atomic_long_sub(PFN_UP(bytes), &pages_of_all);
	atomic_long_sub(PFN_UP(bytes), &vbd->memory);
}

/* Charge pages by which a pool grows. */
static bool charge_growth(struct blk_vbd *vbd, unsigned int nr)
{
	/*
	 * Two rings that grow at once may exceed the device's limit by a step, but never the limit
	 * for all.
	 */
	return atomic_long_read(&vbd->memory) + nr <= limit_of_device() &&
	       blk_memory_charge_spare(vbd, nr * PAGE_SIZE);
}

static void add_run(struct blk_pool *pool, struct page *page, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		set_page_private(page + i, pfn_to_gfn(page_to_xen_pfn(page + i)));
		list_add_tail(&page[i].lru, &pool->free);
	}
	WRITE_ONCE(pool->nr_free, pool->nr_free + nr);
	WRITE_ONCE(pool->size, pool->size + nr);
}

/* Add a run of pages if one is free: no memory is reclaimed or compacted for it. */
static bool fill_with_run(struct blk_pool *pool, gfp_t gfp)
{
	struct page *page;

	gfp &= ~(__GFP_RECLAIM | __GFP_RETRY_MAYFAIL);
	page = alloc_pages_node(pool->node, gfp, RUN_ORDER);
	if (!page)
		return false;
	split_page(page, RUN_ORDER);
	add_run(pool, page, RUN_PAGES);
	return true;
}

/*
 * Add @nr pages, in runs as long as there are any, since a disk takes a run as one piece. Return
 * false if memory runs out.
 */
static bool fill_pool(struct blk_pool *pool, unsigned int nr, gfp_t gfp)
{
	struct page *page;

	/* Zeroed, so that data of another part of Dom0 never reaches a guest. */
	gfp |= __GFP_ZERO | __GFP_NOWARN;
	while (nr >= RUN_PAGES && fill_with_run(pool, gfp))
		nr -= RUN_PAGES;
	while (nr--) {
		page = alloc_pages_node(pool->node, gfp, 0);
		if (!page)
			return false;
		add_run(pool, page, 1);
	}
	return true;
}

/* Free @nr pages from the end of the list, where runs are mixed up. */
static void empty_pool(struct blk_pool *pool, unsigned int nr)
{
	struct page *page;

	while (nr--) {
		page = list_last_entry(&pool->free, struct page, lru);
		list_del(&page->lru);
		WRITE_ONCE(pool->nr_free, pool->nr_free - 1);
		WRITE_ONCE(pool->size, pool->size - 1);
		/* Some kernels do not clear this when they allocate the page again. */
		set_page_private(page, 0);
		__free_page(page);
	}
	pool->unused = min(pool->unused, pool->nr_free);
}

/* Create a pool. The caller has charged its BLK_MIN_PAGES. */
int blk_pool_init(struct blk_pool *pool, struct blk_vbd *vbd, int node)
{
	INIT_LIST_HEAD(&pool->free);
	pool->vbd = vbd;
	pool->node = node;
	if (!fill_pool(pool, BLK_MIN_PAGES, DOM0_GUEST_GFP)) {
		empty_pool(pool, pool->size);
		return -ENOMEM;
	}
	pool->unused = pool->nr_free;
	return 0;
}

void blk_pool_exit(struct blk_pool *pool)
{
	size_t bytes = (pool->size - BLK_MIN_PAGES) * PAGE_SIZE;

	if (pool->nr_free != pool->size)
		pr_err("%u pages of a pool have leaked\n", pool->size - pool->nr_free);
	empty_pool(pool, pool->nr_free);
	blk_memory_uncharge(pool->vbd, bytes);
}

/* Make sure that @nr pages are free, without waiting for memory. Return false if they are not. */
static bool ensure_free(struct blk_pool *pool, unsigned int nr)
{
	unsigned int had = pool->size, step, got;

	if (nr <= pool->nr_free)
		return true;
	step = max(nr - pool->nr_free, GROW_STEP);
	if (!charge_growth(pool->vbd, step))
		return false;

	fill_pool(pool, step, GFP_NOWAIT);
	got = pool->size - had;
	if (got < step)
		blk_memory_uncharge(pool->vbd, (step - got) * PAGE_SIZE);
	return nr <= pool->nr_free;
}

static bool is_small(unsigned int nr)
{
	return nr < RUN_PAGES / 4;
}

/* Move @nr pages to @pages. Return false, and move none, if there are fewer. */
bool blk_pool_get(struct blk_pool *pool, struct list_head *pages, unsigned int nr)
{
	struct list_head *at = &pool->free;
	unsigned int i;

	if (!ensure_free(pool, nr))
		return false;
	for (i = 0; i < nr; i++)
		at = is_small(nr) ? at->prev : at->next;
	INIT_LIST_HEAD(pages);
	if (is_small(nr))
		list_bulk_move_tail(pages, at, pool->free.prev);
	else
		list_bulk_move_tail(pages, pool->free.next, at);
	WRITE_ONCE(pool->nr_free, pool->nr_free - nr);
	pool->unused = min(pool->unused, pool->nr_free);
	return true;
}

void blk_pool_put(struct blk_pool *pool, struct list_head *pages, unsigned int nr)
{
	if (is_small(nr))
		list_splice_tail(pages, &pool->free);
	else
		list_splice(pages, &pool->free);
	WRITE_ONCE(pool->nr_free, pool->nr_free + nr);
}

/* Free up to @nr pages, but keep BLK_MIN_PAGES, those in use included. */
static void shrink_pool(struct blk_pool *pool, unsigned int nr)
{
	nr = min3(nr, pool->nr_free, pool->size - BLK_MIN_PAGES);
	if (!nr)
		return;
	empty_pool(pool, nr);
	blk_memory_uncharge(pool->vbd, nr * PAGE_SIZE);
}

/* Return how many pages of a device are beyond a limit that has been lowered, or less than 1. */
static long excess_pages(const struct blk_vbd *vbd)
{
	return max(atomic_long_read(&vbd->memory) - limit_of_device(),
		   atomic_long_read(&pages_of_all) - limit_of_all());
}

/* Free pages until no more than max_buffer_pages are unused, and until the limits are kept. */
void blk_pool_trim(struct blk_pool *pool)
{
	unsigned int most = READ_ONCE(blk_max_buffer_pages);
	long excess;

	if (pool->nr_free > most)
		shrink_pool(pool, pool->nr_free - most);
	excess = excess_pages(pool->vbd);
	if (excess > 0)
		shrink_pool(pool, min_t(unsigned long, excess, pool->nr_free));
}

/* Free as many pages as were never needed since the last call. */
void blk_pool_age(struct blk_pool *pool)
{
	shrink_pool(pool, pool->unused);
	pool->unused = pool->nr_free;
}

void blk_pool_squeeze(struct blk_pool *pool)
{
	shrink_pool(pool, pool->nr_free);
}

bool blk_pool_has_grown(const struct blk_pool *pool)
{
	return pool->size > BLK_MIN_PAGES;
}

/* ---- when Dom0 is short of memory ---- */

void blk_pool_publish(struct blk_ring *ring)
{
	spin_lock(&all_pools_lock);
	list_add_tail(&ring->pool.link, &all_pools);
	spin_unlock(&all_pools_lock);
}

void blk_pool_withdraw(struct blk_ring *ring)
{
	spin_lock(&all_pools_lock);
	list_del(&ring->pool.link);
	spin_unlock(&all_pools_lock);
}

/*
 * Return an estimate of the pages that a ring could free: its worker may be changing the counts.
 * Persistent grants do not count: their cache keeps the pages at which they are mapped.
 */
static unsigned long ring_spare_pages(const struct blk_ring *ring)
{
	unsigned int grown = READ_ONCE(ring->pool.size) - BLK_MIN_PAGES;

	return min(READ_ONCE(ring->pool.nr_free), grown);
}

static unsigned long count_spare(struct shrinker *shrinker, struct shrink_control *control)
{
	const struct blk_ring *ring;
	unsigned long nr = 0;

	spin_lock(&all_pools_lock);
	list_for_each_entry(ring, &all_pools, pool.link)
		nr += ring_spare_pages(ring);
	spin_unlock(&all_pools_lock);
	return nr;
}

/*
 * Ask workers to free their unused pages; each of them frees all. Rings that were asked move to the
 * end of the list, so that the next call asks others.
 */
static unsigned long scan_spare(struct shrinker *shrinker, struct shrink_control *control)
{
	struct blk_ring *ring, *next;
	unsigned long nr = 0, mine;
	LIST_HEAD(asked);

	spin_lock(&all_pools_lock);
	list_for_each_entry_safe(ring, next, &all_pools, pool.link) {
		if (nr >= control->nr_to_scan)
			break;
		mine = ring_spare_pages(ring);
		if (!mine)
			continue;
		nr += mine;
		WRITE_ONCE(ring->pool.squeeze, true);
		blk_ring_kick(ring, BLK_WORK_LOOK);
		list_move_tail(&ring->pool.link, &asked);
	}
	list_splice_tail(&asked, &all_pools);
	spin_unlock(&all_pools_lock);
	return nr ?: SHRINK_STOP;
}

static struct shrinker *shrinker;

int blk_memory_init(void)
{
	shrinker = shrinker_alloc(0, "dom0-blkback");
	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = count_spare;
	shrinker->scan_objects = scan_spare;
	shrinker->seeks = DEFAULT_SEEKS;
	shrinker_register(shrinker);
	return 0;
}

void blk_memory_exit(void)
{
	shrinker_free(shrinker);
}
