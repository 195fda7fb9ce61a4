/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum and the segmentation that a packet from the guest leaves to others. */
#ifndef _VIF_OFFLOAD_H
#define _VIF_OFFLOAD_H

struct sk_buff;
struct vif_queue;
struct vif_tx_pkt;

int vif_offload(struct vif_queue *q, struct sk_buff *skb, const struct vif_tx_pkt *pkt);

#endif
