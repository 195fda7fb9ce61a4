/* SPDX-License-Identifier: GPL-2.0 */
/* The memory at which the pages of a ring are mapped. Each kind of domain has its own. */
#ifndef _GNTTAB_RING_AREA_H
#define _GNTTAB_RING_AREA_H

#include <dom0/pages.h>
#include <dom0/ring_map.h>
#include <linux/errno.h>
#include <linux/types.h>

/**
 * struct ring_area - contiguous addresses for the pages of a ring
 * @addr: the first address
 * @nr: number of pages
 * @flags: GNTMAP_*, which say what the host addresses are
 * @host_addrs: where the hypervisor maps each page: the machine address of the page-table entry in
 *	a PV domain, else the address of the page of @pool
 * @pool: owner of @pages; not in a PV domain
 * @pages: pages without memory, which the grants replace; not in a PV domain
 */
struct ring_area {
	void *addr;
	unsigned int nr;
	u32 flags;
	u64 host_addrs[DOM0_RING_MAX_PAGES];
	struct dom0_pages pool;
	struct page *pages[DOM0_RING_MAX_PAGES];
};

/* What differs between the kinds of domains. */
struct ring_area_ops {
	/* @area is zeroed, except for its number of pages. */
	int (*init)(struct ring_area *area);
	/* A page whose bit is set in @mapped could not be unmapped, and must not be used again. */
	void (*exit)(struct ring_area *area, unsigned long mapped);
};

extern const struct ring_area_ops gnttab_area_pages;
extern const struct ring_area_ops gnttab_area_ptes;

#endif
