/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hash table of fixed size that maps grant references to indices, in memory of its owner.
 *
 * Pure: no kernel service. Not locked.
 */
#ifndef _BLKBACK_GREFMAP_H
#define _BLKBACK_GREFMAP_H

#include <linux/types.h>

#define BLK_GREFMAP_NONE	((u32)-1)

/**
 * struct blk_grefmap_slot - room for one entry
 * @ref: grant reference; any value is allowed
 * @index: index of @ref, or BLK_GREFMAP_NONE in a free slot
 */
struct blk_grefmap_slot {
	u32 ref;
	u32 index;
};

/**
 * struct blk_grefmap - a hash table with open addressing and linear probing
 * @slots: 1 << @order slots; at least one is free, so that each search ends
 * @order: binary logarithm of the number of slots, 1 to 31
 * @multiplier: odd and random, so that a guest cannot choose references that collide
 * @nr: number of entries
 */
struct blk_grefmap {
	struct blk_grefmap_slot *slots;
	u32 order;
	u32 multiplier;
	u32 nr;
};

/**
 * blk_grefmap_order() - compute the table size for a number of entries
 * @entries: most entries at a time, 1 to 2^29
 *
 * Return: the smallest order that keeps half of the slots free.
 */
u32 blk_grefmap_order(u32 entries);

/**
 * blk_grefmap_init() - initialise an empty map
 * @map: the map
 * @slots: memory for 1 << @order slots; the caller frees it
 * @order: 1 to 31
 * @random: a random number, so that a guest cannot choose references that collide
 */
void blk_grefmap_init(struct blk_grefmap *map, struct blk_grefmap_slot *slots, u32 order,
		      u32 random);

/**
 * blk_grefmap_find() - look a reference up
 * @map: the map
 * @ref: grant reference
 *
 * Return: its index, or BLK_GREFMAP_NONE.
 */
u32 blk_grefmap_find(const struct blk_grefmap *map, u32 ref);

/**
 * blk_grefmap_insert() - add a reference
 * @map: the map
 * @ref: grant reference
 * @index: index of @ref, not BLK_GREFMAP_NONE
 *
 * Return: 0, -EEXIST if @ref is there already, -ENOSPC if the table is full.
 */
int blk_grefmap_insert(struct blk_grefmap *map, u32 ref, u32 index);

/**
 * blk_grefmap_remove() - remove a reference
 * @map: the map
 * @ref: grant reference
 *
 * Return: its index, or BLK_GREFMAP_NONE if it was not in the map.
 */
u32 blk_grefmap_remove(struct blk_grefmap *map, u32 ref);

#endif
