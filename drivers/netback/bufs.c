// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that packets from the guest are copied into. They go up the network stack; one that has
 * been given back by the time its turn comes is used again, another is replaced by a new one.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "vif.h"

int vif_bufs_init(struct vif_bufs *bufs)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bufs->pages); i++) {
		bufs->pages[i] = alloc_page(GFP_KERNEL);
		if (!bufs->pages[i])
			goto free_pages;
	}
	bufs->next = 0;
	bufs->half = NULL;
	return 0;

free_pages:
	vif_bufs_exit(bufs);
	return -ENOMEM;
}

void vif_bufs_exit(struct vif_bufs *bufs)
{
	unsigned int i;

	if (bufs->half)
		put_page(bufs->half);
	bufs->half = NULL;
	for (i = 0; i < ARRAY_SIZE(bufs->pages); i++) {
		if (bufs->pages[i])
			put_page(bufs->pages[i]);
		bufs->pages[i] = NULL;
	}
}

/* A page with a reference for the caller, or NULL if Dom0 is out of memory. */
struct page *vif_bufs_page(struct vif_bufs *bufs)
{
	struct page **slot = &bufs->pages[bufs->next];

	if (page_ref_count(*slot) != 1) {
		struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);

		if (!page)
			return NULL;
		put_page(*slot);
		*slot = page;
	}
	bufs->next = (bufs->next + 1) % ARRAY_SIZE(bufs->pages);
	get_page(*slot);
	return *slot;
}

/* Half a page with a reference for the caller, or NULL. */
void *vif_bufs_head(struct vif_bufs *bufs)
{
	struct page *page = bufs->half;

	if (page) {
		bufs->half = NULL;
		return page_address(page) + PAGE_SIZE / 2;
	}
	page = vif_bufs_page(bufs);
	if (!page)
		return NULL;
	get_page(page);
	bufs->half = page;
	return page_address(page);
}
