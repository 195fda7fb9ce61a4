/* SPDX-License-Identifier: GPL-2.0 */
/* An open file of /dev/xen/gntdev: its mappings, and the dma-bufs that it has imported. */
#ifndef _DOM0_GNTDEV_FILE_H
#define _DOM0_GNTDEV_FILE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct file;
struct gntdev_mapping;
struct inode;

/**
 * struct gntdev_file - an open file
 * @lock: protects @mappings, @next, @imports, and mapping.map_begun of its mappings
 * @mappings: tree of mappings by offset; holds a reference on each
 * @next: lowest offset that was never used, in pages
 * @imports: dma-bufs that are granted to other domains
 */
struct gntdev_file {
	struct mutex lock;	/* taken under mmap_lock */
	struct rb_root mappings;
	unsigned long next;
	struct list_head imports;
};

int gntdev_open(struct inode *inode, struct file *filp);
int gntdev_release(struct inode *inode, struct file *filp);
long gntdev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
struct gntdev_mapping *gntdev_file_begin_map(struct gntdev_file *file, unsigned long index,
					     unsigned long nr);
void gntdev_file_abort_map(struct gntdev_file *file, struct gntdev_mapping *mapping);
bool gntdev_may_map(unsigned int nr);

#endif
