/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is used for guests: pages to copy data through, and the limits on all of it. */
#ifndef _BLKBACK_POOL_H
#define _BLKBACK_POOL_H

#include "protocol.h"

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Pages that a ring always has: enough for one request of the largest size. */
#define BLK_MIN_PAGES		BLK_INDIRECT_MAX

struct blk_ring;
struct blk_vbd;

/**
 * struct blk_pool - pages that a ring copies data through
 * @vbd: the device that they are charged to
 * @free: pages that are not in use
 * @nr_free: number of pages in @free
 * @size: number of all pages, those in use included
 * @unused: lowest value of @nr_free since the last blk_pool_age()
 * @node: NUMA node of the pages
 *
 * The ring's worker, a kernel thread, owns it. The shrinker and debugfs read @nr_free and @size
 * with READ_ONCE. The shrinker also uses:
 *
 * @squeeze: Dom0 is short of memory; the shrinker sets it in any context, the worker clears it
 * @link: in the list of all pools, under the lock of that list
 */
struct blk_pool {
	struct blk_vbd *vbd;
	struct list_head free;
	unsigned int nr_free;
	unsigned int size;
	unsigned int unused;
	int node;

	bool squeeze;
	struct list_head link;
};

bool blk_memory_charge(struct blk_vbd *vbd, size_t bytes);
bool blk_memory_charge_share(struct blk_vbd *vbd, size_t bytes);
void blk_memory_uncharge_share(struct blk_vbd *vbd, size_t bytes);
bool blk_memory_charge_spare(struct blk_vbd *vbd, size_t bytes);
void blk_memory_uncharge(struct blk_vbd *vbd, size_t bytes);
int blk_memory_init(void);
void blk_memory_exit(void);
int blk_pool_init(struct blk_pool *pool, struct blk_vbd *vbd, int node);
void blk_pool_exit(struct blk_pool *pool);
bool blk_pool_get(struct blk_pool *pool, struct list_head *pages, unsigned int nr);
void blk_pool_put(struct blk_pool *pool, struct list_head *pages, unsigned int nr);
void blk_pool_trim(struct blk_pool *pool);
void blk_pool_age(struct blk_pool *pool);
void blk_pool_squeeze(struct blk_pool *pool);
bool blk_pool_has_grown(const struct blk_pool *pool);
void blk_pool_publish(struct blk_ring *ring);
void blk_pool_withdraw(struct blk_ring *ring);

/* Return the frame number by which the hypervisor knows a page of a pool. */
static inline unsigned long blk_page_frame(const struct page *page)
{
	return page_private(page);
}

/* Whether @next directly follows @page, here and in the hypervisor's frames, which a disk sees. */
static inline bool blk_pages_adjoin(const struct page *page, const struct page *next)
{
	return page + 1 == next && blk_page_frame(page) + 1 == blk_page_frame(next);
}

#endif
