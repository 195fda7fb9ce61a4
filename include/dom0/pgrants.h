/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cache of persistent grants: a frontend reuses them, so they stay mapped between requests.
 *
 * A cache belongs to one user (a ring's worker), so it has no lock.
 */
#ifndef _DOM0_PGRANTS_H
#define _DOM0_PGRANTS_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct dom0_pgrants;
struct page;

/**
 * struct dom0_pgrant - a grant that stays mapped
 * @page: the page at which it is mapped, readable and writable
 * @handle: handle of the mapping
 * @ref: the guest's grant reference
 * @users: number of requests in flight that use it; only the cache changes it
 */
struct dom0_pgrant {
	struct page *page;
	grant_handle_t handle;
	grant_ref_t ref;
	unsigned int users;
};

/**
 * dom0_pgrants_bytes() - compute the memory that a cache takes
 * @max: most grants that it keeps mapped, at least 1
 *
 * Any context.
 *
 * Return: bytes of this domain's memory, whether grants are mapped or not.
 */
size_t dom0_pgrants_bytes(unsigned int max);

/**
 * dom0_pgrants_create() - create a cache of persistent grants for one ring
 * @domid: the guest
 * @max: most grants that it keeps mapped, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * Allocates all memory of the cache, including the pages at which grants are mapped. May sleep.
 *
 * Return: the cache, or ERR_PTR(-ENOMEM).
 */
struct dom0_pgrants *dom0_pgrants_create(domid_t domid, unsigned int max, int node);

/**
 * dom0_pgrants_destroy() - unmap everything and free the cache
 * @cache: the cache, without users; NULL for no effect
 *
 * Waits until no other user holds a reference on a mapped page. May sleep.
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
 * dom0_pgrants_put() - end one use of a grant
 * @cache: the cache
 * @grant: from dom0_pgrants_get() or dom0_pgrants_add()
 *
 * Any context.
 */
void dom0_pgrants_put(struct dom0_pgrants *cache, struct dom0_pgrant *grant);

/**
 * dom0_pgrants_reserve() - reserve an entry and a page for a grant that is about to be mapped
 * @cache: the cache
 *
 * Any context.
 *
 * Return: an entry to pass to dom0_pgrants_add() or dom0_pgrants_cancel(), or NULL if the cache is
 * full. Then the caller copies instead, and may free entries with dom0_pgrants_shrink() later.
 */
struct dom0_pgrant *dom0_pgrants_reserve(struct dom0_pgrants *cache);

/**
 * dom0_pgrants_add() - add a reserved entry once its grant is mapped, and hold it
 * @cache: the cache
 * @grant: reserved entry; the grant is mapped at its page
 * @ref: grant reference
 * @handle: handle of the mapping
 *
 * Any context.
 *
 * Return: 0, or -EEXIST if @ref is in the cache already (a request may name a page twice). Then the
 * new mapping is queued for unmapping and the entry is freed. Use dom0_pgrants_get() to find the
 * old one.
 */
int dom0_pgrants_add(struct dom0_pgrants *cache, struct dom0_pgrant *grant, grant_ref_t ref,
		     grant_handle_t handle);

/**
 * dom0_pgrants_cancel() - give back a reserved entry that was not mapped
 * @cache: the cache
 * @grant: reserved entry
 *
 * Any context.
 */
void dom0_pgrants_cancel(struct dom0_pgrants *cache, struct dom0_pgrant *grant);

/**
 * dom0_pgrants_shrink() - unmap grants that have not been used for a while
 * @cache: the cache
 * @age: unmap entries that have been unused for at least this many jiffies; 0 for all unused ones
 * @max: most grants to unmap
 *
 * One hypercall. Process context.
 *
 * Return: number of grants unmapped.
 */
unsigned int dom0_pgrants_shrink(struct dom0_pgrants *cache, unsigned long age, unsigned int max);

/**
 * dom0_pgrants_count() - count the grants that are mapped
 * @cache: the cache
 *
 * Any context.
 *
 * Return: their number.
 */
unsigned int dom0_pgrants_count(const struct dom0_pgrants *cache);

#endif
