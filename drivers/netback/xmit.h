/* SPDX-License-Identifier: GPL-2.0 */
/* The stack's entry for packets to the guest. */
#ifndef _VIF_XMIT_H
#define _VIF_XMIT_H

#include <linux/netdevice.h>

struct vif_queue;

int vif_xmit_frame(struct vif_queue *q, struct sk_buff *skb);
netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_features_t vif_features_check(struct sk_buff *skb, struct net_device *dev,
				     netdev_features_t features);

#endif
