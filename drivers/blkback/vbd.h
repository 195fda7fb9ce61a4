/* SPDX-License-Identifier: GPL-2.0 */
/* One virtual disk: the device, and the disk behind it. */
#ifndef _BLKBACK_VBD_H
#define _BLKBACK_VBD_H

#include "barrier.h"
#include "cgroup.h"
#include "counters.h"
#include "latency.h"
#include "medium.h"
#include "pause.h"
#include "protocol.h"
#include "throttle.h"

#include <dom0/xenbus.h>
#include <linux/atomic.h>
#include <linux/blkdev.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct blk_ring;

/* For dom0_backend_fire(): the size differs from the one that the frontend was told. */
#define BLK_FIRE_SIZE	(DOM0_BACKEND_WATCHES - 1)

/**
 * struct blk_vbd - one virtual disk
 *
 * The device's work writes all members, except where a member or its struct names another rule.
 * Others read these without a lock: the rings' workers, which are kernel threads, @bdev and
 * @bounds; their tasklets @bounds; readers of sysfs @mode and @dev; the poll of sizes
 * @told_sectors. While rings exist, @bdev and @bounds change only in a pause, but for the size.
 *
 * @be: the backend device
 * @max_queues: most queues offered to the frontend
 * @max_order: most pages of a ring offered to the frontend, as a power of two
 * @file: the open disk, or NULL
 * @bdev: its block device, or NULL
 * @dev: its number; 0 if the toolstack has named none, or if it could not be opened
 * @looked: physical-device has been read since the driver was bound
 * @unusable: the toolstack has named a disk that cannot be opened
 * @mode: access mode from the toolstack, such as "w"
 * @drive: it is a CD-ROM drive, whose medium the toolstack may change
 * @medium: of a drive: the name of its medium, and what became of it
 * @info: VDISK_* flags for the frontend
 * @bounds: properties that requests are checked against
 * @sector_size: block size that the frontend is told, in bytes
 * @told_sectors: the size that the frontend was told
 * @link: in the list of disks whose size is polled, under the lock of that list
 * @barrier: write barriers of all its rings
 * @throttle: rate limits of all its rings
 * @pause: pauses of all its rings
 * @cgroup: the block cgroup that its I/O is charged to
 * @memory: pages charged to it
 *
 * @rings_lock: protects the next four members against readers of statistics
 * @rings: the rings while connected, or NULL
 * @nr_rings: number of @rings
 * @retired: sums of the counters of rings that are gone
 * @retired_latency: the sum of their histograms
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
	bool drive;
	struct blk_medium medium;
	unsigned int info;
	struct blk_bounds bounds;
	unsigned int sector_size;
	u64 told_sectors;
	struct list_head link;
	struct blk_barrier barrier;
	struct blk_throttle throttle;
	struct blk_pause pause;
	struct blk_cgroup cgroup;
	atomic_long_t memory;

	struct mutex rings_lock;	/* the next four */
	struct blk_ring **rings;
	unsigned int nr_rings;
	u64 retired[BLK_NR_COUNTERS];
	struct blk_latency retired_latency;

	struct dentry *debugfs;
};

int blk_vbd_open(struct blk_vbd *vbd, dev_t dev, bool same);
void blk_vbd_close(struct blk_vbd *vbd);
void blk_vbd_empty(struct blk_vbd *vbd);
int blk_vbd_parse_number(const char *text, dev_t *dev);
int blk_vbd_measure(struct blk_vbd *vbd);
u64 blk_vbd_take_size(struct blk_vbd *vbd);
int blk_vbd_flush_cache(struct blk_vbd *vbd);
void blk_vbd_exit(void);

#endif
