/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The set of multicast addresses that a guest has registered. Pure: uses no kernel service,
 * compiles in user space.
 *
 * Writers hold a lock; readers take none. An address keeps its place until it is removed, so a
 * reader always finds it while a writer adds or removes others.
 */
#ifndef _VIF_MCAST_SET_H
#define _VIF_MCAST_SET_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/if_ether.h>
#include <linux/types.h>

/* The same limit as in the in-tree driver. */
#define VIF_MCAST_MAX	64

/**
 * struct vif_mcast_set - a set of multicast addresses
 * @keys: the addresses as numbers; 0, which is not a multicast address, marks a free place
 */
struct vif_mcast_set {
	u64 keys[VIF_MCAST_MAX];
};

static inline u64 vif_mcast_key(const u8 *addr)
{
	u64 key = 0;
	int i;

	for (i = 0; i < ETH_ALEN; i++)
		key = key << 8 | addr[i];
	return key;
}

/* Return true for a multicast address. Not for broadcast, which every guest gets. */
static inline bool vif_mcast_filterable(const u8 *addr)
{
	return (addr[0] & 1) && vif_mcast_key(addr) != (1ULL << 8 * ETH_ALEN) - 1;
}

/* Return the index of @key, or -1. */
static inline int vif_mcast_find(const struct vif_mcast_set *set, u64 key)
{
	int i;

	for (i = 0; i < VIF_MCAST_MAX; i++)
		if (READ_ONCE(set->keys[i]) == key)
			return i;
	return -1;
}

/* Return true if @addr, a filterable address, is in the set. Needs no lock. */
static inline bool vif_mcast_has(const struct vif_mcast_set *set, const u8 *addr)
{
	return vif_mcast_find(set, vif_mcast_key(addr)) >= 0;
}

/**
 * vif_mcast_add() - put an address into the set
 * @set: the set; the caller holds the writers' lock
 * @addr: the address
 *
 * Return: 0, also if the address is in the set already; -EINVAL if it is not a multicast address;
 * -ENOSPC if the set is full.
 */
static inline int vif_mcast_add(struct vif_mcast_set *set, const u8 *addr)
{
	u64 key = vif_mcast_key(addr);
	int i;

	if (!(addr[0] & 1))
		return -EINVAL;
	if (vif_mcast_find(set, key) >= 0)
		return 0;
	i = vif_mcast_find(set, 0);
	if (i < 0)
		return -ENOSPC;
	WRITE_ONCE(set->keys[i], key);
	return 0;
}

/* Remove an address from the set, if it is there. The caller holds the writers' lock. */
static inline void vif_mcast_del(struct vif_mcast_set *set, const u8 *addr)
{
	u64 key = vif_mcast_key(addr);
	int i = vif_mcast_find(set, key);

	if (i >= 0)
		WRITE_ONCE(set->keys[i], 0);
}

#endif
