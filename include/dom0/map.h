/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Batches of grant mappings and of unmappings.
 *
 * A batch gathers operations over as many requests as its owner likes, and issues them in one
 * hypercall. It belongs to one user at a time (a ring's worker): it holds no lock. copy.h explains
 * the names of the functions.
 */
#ifndef _DOM0_MAP_H
#define _DOM0_MAP_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct dom0_pages;
struct page;

/*
 * Status of a mapping that failed and could not be undone: the grant is still mapped at its page.
 * No GNTST_* is positive.
 */
#define DOM0_MAP_STUCK	1

/**
 * struct dom0_map - a batch of grant mappings
 * @ops: the gathered mappings
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
 * @batch: the batch; zeroed memory is fine. Gathered mappings are dropped
 *
 * May sleep.
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
 * dom0_map_mark() - count the gathered mappings
 * @batch: the batch
 *
 * Any context.
 *
 * Return: their number, which is the slot of the next one; for dom0_map_rollback().
 */
static inline unsigned int dom0_map_mark(const struct dom0_map *batch)
{
	return batch->nr;
}

/**
 * dom0_map_rollback() - drop the mappings that were gathered last
 * @batch: the batch, before the flush
 * @mark: from dom0_map_mark(); mappings that were gathered before it stay
 *
 * Any context.
 */
static inline void dom0_map_rollback(struct dom0_map *batch, unsigned int mark)
{
	batch->nr = mark;
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
 * Return: slot number, for dom0_map_status() and dom0_map_handle().
 */
unsigned int dom0_map_add(struct dom0_map *batch, domid_t domid, grant_ref_t ref,
			  struct page *page, bool readonly);

/**
 * dom0_map_flush() - issue all gathered mappings as one hypercall
 * @batch: the batch; empty is fine
 *
 * A slot that failed has a status other than GNTST_okay, and must not be unmapped. Its page goes
 * back to the pool, or into quarantine after DOM0_MAP_STUCK. It does not affect the other slots.
 * Process context: the kernel's map function sleeps between retries while a guest frame is paged
 * out. Statuses are valid until dom0_map_reset().
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_map_flush(struct dom0_map *batch);

/**
 * dom0_map_status() - status of one slot, after the flush
 * @batch: the batch
 * @slot: slot number
 *
 * Any context.
 *
 * Return: GNTST_*, or DOM0_MAP_STUCK.
 */
static inline int dom0_map_status(const struct dom0_map *batch, unsigned int slot)
{
	return batch->ops[slot].status;
}

/**
 * dom0_map_handle() - handle of one mapping, after the flush
 * @batch: the batch
 * @slot: slot number; its status is GNTST_okay
 *
 * Any context.
 *
 * Return: the handle, for dom0_unmap_add().
 */
static inline grant_handle_t dom0_map_handle(const struct dom0_map *batch, unsigned int slot)
{
	return batch->ops[slot].handle;
}

/**
 * dom0_map_reset() - empty the batch, for the next round
 * @batch: the batch
 *
 * Any context.
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
 *
 * May sleep.
 */
void dom0_unmap_exit(struct dom0_unmap *batch);

/**
 * dom0_unmap_space() - count the free slots of a batch
 * @batch: the batch
 *
 * Any context.
 *
 * Return: number of unmappings that may still be gathered.
 */
static inline unsigned int dom0_unmap_space(const struct dom0_unmap *batch)
{
	return batch->max - batch->nr;
}

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
 * dom0_unmap_flush() - issue all gathered unmappings as one hypercall
 * @batch: the batch; empty is fine
 *
 * Any context. dom0_unmap_reset() must follow.
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_unmap_flush(struct dom0_unmap *batch);

/**
 * dom0_unmap_status() - status of one slot, after the flush
 * @batch: the batch
 * @slot: slot number
 *
 * Any context.
 *
 * Return: GNTST_*.
 */
static inline int dom0_unmap_status(const struct dom0_unmap *batch, unsigned int slot)
{
	return batch->ops[slot].status;
}

/**
 * dom0_unmap_reset() - empty the batch, for the next round
 * @batch: the batch, after the flush
 * @pool: the pool from which all pages of the batch came. They return to it, except that a page
 *	whose unmap failed is quarantined
 *
 * Any context.
 */
void dom0_unmap_reset(struct dom0_unmap *batch, struct dom0_pages *pool);

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
