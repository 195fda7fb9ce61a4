/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cache of persistent grants: those that a frontend reuses, and that stay mapped.
 *
 * It belongs to one user (a ring's worker): it holds no lock.
 */
#ifndef _DOM0_PGRANTS_H
#define _DOM0_PGRANTS_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct dom0_pgrants;
struct page;

/**
 * struct dom0_pgrant - a grant that stays mapped
 * @page: where it is mapped, readable and writable
 * @handle: for the unmapping
 * @ref: the guest's grant reference
 * @users: requests in flight that use it; owned by the cache
 */
struct dom0_pgrant {
	struct page *page;
	grant_handle_t handle;
	grant_ref_t ref;
	unsigned int users;
};

/**
 * dom0_pgrants_bytes() - what a cache costs
 * @max: most grants that it keeps mapped, at least 1
 *
 * Any context.
 *
 * Return: bytes of this domain's memory, whether grants are mapped or not.
 */
size_t dom0_pgrants_bytes(unsigned int max);

/**
 * dom0_pgrants_create() - a cache of persistent grants for one ring
 * @domid: the guest
 * @max: most grants that it keeps mapped, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * Everything is allocated here, the pages to map at included. May sleep.
 *
 * Return: the cache, or ERR_PTR(-ENOMEM).
 */
struct dom0_pgrants *dom0_pgrants_create(domid_t domid, unsigned int max, int node);

/**
 * dom0_pgrants_destroy() - unmap everything and free the cache
 * @cache: the cache, without users; NULL for no effect
 *
 * Waits for pages that others still hold references on. May sleep.
 */
void dom0_pgrants_destroy(struct dom0_pgrants *cache);

/**
 * dom0_pgrants_get() - look a grant up, and hold it
 * @cache: the cache
 * @ref: grant reference
 *
 * Any context.
 *
 * Return: the grant, whose use ends with dom0_pgrants_put(), or NULL if it is not mapped.
 */
struct dom0_pgrant *dom0_pgrants_get(struct dom0_pgrants *cache, grant_ref_t ref);

/**
 * dom0_pgrants_put() - end of one use
 * @cache: the cache
 * @grant: from dom0_pgrants_get() or dom0_pgrants_add()
 *
 * Any context.
 */
void dom0_pgrants_put(struct dom0_pgrants *cache, struct dom0_pgrant *grant);

/**
 * dom0_pgrants_reserve() - take an entry with a page for a grant that is about to be mapped
 * @cache: the cache
 *
 * Any context.
 *
 * Return: an entry to be given to dom0_pgrants_add() or dom0_pgrants_cancel(), or NULL if the cache
 * is full: then the caller copies instead, and may make room with dom0_pgrants_shrink() later.
 */
struct dom0_pgrant *dom0_pgrants_reserve(struct dom0_pgrants *cache);

/**
 * dom0_pgrants_add() - the reserved entry is mapped now, and held by the caller
 * @cache: the cache
 * @grant: reserved entry, with its page mapped
 * @ref: grant reference
 * @handle: from the mapping
 *
 * Any context.
 *
 * Return: 0, or -EEXIST if @ref is in the cache already (a request may name a page twice): then the
 * new mapping and the entry are given up, and dom0_pgrants_get() finds the one to use.
 */
int dom0_pgrants_add(struct dom0_pgrants *cache, struct dom0_pgrant *grant, grant_ref_t ref,
		     grant_handle_t handle);

/**
 * dom0_pgrants_cancel() - give a reserved entry back, not mapped
 * @cache: the cache
 * @grant: reserved entry
 *
 * Any context.
 */
void dom0_pgrants_cancel(struct dom0_pgrants *cache, struct dom0_pgrant *grant);

/**
 * dom0_pgrants_shrink() - unmap grants that have not been used for a while
 * @cache: the cache
 * @age: in jiffies: entries unused for at least this long go; 0 for all unused ones
 * @max: unmap at most so many
 *
 * One hypercall. Process context.
 *
 * Return: number of grants unmapped.
 */
unsigned int dom0_pgrants_shrink(struct dom0_pgrants *cache, unsigned long age, unsigned int max);

/**
 * dom0_pgrants_count() - grants that are mapped now
 * @cache: the cache
 *
 * Any context.
 *
 * Return: their number.
 */
unsigned int dom0_pgrants_count(const struct dom0_pgrants *cache);

#endif
