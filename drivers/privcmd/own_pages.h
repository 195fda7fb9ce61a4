/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of ours at whose addresses other domains' frames appear, in a translated domain.
 *
 * They are allocated in blocks, when a claim needs them, so that a large area of which little is
 * used costs little. A block is freed with the last claim in it. The struct pages are charged to no
 * process, so there is one limit for all processes together.
 */
#ifndef _DOM0_PRIVCMD_OWN_PAGES_H
#define _DOM0_PRIVCMD_OWN_PAGES_H

#include "area.h"

#include <linux/mm.h>

/* The number of pointers that fit into one page. */
#define OWN_BLOCK_PAGES	(PAGE_SIZE / sizeof(struct page *))

/* Return our page for a claimed page of the area. */
static inline struct page *privcmd_own_page(const struct area *area, unsigned long index)
{
	return area->blocks[index / OWN_BLOCK_PAGES][index % OWN_BLOCK_PAGES];
}

/*
 * Allocate the blocks that are missing, or none on an error. area->lock is held. Returns 0, -ENOMEM
 * or -EINTR.
 */
int privcmd_own_pages_make(struct area *area, unsigned long index, unsigned long nr);

/* Free those blocks of these pages in which no page is claimed any more. area->lock is held. */
void privcmd_own_pages_trim(struct area *area, unsigned long index, unsigned long nr);

/* Free all blocks. Pages that are still claimed have frames of others, and are never used again. */
void privcmd_own_pages_free(struct area *area);

#endif
