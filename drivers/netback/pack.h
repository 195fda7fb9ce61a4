/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How pieces of data are put into pages. Pure.
 *
 * Each grant copy stays within one page on both sides, so that a piece that is split over two
 * pages costs two copies. A piece therefore begins a new page rather than being split, as long as
 * enough pages are left to hold all the rest densely.
 */
#ifndef _VIF_PACK_H
#define _VIF_PACK_H

#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/page.h>

/**
 * struct vif_pack - progress of packing one packet
 * @left: bytes still to be packed
 * @room: free bytes in the page that was opened last
 * @pages: pages opened so far
 * @max: pages that may be opened; enough to hold the packet densely
 */
struct vif_pack {
	u32 left;
	u32 room;
	u32 pages;
	u32 max;
};

/**
 * vif_pack_init() - begin with a packet
 * @pack: progress
 * @len: bytes of all its pieces, at most @max pages
 * @max: pages that may be opened
 */
static inline void vif_pack_init(struct vif_pack *pack, u32 len, u32 max)
{
	*pack = (struct vif_pack) { .left = len, .max = max };
}

/**
 * vif_pack_next() - find the place for the next bytes
 * @pack: progress
 * @len: bytes of the piece that are not packed yet, 1 to a page
 * @fresh: set to whether a page was opened, so that the place is at its beginning
 *
 * The place is in page number @pack->pages - 1, and ends where @pack->room then begins.
 *
 * Return: bytes to put there, at least 1 and at most @len.
 */
static inline u32 vif_pack_next(struct vif_pack *pack, u32 len, bool *fresh)
{
	if (pack->room < len && pack->pages + DIV_ROUND_UP(pack->left, XEN_PAGE_SIZE) <= pack->max)
		pack->room = 0;
	*fresh = !pack->room;
	if (*fresh) {
		pack->pages++;
		pack->room = XEN_PAGE_SIZE;
	}
	len = min(len, pack->room);
	pack->room -= len;
	pack->left -= len;
	return len;
}

#endif
