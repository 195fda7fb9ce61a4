// SPDX-License-Identifier: GPL-2.0
/* The hash table of grefmap.h. Pure: compiled in user space by tests/unit. */
#include "grefmap.h"

#include <linux/errno.h>

static u32 slot_mask(const struct blk_grefmap *map)
{
	return (1U << map->order) - 1;
}

/* Multiply-shift: the high bits of the product depend on all bits of the reference. */
static u32 hash_slot(const struct blk_grefmap *map, u32 ref)
{
	return (ref * map->multiplier) >> (32 - map->order);
}

/* Return the slot that holds @ref, else the free slot where the search for it ends. */
static u32 find_slot(const struct blk_grefmap *map, u32 ref)
{
	u32 at = hash_slot(map, ref);

	while (map->slots[at].index != BLK_GREFMAP_NONE && map->slots[at].ref != ref)
		at = (at + 1) & slot_mask(map);
	return at;
}

u32 blk_grefmap_order(u32 entries)
{
	u32 order = 1;

	while ((1U << order) < 2 * entries)
		order++;
	return order;
}

void blk_grefmap_init(struct blk_grefmap *map, struct blk_grefmap_slot *slots, u32 order,
		      u32 random)
{
	u32 at;

	map->slots = slots;
	map->order = order;
	map->multiplier = random | 1;
	map->nr = 0;
	for (at = 0; at <= slot_mask(map); at++)
		slots[at].index = BLK_GREFMAP_NONE;
}

u32 blk_grefmap_find(const struct blk_grefmap *map, u32 ref)
{
	return map->slots[find_slot(map, ref)].index;
}

int blk_grefmap_insert(struct blk_grefmap *map, u32 ref, u32 index)
{
	struct blk_grefmap_slot *slot = &map->slots[find_slot(map, ref)];

	if (slot->index != BLK_GREFMAP_NONE)
		return -EEXIST;
	if (map->nr == slot_mask(map))
		return -ENOSPC;

	slot->ref = ref;
	slot->index = index;
	map->nr++;
	return 0;
}

/*
 * Fill the slot that a removal has freed. A search ends at a free slot, so it would no longer find
 * an entry further on whose probing passed the gap. Move such an entry into the gap, and go on with
 * the gap that it leaves. An entry whose home slot lies after the gap stays.
 */
static void close_gap(struct blk_grefmap *map, u32 gap)
{
	u32 at = gap;

	for (;;) {
		u32 from_home, from_gap;

		at = (at + 1) & slot_mask(map);
		if (map->slots[at].index == BLK_GREFMAP_NONE)
			break;
		from_home = (at - hash_slot(map, map->slots[at].ref)) & slot_mask(map);
		from_gap = (at - gap) & slot_mask(map);
		if (from_home < from_gap)
			continue;
		map->slots[gap] = map->slots[at];
		gap = at;
	}
	map->slots[gap].index = BLK_GREFMAP_NONE;
}

u32 blk_grefmap_remove(struct blk_grefmap *map, u32 ref)
{
	u32 at = find_slot(map, ref);
	u32 index = map->slots[at].index;

	if (index != BLK_GREFMAP_NONE) {
		close_gap(map, at);
		map->nr--;
	}
	return index;
}
