/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to the pages that a guest has granted: rings, copies, mappings, and the pages for them.
 *
 * A batch gathers operations over as many requests as its owner likes and issues them in one
 * hypercall. Each slot has its own status. A batch, a pool and a cache belong to one user at a time
 * (a ring's worker, a NAPI instance): they hold no lock.
 */
#ifndef _DOM0_GNTTAB_H
#define _DOM0_GNTTAB_H

#include <dom0/memory.h>
#include <linux/types.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>

struct page;
struct xenbus_device;

/* ---- rings ---- */

#define DOM0_RING_MAX_ORDER	4
#define DOM0_RING_MAX_PAGES	16

/**
 * dom0_ring_map() - map a shared ring at one contiguous address
 * @dev: the backend device; a reference on it is held until the unmap
 * @refs: grant references of the ring's pages, in ring order
 * @nr: number of pages, 1 to DOM0_RING_MAX_PAGES
 * @ring: where the address is stored; the memory behind it is shared with the guest, so that each
 *	field is read once, with READ_ONCE()
 *
 * May sleep. A grant that the hypervisor refuses is told to the caller only, not to the log.
 *
 * Return: 0, -EINVAL for a bad @nr or a reference given twice, -ENOMEM, -ENOENT if there is no such
 * grant, or what dom0_gnttab_errno() makes of another refusal.
 */
int dom0_ring_map(struct xenbus_device *dev, const grant_ref_t *refs, unsigned int nr, void **ring);

/**
 * dom0_ring_unmap() - undo dom0_ring_map()
 * @dev: the same device
 * @ring: the address, or NULL for no effect
 *
 * A failure is logged, and the address space is never used again. May sleep.
 */
void dom0_ring_unmap(struct xenbus_device *dev, void *ring);

/* ---- status ---- */

/**
 * dom0_gnttab_errno() - negative errno for a grant status
 * @status: GNTST_*, also values that no header knows
 *
 * Any context.
 *
 * Return: 0 for GNTST_okay, -EAGAIN for GNTST_eagain, else another negative errno.
 */
int dom0_gnttab_errno(int status);

/* ---- pages ---- */

enum dom0_pages_kind {
	DOM0_PAGES_COPY,	/* ordinary memory, to copy into and out of */
	DOM0_PAGES_MAP,		/* pages without memory of their own, to map grants at */
};

/**
 * struct dom0_pages - a pool that is filled when it is made, and never allocates after
 * @free: the free pages, a stack
 * @nr_free: how many they are
 * @size: how many pages the pool owns, lent ones included
 * @kind: what they are for
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
 * dom0_pages_init() - make a pool
 * @pool: zeroed memory
 * @size: pages in it, at least 1
 * @kind: what they are for
 * @node: NUMA node for DOM0_PAGES_COPY, or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM; then nothing is allocated.
 */
int dom0_pages_init(struct dom0_pages *pool, unsigned int size, enum dom0_pages_kind kind,
		    int node);

/**
 * dom0_pages_exit() - free the pool
 * @pool: the pool; zeroed memory is fine. Each page must have come back, or have been quarantined
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
 * Any context. All or none: where the pool is too dry the caller waits for pages to come back.
 *
 * Return: true if @pages was filled.
 */
bool dom0_pages_get(struct dom0_pages *pool, struct page **pages, unsigned int nr);

/**
 * dom0_pages_put() - give pages back
 * @pool: the pool that they came from
 * @pages: the pages; not mapped any more
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

/* ---- copy ---- */

/**
 * struct dom0_copy - a batch of grant copies
 * @ops: the gathered copies
 * @nr: how many
 * @max: room in @ops
 */
struct dom0_copy {
	struct gnttab_copy *ops;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_copy_init() - allocate room for a batch
 * @batch: the batch
 * @max: copies that it shall hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_copy_init(struct dom0_copy *batch, unsigned int max, int node);

/**
 * dom0_copy_exit() - free the room
 * @batch: the batch; zeroed memory is fine. Gathered copies are dropped
 */
void dom0_copy_exit(struct dom0_copy *batch);

/**
 * dom0_copy_room() - how many copies may still be gathered
 * @batch: the batch
 *
 * Any context.
 *
 * Return: free slots.
 */
static inline unsigned int dom0_copy_room(const struct dom0_copy *batch)
{
	return batch->max - batch->nr;
}

/**
 * dom0_copy_from_guest() - gather a copy of guest memory into a page of ours
 * @batch: the batch, with room
 * @domid: the guest
 * @ref: its grant reference
 * @src_off: offset in the granted page, in bytes
 * @page: page of ours
 * @dst_off: offset in it, in bytes
 * @len: bytes; neither side may cross its 4 KiB page (the hypervisor checks the guest's side)
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_from_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				  unsigned int src_off, struct page *page, unsigned int dst_off,
				  unsigned int len);

/**
 * dom0_copy_to_guest() - gather a copy of a page of ours into guest memory
 * @batch: the batch, with room
 * @domid: the guest
 * @ref: its grant reference
 * @dst_off: offset in the granted page, in bytes
 * @page: page of ours, or one that a grant of any guest is mapped at until after the flush
 * @src_off: offset in it, in bytes
 * @len: bytes; neither side may cross its 4 KiB page
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_to_guest(struct dom0_copy *batch, domid_t domid, grant_ref_t ref,
				unsigned int dst_off, struct page *page, unsigned int src_off,
				unsigned int len);

/**
 * dom0_copy_between_guests() - gather a copy from one granted page to another
 * @batch: the batch, with room
 * @src_domid: the guest that is read
 * @src_ref: its grant reference
 * @src_off: offset in the granted page, in bytes
 * @dst_domid: the guest that is written
 * @dst_ref: its grant reference
 * @dst_off: offset in the granted page, in bytes
 * @len: bytes; neither side may cross its 4 KiB page
 *
 * Any context.
 *
 * Return: slot number, for dom0_copy_status().
 */
unsigned int dom0_copy_between_guests(struct dom0_copy *batch, domid_t src_domid,
				      grant_ref_t src_ref, unsigned int src_off, domid_t dst_domid,
				      grant_ref_t dst_ref, unsigned int dst_off, unsigned int len);

/**
 * dom0_copy_flush() - issue all gathered copies as one hypercall
 * @batch: the batch; empty is fine
 *
 * Slots whose frame is paged out (GNTST_eagain) are tried again at once a bounded number of times,
 * together, without sleeping; their status stays GNTST_eagain if that did not help, and the caller
 * may gather them again later. Statuses are valid until dom0_copy_reset(). Any context.
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_copy_flush(struct dom0_copy *batch);

/**
 * dom0_copy_retry() - issue once more the slots whose frame was paged out
 * @batch: the batch, after dom0_copy_flush()
 *
 * For callers that can wait between two tries. The other slots are left alone. Any context.
 *
 * Return: number of slots whose status is still GNTST_eagain.
 */
unsigned int dom0_copy_retry(struct dom0_copy *batch);

/**
 * dom0_copy_status() - outcome of one slot, after the flush
 * @batch: the batch
 * @slot: slot number
 *
 * Any context.
 *
 * Return: GNTST_*.
 */
static inline int dom0_copy_status(const struct dom0_copy *batch, unsigned int slot)
{
	return batch->ops[slot].status;
}

/**
 * dom0_copy_reset() - empty the batch, for the next round
 * @batch: the batch
 */
static inline void dom0_copy_reset(struct dom0_copy *batch)
{
	batch->nr = 0;
}

/* ---- map and unmap ---- */

/**
 * struct dom0_map - a batch of grant mappings
 * @ops: the gathered mappings; after the flush, ops[i].handle and ops[i].status are the outcome
 * @pages: the page that each is mapped at
 * @nr: how many
 * @max: room in both arrays
 */
struct dom0_map {
	struct gnttab_map_grant_ref *ops;
	struct page **pages;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_map_init() - allocate room for a batch
 * @batch: the batch
 * @max: mappings that it shall hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_map_init(struct dom0_map *batch, unsigned int max, int node);

/**
 * dom0_map_exit() - free the room
 * @batch: the batch; zeroed memory is fine
 */
void dom0_map_exit(struct dom0_map *batch);

/**
 * dom0_map_add() - gather one mapping
 * @batch: the batch, with room
 * @domid: the guest
 * @ref: its grant reference
 * @page: from a pool of DOM0_PAGES_MAP
 * @readonly: map without the right to write
 *
 * Any context. A translated Dom0 cannot map its own grants: the flush refuses them.
 *
 * Return: slot number.
 */
unsigned int dom0_map_add(struct dom0_map *batch, domid_t domid, grant_ref_t ref,
			  struct page *page, bool readonly);

/**
 * dom0_map_flush() - issue all gathered mappings as one hypercall
 * @batch: the batch; empty is fine
 *
 * A slot that failed has a status other than GNTST_okay and nothing to unmap; the others stay
 * mapped whatever happened to it. On PV the kernel's own p2m update is used, which may wait for a
 * guest frame that is paged out: process context.
 *
 * Return: number of slots whose status is not GNTST_okay.
 */
unsigned int dom0_map_flush(struct dom0_map *batch);

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
 * @pages: the page of each
 * @nr: how many
 * @max: room in both arrays
 */
struct dom0_unmap {
	struct gnttab_unmap_grant_ref *ops;
	struct page **pages;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_unmap_init() - allocate room for a batch
 * @batch: the batch
 * @max: unmappings that it shall hold, at least 1
 * @node: NUMA node or NUMA_NO_NODE
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int dom0_unmap_init(struct dom0_unmap *batch, unsigned int max, int node);

/**
 * dom0_unmap_exit() - free the room
 * @batch: the batch, empty; zeroed memory is fine
 */
void dom0_unmap_exit(struct dom0_unmap *batch);

/**
 * dom0_unmap_add() - gather one unmapping
 * @batch: the batch, with room
 * @page: the page that was mapped
 * @handle: from the mapping
 *
 * Any context. The caller has made sure that there is no other reference on @page (network
 * storage may, after a bio has completed: see dom0_page_busy()).
 */
void dom0_unmap_add(struct dom0_unmap *batch, struct page *page, grant_handle_t handle);

/**
 * dom0_unmap_flush() - issue all gathered unmappings as one hypercall, and empty the batch
 * @batch: the batch; empty is fine
 * @pool: the pool that all its pages came from: they go back into it, and a page whose unmap failed
 *	goes into quarantine
 *
 * Any context.
 */
void dom0_unmap_flush(struct dom0_unmap *batch, struct dom0_pages *pool);

/**
 * dom0_page_busy() - whether there is another reference on a mapped page
 * @page: the page
 *
 * Any context.
 *
 * Return: true if unmapping it now would pull it away under a user.
 */
bool dom0_page_busy(struct page *page);

/* ---- unmap notification ---- */

/**
 * struct dom0_unmap_notify - how another domain is told that a program has let go of shared pages
 * @action: UNMAP_NOTIFY_* that are still to be done
 * @port: event channel, held, for UNMAP_NOTIFY_SEND_EVENT
 * @offset: of the byte for UNMAP_NOTIFY_CLEAR_BYTE, counted from the first of the pages
 *
 * Zeroed memory asks for nothing. Not locked: the owner serialises.
 */
struct dom0_unmap_notify {
	u32 action;
	evtchn_port_t port;
	unsigned long offset;
};

/**
 * dom0_unmap_notify_init() - check what a program asks for, and hold the event channel
 * @notify: filled in
 * @action: UNMAP_NOTIFY_*
 * @port: event channel of this domain
 * @offset: of the byte to be cleared
 *
 * May sleep.
 *
 * Return: 0, or -EINVAL for an unknown action or a port that no program has bound.
 */
int dom0_unmap_notify_init(struct dom0_unmap_notify *notify, u32 action, evtchn_port_t port,
			   unsigned long offset);

/**
 * dom0_unmap_notify_exit() - drop what is still to be done
 * @notify: the notification
 *
 * May sleep.
 */
void dom0_unmap_notify_exit(struct dom0_unmap_notify *notify);

/**
 * dom0_unmap_notify_clear() - clear the byte, if it is in this page
 * @notify: the notification
 * @nr: number of the page among those that @notify is about
 * @page: the page, which is mapped and writable still
 *
 * Any context.
 */
void dom0_unmap_notify_clear(struct dom0_unmap_notify *notify, unsigned long nr,
			     struct page *page);

/**
 * dom0_unmap_notify_send() - send the event, once
 * @notify: the notification
 *
 * May sleep.
 */
void dom0_unmap_notify_send(struct dom0_unmap_notify *notify);

/* ---- persistent grants ---- */

struct dom0_pgrants;

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
