/* SPDX-License-Identifier: GPL-2.0 */
/* One virtual disk: the device, and the disk behind it. */
#ifndef _BLKBACK_VBD_H
#define _BLKBACK_VBD_H

#include "barrier.h"
#include "counters.h"
#include "protocol.h"
#include "throttle.h"

#include <dom0/xenbus.h>
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct blk_ring;

/* For dom0_backend_fire(): the size is another one than the frontend has been told. */
#define BLK_FIRE_SIZE	(DOM0_BACKEND_WATCHES - 1)

/**
 * struct blk_vbd - one virtual disk
 *
 * The device's work writes what names no lock. Rings read @bdev and @bounds; readers of sysfs look
 * at @mode and @dev without a lock.
 *
 * @be: the backend device
 * @max_queues: most queues that its frontend has been offered
 * @max_order: and most pages of a ring, as a power of two
 * @file: the disk, or NULL as long as none is open
 * @bdev: its block device
 * @dev: its number; 0 as long as the toolstack has named none
 * @looked: physical-device has been looked at since the driver came
 * @unusable: the disk that the toolstack has named cannot be opened
 * @mode: the toolstack's word for what the guest may do, such as "w"
 * @info: VDISK_* for the frontend
 * @bounds: what requests are checked against
 * @told_sectors: its size as the frontend knows it
 * @link: in the list of disks whose size is watched, under its lock
 * @barrier: what its rings agree on
 * @throttle: what its rings may do in a second
 * @memory: pages of memory that its rings have
 *
 * @rings_lock: protects what follows against readers of statistics; written by the device's work
 * @rings: the rings while connected
 * @nr_rings: how many
 * @before: counted on rings that are gone
 *
 * @debugfs: the device's folder
 */
struct blk_vbd {
	struct dom0_backend *be;
	unsigned int max_queues;
	unsigned int max_order;
	struct file *file;
	struct block_device *bdev;
	dev_t dev;
	bool looked;
	bool unusable;
	char mode[8];
	unsigned int info;
	struct blk_bounds bounds;
	u64 told_sectors;
	struct list_head link;
	struct blk_barrier barrier;
	struct blk_throttle throttle;
	atomic_long_t memory;

	struct mutex rings_lock;	/* @rings, @nr_rings, @before */
	struct blk_ring **rings;
	unsigned int nr_rings;
	u64 before[BLK_NR_COUNTERS];

	struct dentry *debugfs;
};

int blk_vbd_open(struct blk_vbd *vbd, dev_t dev, bool same);
void blk_vbd_close(struct blk_vbd *vbd);
int blk_vbd_measure(struct blk_vbd *vbd);
u64 blk_vbd_take_size(struct blk_vbd *vbd);
int blk_vbd_flush_cache(struct blk_vbd *vbd);
void blk_vbd_exit(void);

/* xenbus.c */
extern const struct dom0_backend_driver blk_driver;

#endif
