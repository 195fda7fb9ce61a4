/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pools of pages: buffers for grant copies, or pages at which grants are mapped.
 */
#ifndef _DOM0_PAGES_H
#define _DOM0_PAGES_H

#include <linux/types.h>

struct page;

/*
 * Whether a page to map grants or foreign memory at costs memory of this domain. With
 * CONFIG_XEN_UNPOPULATED_ALLOC on x86 the kernel creates such pages in address space without
 * memory, so each costs only its struct page. Otherwise it gives memory to the hypervisor for them.
 */
#define DOM0_MAP_PAGES_ARE_MEMORY \
	(!IS_ENABLED(CONFIG_XEN_UNPOPULATED_ALLOC) || !IS_ENABLED(CONFIG_X86))

/* What has to stay available where they are memory: this fraction of the domain's memory. */
#define DOM0_MAP_RESERVE_FRACTION	16

enum dom0_pages_kind {
	DOM0_PAGES_COPY,	/* ordinary memory, to copy into and out of */
	DOM0_PAGES_MAP,		/* pages without memory of their own, to map grants at */
};

/**
 * struct dom0_pages - a pool of pages, all allocated by dom0_pages_init()
 * @free: stack of the free pages
 * @nr_free: number of pages in @free
 * @size: number of pages that the pool owns, borrowed ones included
 * @kind: purpose of the pages
 *
 * Not locked: the owner serialises.
 */
struct dom0_pages {
	struct page **free;
	unsigned int nr_free;
	unsigned int size;
	enum dom0_pages_kind kind;
};

/**
 * dom0_pages_init() - allocate a pool
 * @pool: zeroed memory
 * @size: number of pages, at least 1
 * @kind: purpose of the pages
 * @node: NUMA node for DOM0_PAGES_COPY, or NUMA_NO_NODE
 *
 * May sleep. Where pages of DOM0_PAGES_MAP are memory, fails if too little stays available.
 *
 * Return: 0 or -ENOMEM; then nothing is allocated.
 */
int dom0_pages_init(struct dom0_pages *pool, unsigned int size, enum dom0_pages_kind kind,
		    int node);

/**
 * dom0_pages_exit() - free the pool
 * @pool: the pool; zeroed memory is fine. Each borrowed page must have been given back or
 *	quarantined
 *
 * May sleep.
 */
void dom0_pages_exit(struct dom0_pages *pool);

/**
 * dom0_pages_get() - borrow pages
 * @pool: the pool
 * @pages: filled with @nr pages
 * @nr: how many
 *
 * Any context. Takes all @nr pages or none. If too few are free, the caller waits until others are
 * given back.
 *
 * Return: true if @pages was filled.
 */
bool dom0_pages_get(struct dom0_pages *pool, struct page **pages, unsigned int nr);

/**
 * dom0_pages_put() - give pages back
 * @pool: the pool that they came from
 * @pages: the pages; no grant is mapped at them any more
 * @nr: how many
 *
 * Any context.
 */
void dom0_pages_put(struct dom0_pages *pool, struct page **pages, unsigned int nr);

/**
 * dom0_pages_quarantine() - never use a page again
 * @pool: the pool that it was borrowed from; it shrinks by one
 * @page: a page that may still be reachable by the guest, because its unmap failed
 *
 * Leaks the page on purpose, and counts it (debugfs dom0/gnttab/counters). Any context.
 */
void dom0_pages_quarantine(struct dom0_pages *pool, struct page *page);

#endif
