// SPDX-License-Identifier: GPL-2.0
/*
 * Heads of packets from a guest. A head holds a small packet, or the first bytes of a larger one.
 *
 * A head may wait long: another guest need not take the packet. It pins the page that it lies in,
 * with all that shares this page. The network stack's own fragments have 32 KiB, so that one packet
 * of 60 bytes could pin as much. Therefore two heads share a single page, and each has a reference
 * to it. The page is free when both packets are.
 */
#include "heads.h"
#include "pages.h"

#include <dom0/fault_point.h>

/* Return half a page, with a reference to that page; or NULL. */
static void *take_half(struct vif_heads *heads)
{
	struct page *page = heads->page;

	if (page) {
		heads->page = NULL;
		return page_address(page) + VIF_HEAD_SIZE;
	}
	page = vif_page_alloc();
	if (!page)
		return NULL;
	get_page(page);
	heads->page = page;
	return page_address(page);
}

/* Return an empty skb with space for VIF_HEAD_SPACE bytes, or NULL. Called in NAPI. */
struct sk_buff *vif_heads_alloc(struct vif_heads *heads)
{
	struct sk_buff *skb;
	void *half;

	if (dom0_fault_point_atomic("vif_tx_alloc"))
		return NULL;
	half = take_half(heads);
	if (!half)
		return NULL;
	skb = napi_build_skb(half, VIF_HEAD_SIZE);
	if (!skb) {
		skb_free_frag(half);
		return NULL;
	}
	skb_reserve(skb, VIF_HEAD_PAD);
	return skb;
}

/* Free the half page that is left. NAPI does not run any more. */
void vif_heads_stop(struct vif_heads *heads)
{
	if (heads->page)
		put_page(heads->page);
	heads->page = NULL;
}
