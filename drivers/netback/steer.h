/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which queue a packet to the guest takes.
 */
#ifndef _VIF_STEER_H
#define _VIF_STEER_H

#include "hash.h"

#include <linux/netdevice.h>

struct vif;

bool vif_steer_hash(const struct vif *vif, const struct sk_buff *skb,
		    struct vif_hash_result *result);
u16 vif_select_queue(struct net_device *dev, struct sk_buff *skb, struct net_device *sb_dev);

#endif
