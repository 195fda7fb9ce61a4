// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for a ring in a translated domain: pages without memory, in which the grants appear. The
 * kernel's page tables then show them at contiguous addresses.
 */
#include "ring_area.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/vmalloc.h>
#include <xen/grant_table.h>

static int pages_init(struct ring_area *area)
{
	unsigned int i;
	int err;

	err = dom0_pages_init(&area->pool, area->nr, DOM0_PAGES_MAP, NUMA_NO_NODE);
	if (err)
		return err;
	dom0_pages_get(&area->pool, area->pages, area->nr);
	area->addr = vmap(area->pages, area->nr, VM_IOREMAP, PAGE_KERNEL);
	if (!area->addr)
		goto free_pages;
	for (i = 0; i < area->nr; i++)
		area->host_addrs[i] = (unsigned long)pfn_to_kaddr(page_to_pfn(area->pages[i]));
	area->flags = GNTMAP_host_map;
	return 0;

free_pages:
	dom0_pages_put(&area->pool, area->pages, area->nr);
	dom0_pages_exit(&area->pool);
	return -ENOMEM;
}

static void pages_exit(struct ring_area *area, unsigned long mapped)
{
	unsigned int i;

	vunmap(area->addr);
	for (i = 0; i < area->nr; i++) {
		if (mapped & BIT(i))
			dom0_pages_quarantine(&area->pool, area->pages[i]);
		else
			dom0_pages_put(&area->pool, &area->pages[i], 1);
	}
	dom0_pages_exit(&area->pool);
}

const struct ring_area_ops gnttab_area_pages = {
	.init = pages_init,
	.exit = pages_exit,
};
