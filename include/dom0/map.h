/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Batches of grant mappings and of unmappings.
 *
 * A batch gathers operations over as many requests as its owner likes, and issues them in one
 * hypercall. It belongs to one user at a time (a ring's worker): it holds no lock.
 */
#ifndef _DOM0_MAP_H
#define _DOM0_MAP_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct dom0_pages;
struct page;

/**
 * struct dom0_map - a batch of grant mappings
 * @ops: the gathered mappings; after the flush, ops[i].handle and ops[i].status are the outcome
 * @pages: the page at which each grant is mapped
 * @nr: number of mappings gathered
 * @max: size of both arrays
 */
struct dom0_map {
	struct gnttab_map_grant_ref *ops;
	struct page **pages;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_map_init() - allocate memory for a batch
 * @batch: the batch
 * @max: most mappings that it can hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_map_init(struct dom0_map *batch, unsigned int max, int node);

/**
 * dom0_map_exit() - free the memory
 * @batch: the batch; zeroed memory is fine
 */
void dom0_map_exit(struct dom0_map *batch);

/**
 * dom0_map_space() - count the free slots of a batch
 * @batch: the batch
 *
 * Any context.
 *
 * Return: number of mappings that may still be gathered.
 */
static inline unsigned int dom0_map_space(const struct dom0_map *batch)
{
	return batch->max - batch->nr;
}

/**
 * dom0_map_add() - gather one mapping
 * @batch: the batch, not full
 * @domid: the guest
 * @ref: its grant reference
 * @page: from a pool of DOM0_PAGES_MAP
 * @readonly: map without the right to write
 *
 * Any context. A translated Dom0 cannot map its own grants: their slots fail in the flush.
 *
 * Return: slot number.
 */
unsigned int dom0_map_add(struct dom0_map *batch, domid_t domid, grant_ref_t ref,
			  struct page *page, bool readonly);

/**
 * dom0_map_flush() - issue all gathered mappings as one hypercall
 * @batch: the batch; empty is fine
 *
 * A slot that failed has a status other than GNTST_okay, and must not be unmapped. It does not
 * affect the other slots. Process context: the kernel's map function sleeps between retries while
 * a guest frame is paged out.
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_map_flush(struct dom0_map *batch);

/**
 * dom0_map_rollback() - drop the mappings that were gathered last
 * @batch: the batch, before the flush
 * @nr: number of mappings that stay, the first ones
 */
static inline void dom0_map_rollback(struct dom0_map *batch, unsigned int nr)
{
	batch->nr = nr;
}

/**
 * dom0_map_reset() - empty the batch, for the next round
 * @batch: the batch
 */
static inline void dom0_map_reset(struct dom0_map *batch)
{
	batch->nr = 0;
}

/**
 * struct dom0_unmap - a batch of unmappings
 * @ops: the gathered unmappings
 * @pages: the page of each unmapping
 * @nr: number of unmappings gathered
 * @max: size of both arrays
 */
struct dom0_unmap {
	struct gnttab_unmap_grant_ref *ops;
	struct page **pages;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_unmap_init() - allocate memory for a batch
 * @batch: the batch
 * @max: most unmappings that it can hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_unmap_init(struct dom0_unmap *batch, unsigned int max, int node);

/**
 * dom0_unmap_exit() - free the memory
 * @batch: the batch, empty; zeroed memory is fine
 */
void dom0_unmap_exit(struct dom0_unmap *batch);

/**
 * dom0_unmap_add() - gather one unmapping
 * @batch: the batch, not full
 * @page: the page at which the grant is mapped
 * @handle: handle of the mapping
 *
 * Any context. The caller has checked dom0_page_in_use(): network storage may hold a reference on
 * @page even after the bio has completed.
 */
void dom0_unmap_add(struct dom0_unmap *batch, struct page *page, grant_handle_t handle);

/**
 * dom0_unmap_flush() - issue all gathered unmappings as one hypercall, and empty the batch
 * @batch: the batch; empty is fine
 * @pool: the pool from which all pages of the batch came. They return to it, except that a page
 *	whose unmap failed is quarantined
 *
 * Any context.
 */
void dom0_unmap_flush(struct dom0_unmap *batch, struct dom0_pages *pool);

/**
 * dom0_page_in_use() - check for other references on a mapped page
 * @page: the page
 *
 * Any context.
 *
 * Return: true if the page is still in use, so that it must not be unmapped yet.
 */
bool dom0_page_in_use(struct page *page);

#endif
