/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash of packets to a guest, and the queue that a hash means. The guest configures both
 * through its control ring, for receive-side scaling. Pure: compiled in user space by tests/unit.
 */
#ifndef _VIF_HASH_H
#define _VIF_HASH_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/netif.h>

/* The same limits as in the in-tree driver. */
#define VIF_HASH_KEY_MAX	40
#define VIF_HASH_MAPPING_MAX	128

/* All types of hash that the protocol knows. */
#define VIF_HASH_FLAGS_ALL \
	(XEN_NETIF_CTRL_HASH_TYPE_IPV4 | XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP | \
	 XEN_NETIF_CTRL_HASH_TYPE_IPV6 | XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

/* Bytes of a frame that the hash may need: Ethernet's header, the longest of IPv4, two ports. */
#define VIF_HASH_FRAME_MAX	(14 + 60 + 4)

/**
 * struct vif_hash - what the guest has configured
 * @algorithm: XEN_NETIF_CTRL_HASH_ALGORITHM_*
 * @flags: the types of hash to calculate, XEN_NETIF_CTRL_HASH_TYPE_*
 * @num_queues: queues that are connected, at least 1
 * @mapping_size: entries of @mapping in use; 0 means that a hash modulo @num_queues is the queue
 * @key: zero behind the bytes that the guest has given
 * @mapping: queues, each less than @num_queues; a hash modulo @mapping_size is the index
 */
struct vif_hash {
	u8 algorithm;
	u8 flags;
	u8 num_queues;
	u8 mapping_size;
	u8 key[VIF_HASH_KEY_MAX];
	u8 mapping[VIF_HASH_MAPPING_MAX];
};

/**
 * struct vif_hash_result - the hash of a packet
 * @value: the hash
 * @type: _XEN_NETIF_CTRL_HASH_TYPE_*, the number of a bit in vif_hash.flags
 */
struct vif_hash_result {
	u32 value;
	u8 type;
};

/* Return true if the guest wants packets to be hashed. */
static inline bool vif_hash_active(const struct vif_hash *hash)
{
	return hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ && hash->flags;
}

/* Return the queue for a packet of this hash. */
static inline unsigned int vif_hash_queue(const struct vif_hash *hash, u32 value)
{
	if (hash->mapping_size)
		return hash->mapping[value % hash->mapping_size];
	return value % hash->num_queues;
}

bool vif_hash_frame(const struct vif_hash *hash, const u8 *frame, unsigned int len,
		    struct vif_hash_result *result);

#endif
