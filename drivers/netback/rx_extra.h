/* SPDX-License-Identifier: GPL-2.0 */
/* Extra info of packets to the guest. */
#ifndef _VIF_RX_EXTRA_H
#define _VIF_RX_EXTRA_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/netif.h>

struct sk_buff;
struct vif_queue;

/* Extra info of one packet: segmentation or headroom, and the hash. */
#define VIF_RX_EXTRAS_MAX	2

struct vif_rx_extras {
	unsigned int nr;
	bool hashed;
	struct xen_netif_extra_info infos[VIF_RX_EXTRAS_MAX];
};

u8 vif_rx_gso_type(const struct sk_buff *skb);
void vif_rx_extras(const struct vif_queue *q, const struct sk_buff *skb,
		   struct vif_rx_extras *extras);

#endif
