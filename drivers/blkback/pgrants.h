/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cache of persistent grants: a frontend reuses them, so they stay mapped between requests.
 *
 * A cache belongs to one user (a ring's worker), so it has no lock.
 */
#ifndef _BLKBACK_PGRANTS_H
#define _BLKBACK_PGRANTS_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct blk_pgrants;
struct page;

/**
 * struct blk_pgrant - a grant that stays mapped; only the cache changes it
 * @page: the page at which it is mapped, readable and writable
 * @handle: handle of the mapping
 * @ref: the guest's grant reference
 * @users: number of uses by requests in flight
 * @mapped: true if it is mapped; false while it is reserved, and if it was refused
 * @stuck: it was refused, and is still mapped at @page
 * @err: negative errno if it was refused, else 0
 */
struct blk_pgrant {
	struct page *page;
	grant_handle_t handle;
	grant_ref_t ref;
	unsigned int users;
	bool mapped;
	bool stuck;
	int err;
};

/**
 * blk_pgrants_bytes() - compute the memory that a cache takes
 * @max: most grants that it keeps mapped, at least 1
 *
 * Any context.
 *
 * Return: bytes of this domain's memory, whether grants are mapped or not.
 */
size_t blk_pgrants_bytes(unsigned int max);

/**
 * blk_pgrants_create() - create a cache of persistent grants for one ring
 * @domid: the guest
 * @max: most grants that it keeps mapped, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * Allocates all memory of the cache, including the pages at which grants are mapped. May sleep.
 *
 * Return: the cache, or ERR_PTR(-ENOMEM).
 */
struct blk_pgrants *blk_pgrants_create(domid_t domid, unsigned int max, int node);

/**
 * blk_pgrants_destroy() - unmap everything and free the cache
 * @cache: the cache, without users; NULL for no effect
 *
 * Waits until no other user holds a reference on a mapped page. May sleep.
 */
void blk_pgrants_destroy(struct blk_pgrants *cache);

/**
 * blk_pgrants_get() - look a grant up, and hold it
 * @cache: the cache
 * @ref: grant reference
 *
 * Any context.
 *
 * Return: the grant, mapped or reserved, whose use ends with blk_pgrants_put(), or NULL if the
 * cache does not have it.
 */
struct blk_pgrant *blk_pgrants_get(struct blk_pgrants *cache, grant_ref_t ref);

/**
 * blk_pgrants_put() - end one use of a grant
 * @cache: the cache
 * @grant: from blk_pgrants_get() or blk_pgrants_reserve()
 *
 * A grant that is mapped stays in the cache. One that is not leaves it with its last use. Any
 * context.
 */
void blk_pgrants_put(struct blk_pgrants *cache, struct blk_pgrant *grant);

/**
 * blk_pgrants_reserve() - add a grant that is about to be mapped, and hold it
 * @cache: the cache
 * @ref: grant reference, which blk_pgrants_get() has not found
 *
 * The caller maps it at the page of the entry, and then calls blk_pgrants_mapped() or
 * blk_pgrants_refused(). If it does not map it after all, it calls blk_pgrants_put() alone.
 * Meanwhile blk_pgrants_get() finds the entry. Any context.
 *
 * Return: the entry, whose use ends with blk_pgrants_put(), or NULL if the cache is full. Then the
 * caller copies instead, and may free entries with blk_pgrants_shrink() later.
 */
struct blk_pgrant *blk_pgrants_reserve(struct blk_pgrants *cache, grant_ref_t ref);

/**
 * blk_pgrants_mapped() - record that a reserved grant is mapped
 * @cache: the cache
 * @grant: reserved entry; the grant is mapped at its page
 * @handle: handle of the mapping
 *
 * Any context.
 */
void blk_pgrants_mapped(struct blk_pgrants *cache, struct blk_pgrant *grant,
			grant_handle_t handle);

/**
 * blk_pgrants_refused() - record that a reserved grant could not be mapped
 * @cache: the cache
 * @grant: reserved entry
 * @status: that of the mapping, other than GNTST_okay
 *
 * The entry keeps its users, and is not found any more. Any context.
 */
void blk_pgrants_refused(struct blk_pgrants *cache, struct blk_pgrant *grant, int status);

/**
 * blk_pgrants_shrink() - unmap grants that have not been used for a while
 * @cache: the cache
 * @age: unmap entries that have been unused for at least this many jiffies; 0 for all unused ones
 * @max: most grants to unmap
 *
 * One hypercall. Process context.
 *
 * Return: number of grants unmapped.
 */
unsigned int blk_pgrants_shrink(struct blk_pgrants *cache, unsigned long age, unsigned int max);

/**
 * blk_pgrants_count() - count the grants that are mapped or reserved
 * @cache: the cache
 *
 * Any context.
 *
 * Return: their number.
 */
unsigned int blk_pgrants_count(const struct blk_pgrants *cache);

#endif
