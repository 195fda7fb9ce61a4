// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent grants: they stay mapped because the guest uses the same ones for many requests.
 *
 * An entry is free, reserved (its page is being mapped), mapped, or refused (until its last user is
 * gone). Reserved entries can be found already, so that a grant is mapped once, however often the
 * requests of a batch name it: the hypervisor counts mappings of a grant in few bits. Mapped
 * entries without users are in no list, so that get and put stay cheap. blk_pgrants_shrink()
 * therefore searches all entries for them, and begins where the last search ended.
 */
#include "grefmap.h"
#include "pgrants.h"

#include <dom0/fault_point.h>
#include <dom0/grant_status.h>
#include <dom0/map.h>
#include <dom0/memory.h>
#include <dom0/pages.h>
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>

#define DESTROY_POLL_MIN_MS	1
#define DESTROY_POLL_MAX_MS	100

/**
 * struct pgrant_entry - an entry of the cache
 * @grant: the part that the owner of the cache sees
 * @link: in the cache's free list while the entry is free
 * @idle_since: jiffies since which the entry is idle: mapped, and without users
 */
struct pgrant_entry {
	struct blk_pgrant grant;
	struct list_head link;
	unsigned long idle_since;
};

/**
 * struct blk_pgrants - the cache of persistent grants of a ring
 * @pool: pages at which no grant is mapped
 * @unmap: batch of unmappings
 * @map: indices of @entries, by grant reference
 * @slots: memory of @map
 * @free: free entries
 * @nr_entries: number of @entries
 * @next: index of the entry at which the next search for idle ones begins
 * @domid: the guest
 * @entries: all entries
 */
struct blk_pgrants {
	struct dom0_pages pool;
	struct dom0_unmap unmap;
	struct blk_grefmap map;
	struct blk_grefmap_slot *slots;
	struct list_head free;
	unsigned int nr_entries;
	unsigned int next;
	domid_t domid;
	struct pgrant_entry entries[];
};

static struct pgrant_entry *to_entry(struct blk_pgrant *grant)
{
	return container_of(grant, struct pgrant_entry, grant);
}

static size_t map_page_bytes(void)
{
	return DOM0_MAP_PAGES_ARE_MEMORY ? PAGE_SIZE : sizeof(struct page);
}

size_t blk_pgrants_bytes(unsigned int max)
{
	size_t each = sizeof(struct pgrant_entry) + sizeof(struct gnttab_unmap_grant_ref) +
		      2 * sizeof(struct page *) + map_page_bytes();

	return sizeof(struct blk_pgrants) + max * each +
	       (sizeof(struct blk_grefmap_slot) << blk_grefmap_order(max));
}

struct blk_pgrants *blk_pgrants_create(domid_t domid, unsigned int max, int node)
{
	struct blk_pgrants *cache;
	u32 order = blk_grefmap_order(max);
	unsigned int i;

	if (dom0_fault_point("blk_pgrants_create"))
		return ERR_PTR(-ENOMEM);
	cache = kvzalloc_node(struct_size(cache, entries, max), DOM0_GUEST_GFP, node);
	if (!cache)
		return ERR_PTR(-ENOMEM);

	cache->slots = kvmalloc_node(array_size(1UL << order, sizeof(*cache->slots)),
				     DOM0_GUEST_GFP, node);
	if (!cache->slots)
		goto free_cache;
	if (dom0_unmap_init(&cache->unmap, max, node))
		goto free_slots;
	if (dom0_pages_init(&cache->pool, max, DOM0_PAGES_MAP, node))
		goto exit_unmap;

	blk_grefmap_init(&cache->map, cache->slots, order, get_random_u32());
	INIT_LIST_HEAD(&cache->free);
	for (i = 0; i < max; i++)
		list_add_tail(&cache->entries[i].link, &cache->free);
	cache->nr_entries = max;
	cache->domid = domid;
	return cache;

exit_unmap:
	dom0_unmap_exit(&cache->unmap);
free_slots:
	kvfree(cache->slots);
free_cache:
	kvfree(cache);
	return ERR_PTR(-ENOMEM);
}

static bool is_idle(const struct pgrant_entry *entry)
{
	return entry->grant.mapped && !entry->grant.users;
}

static bool any_idle(const struct blk_pgrants *cache)
{
	unsigned int i;

	for (i = 0; i < cache->nr_entries; i++)
		if (is_idle(&cache->entries[i]))
			return true;
	return false;
}

/* Unmap idle grants at once. If the network still sends from a page, poll until it is done. */
static void unmap_all_idle(struct blk_pgrants *cache)
{
	unsigned int delay = DESTROY_POLL_MIN_MS;

	for (;;) {
		blk_pgrants_shrink(cache, 0, cache->nr_entries);
		if (!any_idle(cache))
			return;
		msleep(delay);
		delay = min(delay * 2, DESTROY_POLL_MAX_MS);
	}
}

void blk_pgrants_destroy(struct blk_pgrants *cache)
{
	if (!cache)
		return;

	unmap_all_idle(cache);
	if (cache->map.nr)
		pr_err("d%u: %u persistent grants still have users\n", cache->domid,
		       cache->map.nr);
	dom0_pages_exit(&cache->pool);
	dom0_unmap_exit(&cache->unmap);
	kvfree(cache->slots);
	kvfree(cache);
}

struct blk_pgrant *blk_pgrants_get(struct blk_pgrants *cache, grant_ref_t ref)
{
	u32 index = blk_grefmap_find(&cache->map, ref);
	struct pgrant_entry *entry;

	if (index == BLK_GREFMAP_NONE)
		return NULL;

	entry = &cache->entries[index];
	entry->grant.users++;
	return &entry->grant;
}

struct blk_pgrant *blk_pgrants_reserve(struct blk_pgrants *cache, grant_ref_t ref)
{
	struct pgrant_entry *entry;

	entry = list_first_entry_or_null(&cache->free, struct pgrant_entry, link);
	/* An entry may be free without a free page: its last page is quarantined. */
	if (!entry || !cache->pool.nr_free)
		return NULL;
	if (blk_grefmap_insert(&cache->map, ref, entry - cache->entries))
		return NULL;

	list_del(&entry->link);
	dom0_pages_get(&cache->pool, &entry->grant.page, 1);
	entry->grant.ref = ref;
	entry->grant.users = 1;
	entry->grant.mapped = false;
	entry->grant.stuck = false;
	entry->grant.err = 0;
	return &entry->grant;
}

void blk_pgrants_mapped(struct blk_pgrants *cache, struct blk_pgrant *grant,
			grant_handle_t handle)
{
	grant->handle = handle;
	grant->mapped = true;
}

void blk_pgrants_refused(struct blk_pgrants *cache, struct blk_pgrant *grant, int status)
{
	blk_grefmap_remove(&cache->map, grant->ref);
	grant->stuck = status == DOM0_MAP_STUCK;
	grant->err = dom0_gnttab_errno(status);
}

/* Free an entry that is not mapped. */
static void cancel_entry(struct blk_pgrants *cache, struct pgrant_entry *entry)
{
	if (!entry->grant.err)
		blk_grefmap_remove(&cache->map, entry->grant.ref);
	if (entry->grant.stuck)
		dom0_pages_quarantine(&cache->pool, entry->grant.page);
	else
		dom0_pages_put(&cache->pool, &entry->grant.page, 1);
	list_add(&entry->link, &cache->free);
}

void blk_pgrants_put(struct blk_pgrants *cache, struct blk_pgrant *grant)
{
	if (--grant->users)
		return;
	if (grant->mapped)
		to_entry(grant)->idle_since = jiffies;
	else
		cancel_entry(cache, to_entry(grant));
}

/* Free an idle entry. Its page goes into the unmap batch, and returns to the pool at the flush. */
static void forget_entry(struct blk_pgrants *cache, struct pgrant_entry *entry)
{
	blk_grefmap_remove(&cache->map, entry->grant.ref);
	entry->grant.mapped = false;
	dom0_unmap_add(&cache->unmap, entry->grant.page, entry->grant.handle);
	list_add(&entry->link, &cache->free);
}

static struct pgrant_entry *next_entry(struct blk_pgrants *cache)
{
	struct pgrant_entry *entry = &cache->entries[cache->next];

	if (++cache->next == cache->nr_entries)
		cache->next = 0;
	return entry;
}

unsigned int blk_pgrants_shrink(struct blk_pgrants *cache, unsigned long age, unsigned int max)
{
	struct pgrant_entry *entry;
	unsigned int i, nr = 0;

	for (i = 0; i < cache->nr_entries && nr < max; i++) {
		entry = next_entry(cache);
		if (!is_idle(entry) || time_before(jiffies, entry->idle_since + age) ||
		    dom0_page_in_use(entry->grant.page))
			continue;
		forget_entry(cache, entry);
		nr++;
	}
	dom0_unmap_flush(&cache->unmap);
	dom0_unmap_reset(&cache->unmap, &cache->pool);
	return nr;
}

unsigned int blk_pgrants_count(const struct blk_pgrants *cache)
{
	return cache->map.nr;
}
