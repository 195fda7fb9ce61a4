/* SPDX-License-Identifier: GPL-2.0 */
/* An open file of /dev/xen/gntalloc: its shares, each at an offset. */
#ifndef _DOM0_GNTALLOC_FILE_H
#define _DOM0_GNTALLOC_FILE_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct file;
struct inode;
struct share;

/**
 * struct gntalloc_file - an open file
 * @lock: protects @shares, @next, and the notifications of the file's shares
 * @shares: struct share by offset in pages; holds a reference on each
 * @next: lowest offset that was never used, in pages
 */
struct gntalloc_file {
	struct mutex lock;	/* taken under mmap_lock */
	struct xarray shares;
	unsigned long next;
};

int gntalloc_open(struct inode *inode, struct file *filp);
int gntalloc_release(struct inode *inode, struct file *filp);
long gntalloc_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
bool gntalloc_file_has(struct gntalloc_file *file, unsigned long index, unsigned long nr);
unsigned int gntalloc_file_get(struct gntalloc_file *file, unsigned long index, unsigned int nr,
			       struct share **shares);

#endif
