/* SPDX-License-Identifier: GPL-2.0 */
/* What programs ask of /dev/dom0-dmabuf. */
#ifndef _DOM0_LAB_DMABUF_H
#define _DOM0_LAB_DMABUF_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* How the users of a dma-buf are told of its pages. */
enum dmabuf_kind {
	DMABUF_PLAIN,
	DMABUF_CROOKED,		/* the first page begins in the middle */
	DMABUF_FOLDED,		/* each page by its distance from the first */
};

/*
 * struct dmabuf_make - a new dma-buf; returns its file descriptor
 * @pages: how many
 * @kind: an enum dmabuf_kind
 */

struct dmabuf_make {
	__u32 pages;
	__u32 kind;
};

/*
 * struct dmabuf_read - what a device finds in a dma-buf
 * @fd: the dma-buf
 * @pages: how many it has
 * @to: user memory for all of it
 */
struct dmabuf_read {
	__u32 fd;
	__u32 pages;
	__u64 to;
};

#define DMABUF_MAKE _IOW('D', 1, struct dmabuf_make)
#define DMABUF_READ _IOW('D', 2, struct dmabuf_read)
/* Returns how many are there that were made. */
#define DMABUF_LEFT _IO('D', 3)

#endif
