/* SPDX-License-Identifier: GPL-2.0 */
/* Multicast control of a card. */
#ifndef _VIF_MCAST_H
#define _VIF_MCAST_H

#include <linux/types.h>

struct sk_buff;
struct vif;
struct vif_tx_desc;

int vif_mcast_change(struct vif *vif, const struct vif_tx_desc *desc);
bool vif_mcast_filtered(const struct vif *vif, const struct sk_buff *skb);
void vif_mcast_read(struct vif *vif);
void vif_mcast_start(struct vif *vif, unsigned int num_queues);

#endif
