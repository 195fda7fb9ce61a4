// SPDX-License-Identifier: GPL-2.0
/*
 * Heads of packets from a guest. A head holds a small packet, or the first bytes of a larger one.
 *
 * A head may wait long: another guest need not take the packet. It pins the page that it lies in,
 * with all that shares this page. The network stack's own fragments have 32 KiB, so that one packet
 * of 60 bytes could pin as much. Therefore up to four heads share a single page, and each has a
 * reference to it. The page is free when all their packets are. The hypervisor looks up the page of
 * a copy only if it is another one than that of the copy before, so small heads save time as well.
 */
#include "heads.h"
#include "pages.h"

#include <dom0/fault_point.h>

/* Return a part of a page, with a reference to that page; or NULL. */
static void *take_part(struct vif_heads *heads, unsigned int size)
{
	if (heads->left < size) {
		vif_heads_stop(heads);
		heads->page = vif_page_alloc();
		if (!heads->page)
			return NULL;
		heads->left = PAGE_SIZE;
	}
	heads->left -= size;
	get_page(heads->page);
	return page_address(heads->page) + heads->left;
}

/* Return an empty skb with space for @len bytes, at most VIF_HEAD_SPACE; or NULL. For NAPI. */
struct sk_buff *vif_heads_alloc(struct vif_heads *heads, u32 len)
{
	unsigned int size = len <= VIF_SMALL_HEAD_SPACE ? VIF_SMALL_HEAD_SIZE : VIF_HEAD_SIZE;
	struct sk_buff *skb;
	void *part;

	if (dom0_fault_point_atomic("vif_tx_alloc"))
		return NULL;
	part = take_part(heads, size);
	if (!part)
		return NULL;
	skb = napi_build_skb(part, size);
	if (!skb) {
		skb_free_frag(part);
		return NULL;
	}
	skb_reserve(skb, VIF_HEAD_PAD);
	return skb;
}

/* Free what is left of the page. NAPI does not run any more, or runs this. */
void vif_heads_stop(struct vif_heads *heads)
{
	if (heads->page)
		put_page(heads->page);
	heads->page = NULL;
	heads->left = 0;
}
