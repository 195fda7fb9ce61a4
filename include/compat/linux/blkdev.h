/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bdev_file_open_by_dev() and its relatives, on kernels that do not open block devices as files,
 * and bdev_rot().
 */
#ifndef _DOM0_COMPAT_LINUX_BLKDEV_H
#define _DOM0_COMPAT_LINUX_BLKDEV_H

#include_next <linux/blkdev.h>
#include <linux/version.h>

/* 7.0: da562d92e675 ("block: introduce bdev_rot()"), which 2719bd1ee1a1 gave its macro. */
#ifndef blk_queue_rot

static inline bool bdev_rot(struct block_device *bdev)
{
	return !bdev_nonrot(bdev);
}

#endif

/*
 * 6.5: 05bdb9965305 ("block: replace fmode_t with a block-specific type for block open flags")
 * 6.7: e719b4d15674 ("block: Provide bdev_open_* functions")
 * 6.9: f3a608827d1f ("bdev: open block device as files"), and bdev_fput() by
 *	22650a99821d ("fs,block: yield devices early")
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)

#include <linux/err.h>
#include <linux/slab.h>

#ifndef BLK_OPEN_READ

typedef fmode_t blk_mode_t;

#define BLK_OPEN_READ	FMODE_READ
#define BLK_OPEN_WRITE	FMODE_WRITE

#define dom0_blkdev_get(dev, mode, holder) \
	blkdev_get_by_dev(dev, (mode) | ((holder) ? FMODE_EXCL : 0), holder)
#define dom0_blkdev_put(bdev, mode, holder) \
	blkdev_put(bdev, (mode) | ((holder) ? FMODE_EXCL : 0))

#else

#define dom0_blkdev_get(dev, mode, holder)	blkdev_get_by_dev(dev, mode, holder, NULL)
#define dom0_blkdev_put(bdev, mode, holder)	blkdev_put(bdev, holder)

#endif

/* Takes the place of struct file, which represents an open block device on later kernels. */
struct dom0_bdev_file {
	struct block_device *bdev;
	void *holder;
	blk_mode_t mode;
};

/* Callers pass NULL as @hops. */
static inline struct file *bdev_file_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
						 const void *hops)
{
	struct dom0_bdev_file *file = kmalloc(sizeof(*file), GFP_KERNEL);
	struct block_device *bdev;

	if (!file)
		return ERR_PTR(-ENOMEM);
	bdev = dom0_blkdev_get(dev, mode, holder);
	if (IS_ERR(bdev)) {
		kfree(file);
		return ERR_CAST(bdev);
	}
	file->bdev = bdev;
	file->holder = holder;
	file->mode = mode;
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

static inline void dom0_bdev_close(struct file *bdev_file)
{
	struct dom0_bdev_file *file = (struct dom0_bdev_file *)bdev_file;

	dom0_blkdev_put(file->bdev, file->mode, file->holder);
	kfree(file);
}

#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)

/* On these kernels, struct bdev_handle takes the place of struct file. */
static inline struct file *bdev_file_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
						 const struct blk_holder_ops *hops)
{
	return (struct file *)bdev_open_by_dev(dev, mode, holder, hops);
}

static inline struct block_device *file_bdev(struct file *bdev_file)
{
	return ((struct bdev_handle *)bdev_file)->bdev;
}

static inline struct address_space *dom0_bdev_file_mapping(struct file *bdev_file)
{
	return file_bdev(bdev_file)->bd_inode->i_mapping;
}

static inline void dom0_bdev_close(struct file *bdev_file)
{
	bdev_release((struct bdev_handle *)bdev_file);
}

#else

#include <linux/file.h>

static inline struct address_space *dom0_bdev_file_mapping(struct file *bdev_file)
{
	return bdev_file->f_mapping;
}

/*
 * In a kernel thread, fput() releases the file later, from a workqueue. This function returns when
 * the block device is free: bdev_fput() drops the claim, then __fput_sync() the last reference.
 */
static inline void dom0_bdev_close(struct file *bdev_file)
{
	get_file(bdev_file);
	bdev_fput(bdev_file);
	__fput_sync(bdev_file);
}

#endif

#endif
