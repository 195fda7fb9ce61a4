/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of ours at whose addresses other domains' frames appear, in a translated domain.
 *
 * They are made in blocks, when a claim needs them: a large area of which little is used costs
 * little. A block goes with the last claim in it. What the kernel needs to describe such pages is
 * charged to no process, so there is a limit to those of all processes together.
 */
#ifndef _DOM0_PRIVCMD_OWN_PAGES_H
#define _DOM0_PRIVCMD_OWN_PAGES_H

#include "area.h"

#include <linux/mm.h>

/* What one page of pointers can hold. */
#define OWN_BLOCK_PAGES	(PAGE_SIZE / sizeof(struct page *))

/* Of a page that is claimed. */
static inline struct page *privcmd_own_page(const struct area *area, unsigned long index)
{
	return area->blocks[index / OWN_BLOCK_PAGES][index % OWN_BLOCK_PAGES];
}

/* Makes what is not there yet, or nothing: 0, -ENOMEM, -EINTR; area->lock is held. */
int privcmd_own_pages_make(struct area *area, unsigned long index, unsigned long nr);

/* Frees the blocks of these pages that have no claim, after some was given back; likewise. */
void privcmd_own_pages_trim(struct area *area, unsigned long index, unsigned long nr);

/* Pages that are still claimed have frames of others behind them, and are never used again. */
void privcmd_own_pages_free(struct area *area);

#endif
