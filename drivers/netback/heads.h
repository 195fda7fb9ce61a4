/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Heads of packets from a guest, of half a page or a quarter each.
 */
#ifndef _VIF_HEADS_H
#define _VIF_HEADS_H

#include <linux/skbuff.h>

/* A packet that fits lies in its head, with its headroom and the stack's own data behind it. */
#define VIF_HEAD_SIZE	(PAGE_SIZE / 2)
#define VIF_HEAD_PAD	(NET_SKB_PAD + NET_IP_ALIGN)
#define VIF_HEAD_SPACE	((u32)SKB_WITH_OVERHEAD(VIF_HEAD_SIZE) - VIF_HEAD_PAD)

/* A small head. It has space for the headers of any packet. */
#define VIF_SMALL_HEAD_SIZE	(PAGE_SIZE / 4)
#define VIF_SMALL_HEAD_SPACE	((u32)SKB_WITH_OVERHEAD(VIF_SMALL_HEAD_SIZE) - VIF_HEAD_PAD)

/**
 * struct vif_heads - where a queue's heads come from; owned by the queue's NAPI instance
 * @page: a page whose first @left bytes are free, with a reference; or NULL
 * @left: 0 without a page
 */
struct vif_heads {
	struct page *page;
	unsigned int left;
};

struct sk_buff *vif_heads_alloc(struct vif_heads *heads, u32 len);
void vif_heads_stop(struct vif_heads *heads);

#endif
