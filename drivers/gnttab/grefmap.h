/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From grant reference to index: a hash table of fixed size, in memory that its owner provides.
 *
 * Pure: no kernel service. Not locked.
 */
#ifndef _GNTTAB_GREFMAP_H
#define _GNTTAB_GREFMAP_H

#include <linux/types.h>

#define GREFMAP_NONE	((u32)-1)

/**
 * struct grefmap_slot - room for one entry
 * @ref: grant reference; any value is allowed
 * @index: what it leads to, or GREFMAP_NONE in a free slot
 */
struct grefmap_slot {
	u32 ref;
	u32 index;
};

/**
 * struct grefmap - open addressing, linear probing
 * @slots: 1 << @order of them; one at least is free, so that each search comes to its end
 * @order: logarithm of their number, 1 to 31
 * @multiplier: odd and random, so that a guest cannot choose references that collide
 * @nr: entries
 */
struct grefmap {
	struct grefmap_slot *slots;
	u32 order;
	u32 multiplier;
	u32 nr;
};

/**
 * dom0_grefmap_order() - table size for a number of entries
 * @entries: most entries at a time, 1 to 2^29
 *
 * Return: least order that keeps half of the slots free.
 */
u32 dom0_grefmap_order(u32 entries);

/**
 * dom0_grefmap_init() - make an empty map
 * @map: the map
 * @slots: memory for 1 << @order slots, which stays with the caller
 * @order: 1 to 31
 * @random: any number, best a random one
 */
void dom0_grefmap_init(struct grefmap *map, struct grefmap_slot *slots, u32 order, u32 random);

/**
 * dom0_grefmap_find() - look a reference up
 * @map: the map
 * @ref: grant reference
 *
 * Return: its index, or GREFMAP_NONE.
 */
u32 dom0_grefmap_find(const struct grefmap *map, u32 ref);

/**
 * dom0_grefmap_insert() - add a reference
 * @map: the map
 * @ref: grant reference
 * @index: what it leads to, not GREFMAP_NONE
 *
 * Return: 0, -EEXIST if @ref is there already, -ENOSPC if the table is full.
 */
int dom0_grefmap_insert(struct grefmap *map, u32 ref, u32 index);

/**
 * dom0_grefmap_remove() - take a reference out
 * @map: the map
 * @ref: grant reference
 *
 * Return: the index that it led to, or GREFMAP_NONE if it was not there.
 */
u32 dom0_grefmap_remove(struct grefmap *map, u32 ref);

#endif
