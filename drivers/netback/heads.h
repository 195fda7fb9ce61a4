/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Heads of packets from a guest, of half a page each.
 */
#ifndef _VIF_HEADS_H
#define _VIF_HEADS_H

#include <linux/skbuff.h>

/* A packet that fits lies in its head, with its headroom and the stack's own data behind it. */
#define VIF_HEAD_SIZE	(PAGE_SIZE / 2)
#define VIF_HEAD_PAD	(NET_SKB_PAD + NET_IP_ALIGN)
#define VIF_HEAD_SPACE	((u32)SKB_WITH_OVERHEAD(VIF_HEAD_SIZE) - VIF_HEAD_PAD)

/**
 * struct vif_heads - where a queue's heads come from; owned by the queue's NAPI instance
 * @page: a page whose first half is a head and whose second half is free, or NULL
 */
struct vif_heads {
	struct page *page;
};

struct sk_buff *vif_heads_alloc(struct vif_heads *heads);
void vif_heads_stop(struct vif_heads *heads);

#endif
