/* SPDX-License-Identifier: GPL-2.0 */
/* The memory that guests cause: pages to copy data through, and the limits on all of it. */
#ifndef _BLKBACK_POOL_H
#define _BLKBACK_POOL_H

#include "protocol.h"

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Pages that a ring cannot do without: one request of the largest size. */
#define BLK_MIN_PAGES		BLK_INDIRECT_MAX

struct blk_ring;
struct blk_vbd;

/**
 * struct blk_pool - pages that a ring copies data through
 * @vbd: the device that they are charged to
 * @free: those not in use
 * @nr_free: how many
 * @size: how many there are, those in use included
 * @unused: fewest that were free since blk_pool_age()
 * @node: NUMA node
 *
 * The ring's worker owns it, but for what the shrinker uses:
 *
 * @squeeze: Dom0 is short of memory; any context sets it
 * @link: in the list of rings that are asked then, under its lock
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

/* Of a pool's page: the frame that the hypervisor knows it by. */
static inline unsigned long blk_page_frame(const struct page *page)
{
	return page_private(page);
}

/* Whether one page of a pool lies behind another, also for disks, which see frames. */
static inline bool blk_pages_adjoin(const struct page *page, const struct page *next)
{
	return page + 1 == next && blk_page_frame(page) + 1 == blk_page_frame(next);
}

#endif
