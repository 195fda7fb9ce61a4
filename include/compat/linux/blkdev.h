/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DOM0_COMPAT_LINUX_BLKDEV_H
#define _DOM0_COMPAT_LINUX_BLKDEV_H

#include_next <linux/blkdev.h>
#include <linux/version.h>

/*
 * 6.5: 05bdb9965305 ("block: replace fmode_t with a block-specific type for block open flags")
 * 6.9: f3a608827d1f ("bdev: open block device as files"), and bdev_fput() by
 *	22650a99821d ("fs,block: yield devices early")
 */
#ifndef BLK_OPEN_READ

#include <linux/err.h>
#include <linux/slab.h>

typedef fmode_t blk_mode_t;

#define BLK_OPEN_READ	FMODE_READ
#define BLK_OPEN_WRITE	FMODE_WRITE

/* Stands for the struct file that an open block device is on later kernels. */
struct dom0_bdev_file {
	struct block_device *bdev;
	fmode_t mode;
};

static inline struct file *bdev_file_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
						 const void *hops)
{
	struct dom0_bdev_file *file = kmalloc(sizeof(*file), GFP_KERNEL);
	struct block_device *bdev;

	if (!file)
		return ERR_PTR(-ENOMEM);
	bdev = blkdev_get_by_dev(dev, mode | (holder ? FMODE_EXCL : 0), holder);
	if (IS_ERR(bdev)) {
		kfree(file);
		return ERR_CAST(bdev);
	}
	file->bdev = bdev;
	file->mode = mode | (holder ? FMODE_EXCL : 0);
	return (struct file *)file;
}

static inline struct block_device *file_bdev(struct file *bdev_file)
{
	return ((struct dom0_bdev_file *)bdev_file)->bdev;
}

static inline struct address_space *dom0_bdev_file_mapping(struct file *bdev_file)
{
	return file_bdev(bdev_file)->bd_inode->i_mapping;
}

static inline void bdev_fput(struct file *bdev_file)
{
	struct dom0_bdev_file *file = (struct dom0_bdev_file *)bdev_file;

	blkdev_put(file->bdev, file->mode);
	kfree(file);
}

static inline void dom0_bdev_close(struct file *bdev_file)
{
	bdev_fput(bdev_file);
}

#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#error "kernels 6.5 to 6.8 are not supported"
#else

#include <linux/file.h>

static inline struct address_space *dom0_bdev_file_mapping(struct file *bdev_file)
{
	return bdev_file->f_mapping;
}

/*
 * A kernel thread's fput() leaves the work to a queue; this one returns when the block device is
 * free. bdev_fput() lets go of the claim, and the last reference is ours to drop.
 */
static inline void dom0_bdev_close(struct file *bdev_file)
{
	get_file(bdev_file);
	bdev_fput(bdev_file);
	__fput_sync(bdev_file);
}

#endif

#endif
