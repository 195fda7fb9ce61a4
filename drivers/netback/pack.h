/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How pieces of data are put into pages. Pure.
 *
 * Each grant copy stays within one page on both sides, so a piece that is split over two pages
 * costs two copies. Therefore a piece that does not fit begins a new page, as long as enough pages
 * are left to hold all the rest densely.
 *
 * Headroom is space left free at the beginning of the first page, for the guest's XDP program.
 */
#ifndef _VIF_PACK_H
#define _VIF_PACK_H

#include <linux/build_bug.h>
#include <linux/if_ether.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/interface/io/netif.h>
#include <xen/page.h>

/* A full-sized frame with a VLAN tag. It fits into the page behind the largest headroom. */
#define VIF_FRAME_LEN		(ETH_FRAME_LEN + 4)
#define VIF_HEADROOM_MAX	(XEN_PAGE_SIZE - VIF_FRAME_LEN)

static_assert(VIF_HEADROOM_MAX <= XEN_NETIF_MAX_XDP_HEADROOM);

/* Return the number of pages that a packet takes if it is packed densely. */
static inline u32 vif_pack_pages(u32 headroom, u32 len)
{
	return DIV_ROUND_UP(headroom + len, XEN_PAGE_SIZE);
}

/* Pages that a packet from a guest may take beyond those. They save copies, but cost memory. */
#define VIF_PACK_SLACK		1

/* Return the most pages of a packet from a guest. */
static inline u32 vif_pack_pages_max(u32 len)
{
	return vif_pack_pages(0, len) + VIF_PACK_SLACK;
}

/**
 * struct vif_pack - progress of packing one packet
 * @headroom: bytes to be left free in the next page that is opened
 * @left: bytes still to be packed, @headroom included
 * @space: free bytes in the page that was opened last
 * @pages: pages opened so far
 * @max: pages that may be opened; enough to hold the packet densely
 */
struct vif_pack {
	u32 headroom;
	u32 left;
	u32 space;
	u32 pages;
	u32 max;
};

/**
 * vif_pack_init() - begin with a packet
 * @pack: progress
 * @headroom: bytes to be left free in the first page, less than a page
 * @len: bytes of all its pieces
 * @max: pages that may be opened, at least vif_pack_pages()
 */
static inline void vif_pack_init(struct vif_pack *pack, u32 headroom, u32 len, u32 max)
{
	*pack = (struct vif_pack) { .headroom = headroom, .left = headroom + len, .max = max };
}

/**
 * vif_pack_next() - find the place for the next bytes
 * @pack: progress
 * @len: bytes of the piece that are not packed yet, 1 to a page
 * @new_page: set to true if the place is in a new page, at its beginning or behind the headroom
 *
 * The place is in page number @pack->pages - 1. It ends where the free space of the page begins.
 *
 * Return: bytes to put there, at least 1 and at most @len.
 */
static inline u32 vif_pack_next(struct vif_pack *pack, u32 len, bool *new_page)
{
	if (pack->space < len && pack->pages + DIV_ROUND_UP(pack->left, XEN_PAGE_SIZE) <= pack->max)
		pack->space = 0;
	*new_page = !pack->space;
	if (*new_page) {
		pack->pages++;
		pack->space = XEN_PAGE_SIZE - pack->headroom;
		pack->left -= pack->headroom;
		pack->headroom = 0;
	}
	len = min(len, pack->space);
	pack->space -= len;
	pack->left -= len;
	return len;
}

#endif
