/* SPDX-License-Identifier: GPL-2.0 */
/* The ioctls of /dev/dom0-dmabuf. */
#ifndef _DOM0_LAB_DMABUF_H
#define _DOM0_LAB_DMABUF_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* How the scatterlist of a dma-buf describes its pages. */
enum dmabuf_kind {
	DMABUF_PLAIN,
	DMABUF_CROOKED,		/* the first page begins in the middle */
	DMABUF_FOLDED,		/* each page as an offset from the first page */
};

/*
 * struct dmabuf_make - make a dma-buf; returns its file descriptor
 * @pages: number of pages
 * @kind: an enum dmabuf_kind
 */

struct dmabuf_make {
	__u32 pages;
	__u32 kind;
};

/*
 * struct dmabuf_read - read a dma-buf as a device would
 * @fd: the dma-buf
 * @pages: number of its pages
 * @to: user memory for all of its data
 */
struct dmabuf_read {
	__u32 fd;
	__u32 pages;
	__u64 to;
};

#define DMABUF_MAKE _IOW('D', 1, struct dmabuf_make)
#define DMABUF_READ _IOW('D', 2, struct dmabuf_read)
/* Returns how many of the dma-bufs that were made still exist. */
#define DMABUF_LEFT _IO('D', 3)

#endif
