// SPDX-License-Identifier: GPL-2.0
/* The disk behind a device: opening, identity, properties, and its size, which may change. */
#include "params.h"
#include "pause.h"
#include "ring.h"
#include "vbd.h"
#include "xenbus.h"

#include <dom0/fault_point.h>
#include <dom0/xs.h>
#include <linux/cdrom.h>
#include <linux/log2.h>
#include <linux/pagemap.h>
#include <linux/workqueue.h>

/* What the frontend of a drive is told: a connected one does not read it again. */
#define DRIVE_INFO		(VDISK_CDROM | VDISK_REMOVABLE | VDISK_READONLY)

/* The block size that the frontend of a drive without a medium is told, that of a CD. */
#define DRIVE_SECTOR_SIZE	2048

/* The kernel has no notifier for a change of a disk's size, so one slow timer polls all disks. */
#define SIZE_POLL_PERIOD	(2 * HZ)

static void poll_sizes(struct work_struct *work);

static LIST_HEAD(open_vbds);
static DEFINE_MUTEX(open_vbds_lock);	/* protects open_vbds */
static DECLARE_DELAYED_WORK(poll_work, poll_sizes);

static void poll_later(void)
{
	schedule_delayed_work(&poll_work, round_jiffies_relative(SIZE_POLL_PERIOD));
}

/* Runs on a shared work queue, so it leaves xenstore to the queues of the devices. */
static void poll_sizes(struct work_struct *work)
{
	struct blk_vbd *vbd;

	mutex_lock(&open_vbds_lock);
	list_for_each_entry(vbd, &open_vbds, link)
		if (bdev_nr_sectors(vbd->bdev) != READ_ONCE(vbd->told_sectors))
			dom0_backend_fire(vbd->be, BLK_FIRE_SIZE);
	if (!list_empty(&open_vbds))
		poll_later();
	mutex_unlock(&open_vbds_lock);
}

static void watch_size(struct blk_vbd *vbd)
{
	mutex_lock(&open_vbds_lock);
	list_add_tail(&vbd->link, &open_vbds);
	poll_later();
	mutex_unlock(&open_vbds_lock);
}

/* The timer stops by itself when the list is empty. */
static void unwatch_size(struct blk_vbd *vbd)
{
	mutex_lock(&open_vbds_lock);
	list_del(&vbd->link);
	mutex_unlock(&open_vbds_lock);
}

void blk_vbd_exit(void)
{
	cancel_delayed_work_sync(&poll_work);
}

/* Read the size of the disk, and check requests against it from now on. Return it. */
u64 blk_vbd_take_size(struct blk_vbd *vbd)
{
	u64 sectors = vbd->bdev ? bdev_nr_sectors(vbd->bdev) : 0;

	WRITE_ONCE(vbd->bounds.nr_sectors, sectors);
	return sectors;
}

/*
 * The guest bypasses Dom0's page cache. So write dirty pages to the disk first, and drop all cached
 * pages, even those that a program has mapped. Report errors: the guest must not see a disk that
 * lacks data written to it.
 */
static int flush_cache(struct blk_vbd *vbd, struct file *file)
{
	int err = sync_blockdev(file_bdev(file));

	if (err) {
		dom0_backend_error(vbd->be, err, "cannot write back Dom0's cache of the disk");
		/* The kernel reports it once, so do not try again. */
		return -EIO;
	}
	/* A page that a program of Dom0 writes meanwhile stays cached: nothing can prevent that. */
	invalidate_inode_pages2(dom0_bdev_file_mapping(file));
	return 0;
}

int blk_vbd_flush_cache(struct blk_vbd *vbd)
{
	return vbd->file ? flush_cache(vbd, vbd->file) : 0;
}

/*
 * A discard frees blocks that the toolstack may want to stay allocated. So if the key cannot be
 * read, fail, and do not assume its default.
 */
static int read_discard(struct blk_vbd *vbd)
{
	u32 enable = 1;
	int err = dom0_xs_read_u32(vbd->be, DOM0_SIDE_BACKEND, "discard-enable", 0, U32_MAX,
				   &enable);

	if (dom0_xs_failed(err)) {
		dom0_backend_error(vbd->be, err, "cannot read discard-enable");
		return err;
	}
	vbd->bounds.discard = enable && bdev_max_discard_sectors(vbd->bdev);
	return 0;
}

/*
 * The frontend is told the block size of the disk, unless the toolstack has written a smaller one:
 * some frontends know blocks of 512 bytes only. What a connected frontend was told stays.
 */
static int read_sector_size(struct blk_vbd *vbd)
{
	unsigned int block_size = vbd->bdev ? bdev_logical_block_size(vbd->bdev) :
					      DRIVE_SECTOR_SIZE;
	u32 size = block_size;
	int err;

	if (vbd->rings)
		return 0;
	err = dom0_xs_read_u32(vbd->be, DOM0_SIDE_BACKEND, "logical-sector-size",
			       1 << BLK_SECTOR_SHIFT, block_size, &size);
	if (err == -ENOENT)
		err = 0;
	if (!err && !is_power_of_2(size))
		err = -EINVAL;
	if (err)
		dom0_backend_error(vbd->be, err,
				   "logical-sector-size is not a power of two of 512 to %u, the block size of the disk",
				   block_size);
	else
		vbd->sector_size = size;
	return err;
}

/*
 * A frontend may have been told the sector size of an earlier medium, so any part of a drive can be
 * read. A drive has no discards: what a frontend is offered holds for each medium.
 */
static void read_bounds(struct blk_vbd *vbd)
{
	struct blk_bounds *bounds = &vbd->bounds;

	bounds->block_sectors = bdev_logical_block_size(vbd->bdev) >> BLK_SECTOR_SHIFT;
	bounds->small_sectors = vbd->drive ||
				vbd->sector_size < bdev_logical_block_size(vbd->bdev);
	bounds->empty = false;
	bounds->readonly = !strchr(vbd->mode, 'w');
	bounds->discard &= !vbd->drive;
	bounds->secure_discard = bounds->discard && bdev_max_secure_erase_sectors(vbd->bdev);
	blk_vbd_take_size(vbd);
}

static int read_info(struct blk_vbd *vbd)
{
	struct gendisk *disk = vbd->bdev->bd_disk;
	bool removable = false;
	char type[16] = "";
	int err;

	if (vbd->drive) {
		vbd->info = DRIVE_INFO;
		return 0;
	}
	err = dom0_xs_read_string(vbd->be, DOM0_SIDE_FRONTEND, "device-type", type, sizeof(type));
	if (dom0_xs_failed(err)) {
		dom0_backend_error(vbd->be, err, "cannot read frontend's device-type");
		return err;
	}
	err = dom0_xs_read_flag(vbd->be, DOM0_SIDE_BACKEND, "removable", &removable);
	if (err)
		dom0_backend_error(vbd->be, err, "removable is not a number");
	if (dom0_xs_failed(err))
		return err;
	vbd->info = 0;
	if (!strcmp(type, "cdrom") || disk_to_cdi(disk))
		vbd->info |= VDISK_CDROM;
	if (removable || disk->flags & GENHD_FL_REMOVABLE)
		vbd->info |= VDISK_REMOVABLE;
	if (vbd->bounds.readonly)
		vbd->info |= VDISK_READONLY;
	return 0;
}

static int check_disk(struct blk_vbd *vbd)
{
	unsigned int block_size = bdev_logical_block_size(vbd->bdev);

	if (strchr(vbd->mode, 'w') && bdev_read_only(vbd->bdev)) {
		dom0_backend_error(vbd->be, -EROFS,
				   "mode %s, but physical-device %x:%x is read-only", vbd->mode,
				   MAJOR(vbd->dev), MINOR(vbd->dev));
		return -EROFS;
	}
	if (block_size > PAGE_SIZE) {
		dom0_backend_error(vbd->be, -EINVAL,
				   "physical-device %x:%x has blocks of %u bytes, more than a page",
				   MAJOR(vbd->dev), MINOR(vbd->dev), block_size);
		return -EINVAL;
	}
	return 0;
}

/*
 * Read the disk's properties again: an open one, such as one of the device mapper, may have another
 * disk below it than before. Call it only while no ring checks requests. Reports errors.
 */
int blk_vbd_measure(struct blk_vbd *vbd)
{
	int err;

	if (!vbd->bdev)
		return read_sector_size(vbd);
	err = check_disk(vbd) ?: read_sector_size(vbd) ?: read_discard(vbd);
	if (err)
		return err;
	read_bounds(vbd);
	return read_info(vbd);
}

/* ---- identity ---- */

/*
 * A device number may be reused for another disk while ours is closed: between the hotplug script
 * and this driver, or while no driver is bound. The kernel's sequence number of disks is never
 * reused. The toolstack may write which one it means.
 */
static int check_wanted_seq(struct blk_vbd *vbd, u64 seq)
{
	u64 wanted;
	char text[20];
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "diskseq", text, sizeof(text));

	if (err == -ENOENT)
		return 0;
	if (!err)
		err = kstrtou64(text, 16, &wanted);
	if (err) {
		dom0_backend_error(vbd->be, err, "diskseq is not a number in hex");
		return err;
	}
	if (wanted == seq)
		return 0;
	dom0_backend_error(vbd->be, -ESTALE, "physical-device %x:%x has diskseq %llx, not %llx",
			   MAJOR(vbd->dev), MINOR(vbd->dev), seq, wanted);
	return -ESTALE;
}

/*
 * Compare the disk with the one that was open before under the same number, as noted in xenstore. A
 * removable drive passes: a change of its medium changes its sequence number.
 */
static int check_noted_seq(struct blk_vbd *vbd, u64 seq)
{
	unsigned int major, minor;
	u64 noted;
	char text[48];
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "opened", text, sizeof(text));

	if (dom0_xs_failed(err)) {
		dom0_backend_error(vbd->be, err, "cannot read which disk was open before");
		return err;
	}
	if (err || sscanf(text, "%x:%x@%llx", &major, &minor, &noted) != 3 ||
	    MKDEV(major, minor) != vbd->dev || noted == seq ||
	    vbd->bdev->bd_disk->flags & GENHD_FL_REMOVABLE)
		return 0;
	dom0_backend_error(vbd->be, -ESTALE,
			   "physical-device %x:%x is another disk than before: diskseq %llx, not %llx",
			   MAJOR(vbd->dev), MINOR(vbd->dev), seq, noted);
	return -ESTALE;
}

static int check_identity(struct blk_vbd *vbd, bool same)
{
	u64 seq = vbd->bdev->bd_disk->diskseq;
	int err = check_wanted_seq(vbd, seq);

	if (!err && same)
		err = check_noted_seq(vbd, seq);
	return err;
}

/* ---- opening ---- */

/* Parse the number of a disk, as the toolstack writes it. */
int blk_vbd_parse_number(const char *text, dev_t *dev)
{
	unsigned int major, minor;
	char rest;

	if (sscanf(text, "%x:%x%c", &major, &minor, &rest) != 2 ||
	    MAJOR(MKDEV(major, 0)) != major || minor > MINORMASK)
		return -EINVAL;
	*dev = MKDEV(major, minor);
	return 0;
}

/* The mode of a drive does not change with its medium: the frontend knows it. */
static int read_mode(struct blk_vbd *vbd)
{
	int err;

	if (vbd->drive)
		return 0;
	err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "mode", vbd->mode,
				  sizeof(vbd->mode));
	if (err)
		dom0_backend_error(vbd->be, err, "cannot read mode");
	return err;
}

/*
 * A disk that a guest may write must not be mounted in Dom0, neither now nor later, so claim it.
 * One holder stands for all devices, because two guests may use the same disk. That happens while a
 * domain migrates within the host, or if the toolstack allows it.
 */
static void *claim_holder(const struct blk_vbd *vbd)
{
	if (!strchr(vbd->mode, 'w') || strchr(vbd->mode, '!') || !READ_ONCE(blk_exclusive))
		return NULL;
	return (void *)&blk_driver;
}

static struct file *open_file(struct blk_vbd *vbd, dev_t dev)
{
	blk_mode_t mode = BLK_OPEN_READ | (strchr(vbd->mode, 'w') ? BLK_OPEN_WRITE : 0);
	void *holder = claim_holder(vbd);
	struct file *file = bdev_file_open_by_dev(dev, mode, holder, NULL);

	if (IS_ERR(file))
		dom0_backend_error(vbd->be, PTR_ERR(file),
				   holder && PTR_ERR(file) == -EBUSY ?
				   "physical-device %x:%x is in use in this domain" :
				   "cannot open physical-device %x:%x", MAJOR(dev), MINOR(dev));
	return file;
}

/* Make it a drive without a medium. The caller keeps the rings from checking requests. */
static void set_empty(struct blk_vbd *vbd)
{
	vbd->bdev = NULL;
	vbd->dev = 0;
	vbd->unusable = false;
	vbd->bounds = (struct blk_bounds){
		.block_sectors = 1,
		.empty = true,
		.readonly = true,
	};
	vbd->info = DRIVE_INFO;
	if (!vbd->rings)
		vbd->sector_size = DRIVE_SECTOR_SIZE;
}

/* Take over the disk in @file. If that fails, a drive whose rings are at work stays empty. */
static int take_file(struct blk_vbd *vbd, struct file *file, dev_t dev, bool same)
{
	int err;

	vbd->bdev = file_bdev(file);
	vbd->dev = dev;
	err = check_identity(vbd, same) ?: blk_vbd_measure(vbd);
	if (!err) {
		vbd->file = file;
		return 0;
	}
	vbd->bdev = NULL;
	vbd->dev = 0;
	if (vbd->rings)
		set_empty(vbd);
	return err;
}

/*
 * Open the disk. With @same, it must be the one that was open under that number before, if any was.
 * Reports errors. Only a drive without a medium may have rings.
 */
int blk_vbd_open(struct blk_vbd *vbd, dev_t dev, bool same)
{
	struct file *file;
	int err;

	err = dom0_fault_point("vbd_open") ?: read_mode(vbd);
	if (err)
		return err;
	file = open_file(vbd, dev);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = vbd->rings ? flush_cache(vbd, file) : 0;
	if (err)
		goto close;
	blk_pause_begin(vbd);
	err = take_file(vbd, file, dev, same);
	blk_pause_end(vbd);
	if (err)
		goto close;
	/* A connected frontend is told the size of the new medium later. */
	if (!vbd->rings)
		vbd->told_sectors = vbd->bounds.nr_sectors;
	watch_size(vbd);
	return 0;

close:
	dom0_bdev_close(file);
	return err;
}

/* Let go of the disk. The caller closes the file that is returned, if any. */
static struct file *give_file(struct blk_vbd *vbd)
{
	struct file *file = vbd->file;

	if (file)
		unwatch_size(vbd);
	vbd->file = NULL;
	return file;
}

/* Close the disk, while no ring exists. When this returns, the disk is free for others. */
void blk_vbd_close(struct blk_vbd *vbd)
{
	struct file *file = give_file(vbd);

	vbd->bdev = NULL;
	if (file)
		dom0_bdev_close(file);
}

/*
 * Take the medium out of a drive, if there is one. Requests that the rings have taken are finished,
 * all others fail from now on. When this returns, the disk is free for others.
 */
void blk_vbd_empty(struct blk_vbd *vbd)
{
	struct file *file = give_file(vbd);

	blk_pause_begin(vbd);
	set_empty(vbd);
	blk_pause_end(vbd);
	if (file)
		dom0_bdev_close(file);
}
