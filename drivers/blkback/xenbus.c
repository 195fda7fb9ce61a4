// SPDX-License-Identifier: GPL-2.0
/*
 * The device in xenstore: keys that are offered to the frontend, keys that the toolstack has
 * written, and the connection. All of this runs on the device's own queue.
 */
#include "barrier.h"
#include "cgroup.h"
#include "debugfs.h"
#include "frontend.h"
#include "medium.h"
#include "params.h"
#include "ring.h"
#include "stats.h"
#include "throttle.h"
#include "vbd.h"
#include "xenbus.h"

#include <dom0/fault_point.h>
#include <dom0/memory.h>
#include <dom0/xs.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

enum {
	WATCH_PHYSICAL_DEVICE,
	WATCH_ONLINE,
	WATCH_LIMITS,
	WATCH_PARAMS,
	WATCH_CGROUP,
};

/* ---- offers to the frontend ---- */

/*
 * Never offer less than before, whatever the parameters say now. When the driver is bound again,
 * the frontend may have connected by the old offer, or may do so later.
 */
static int read_offered(struct blk_vbd *vbd)
{
	u32 queues = 1, order = 0;
	int err;

	err = dom0_xs_read_u32(vbd->be, DOM0_SIDE_BACKEND, "multi-queue-max-queues", 1, U32_MAX,
			       &queues);
	if (dom0_xs_failed(err))
		return err;
	err = dom0_xs_read_u32(vbd->be, DOM0_SIDE_BACKEND, "max-ring-page-order", 0,
			       DOM0_RING_MAX_ORDER, &order);
	if (dom0_xs_failed(err))
		return err;
	vbd->max_queues = max(queues, READ_ONCE(blk_max_queues));
	vbd->max_order = max(order, blk_max_ring_page_order);
	return 0;
}

/*
 * Some frontends read the number of segments in InitWait, before the disk may be known. Offer what
 * each disk can serve, see offer_disk().
 */
static int offer_rings(struct blk_vbd *vbd)
{
	struct dom0_xs_batch batch;
	int err = read_offered(vbd);

	if (err)
		return err;
	dom0_xs_begin(&batch, vbd->be);
	dom0_xs_add(&batch, "max-ring-page-order", "%u", vbd->max_order);
	dom0_xs_add(&batch, "multi-queue-max-queues", "%u", vbd->max_queues);
	dom0_xs_add(&batch, "feature-max-indirect-segments", "%u", BLK_INDIRECT_MAX - 1);
	return dom0_xs_commit(&batch);
}

static void add_discard(struct blk_vbd *vbd, struct dom0_xs_batch *batch)
{
	dom0_xs_add(batch, "feature-discard", "%d", vbd->bounds.discard);
	if (!vbd->bounds.discard)
		return;
	dom0_xs_add(batch, "discard-granularity", "%u", bdev_discard_granularity(vbd->bdev));
	dom0_xs_add(batch, "discard-alignment", "%d", bdev_discard_alignment(vbd->bdev));
	dom0_xs_add(batch, "discard-secure", "%d", vbd->bounds.secure_discard);
}

/* Old frontends know barriers only. Newer ones choose flushes, which are cheaper. */
static void add_flush(struct blk_vbd *vbd, struct dom0_xs_batch *batch)
{
	/* A connected frontend does not read this again for another medium. */
	int flush = !vbd->drive && bdev_write_cache(vbd->bdev);

	dom0_xs_add(batch, "feature-flush-cache", "%d", flush);
	dom0_xs_add(batch, "feature-barrier", "%d", flush);
}

static void add_physical_size(struct blk_vbd *vbd, struct dom0_xs_batch *batch)
{
	if (vbd->bdev)
		dom0_xs_add(batch, "physical-sector-size", "%u",
			    bdev_physical_block_size(vbd->bdev));
	else
		dom0_xs_add_removal(batch, "physical-sector-size");
}

/*
 * If a read may begin and end within a block, its data takes up to one page more than it has
 * segments. That may be so with the next medium of a drive.
 */
static int offer_disk(struct blk_vbd *vbd)
{
	struct dom0_xs_batch batch;
	u64 sectors = blk_vbd_take_size(vbd);
	int err;

	dom0_xs_begin(&batch, vbd->be);
	add_flush(vbd, &batch);
	add_discard(vbd, &batch);
	dom0_xs_add(&batch, "feature-max-indirect-segments", "%u",
		    BLK_INDIRECT_MAX - (vbd->drive || vbd->bounds.small_sectors));
	dom0_xs_add(&batch, "feature-persistent", "%d", READ_ONCE(blk_feature_persistent));
	dom0_xs_add(&batch, "sectors", "%llu", sectors);
	dom0_xs_add(&batch, "info", "%u", vbd->info);
	dom0_xs_add(&batch, "sector-size", "%u", vbd->sector_size);
	add_physical_size(vbd, &batch);
	err = dom0_xs_commit(&batch);
	if (!err)
		WRITE_ONCE(vbd->told_sectors, sectors);
	return err;
}

/* ---- the disk ---- */

static int read_physical_device(struct blk_vbd *vbd, dev_t *dev)
{
	char text[24];
	int err;

	err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "physical-device", text,
				  sizeof(text));
	if (err == -ENOENT)
		return err;
	if (!err)
		err = blk_vbd_parse_number(text, dev);
	if (err)
		dom0_backend_error(vbd->be, err, "physical-device is not major:minor in hex");
	return err;
}

static int note_opened(struct blk_vbd *vbd)
{
	struct dom0_xs_batch batch;
	int err;

	dom0_xs_begin(&batch, vbd->be);
	dom0_xs_add(&batch, "opened", "%x:%x@%llx", MAJOR(vbd->dev), MINOR(vbd->dev),
		    vbd->bdev->bd_disk->diskseq);
	blk_medium_add_note(vbd, &batch);
	dom0_xs_add_removal(&batch, "hotplug-error");
	err = dom0_xs_commit(&batch);
	if (!err && vbd->drive)
		blk_medium_opened(vbd);
	return err;
}

/* Close a disk that has just been opened. The drive of a medium may be connected. */
static void close_disk(struct blk_vbd *vbd)
{
	if (vbd->rings)
		blk_vbd_empty(vbd);
	else
		blk_vbd_close(vbd);
	vbd->dev = 0;
}

/*
 * Open the disk and note it in xenstore. Close it if it cannot be noted: the note about an earlier
 * disk would refuse it next time.
 */
static int open_and_note(struct blk_vbd *vbd, dev_t dev, bool same)
{
	int err = blk_vbd_open(vbd, dev, same);

	if (err)
		return err;
	err = dom0_fault_point("vbd_opened") ?: note_opened(vbd);
	if (!err)
		return 0;
	dom0_backend_error(vbd->be, err, "cannot note that physical-device %x:%x is open",
			   MAJOR(dev), MINOR(dev));
	close_disk(vbd);
	return err;
}

/* The disk @dev that the toolstack has named cannot be used. A drive is then empty. */
static void refuse_disk(struct blk_vbd *vbd, dev_t dev)
{
	vbd->looked = true;
	if (vbd->drive)
		blk_medium_lost(vbd, dev);
	else
		vbd->unusable = true;
}

/*
 * If the disk cannot be opened, hotplug-error tells the toolstack, the error node tells the
 * administrator, and our state tells the guest, which need not wait. The toolstack may name the
 * disk again. If xenstore has failed, or memory is short, it is not known yet if the disk can be
 * opened: this is called again.
 */
static void open_disk(struct blk_vbd *vbd, dev_t dev, bool same)
{
	int err = open_and_note(vbd, dev, same);
	bool later;

	if (err == -ENOMEM)
		dom0_backend_retry(vbd->be);
	later = err && dom0_backend_retries(vbd->be);
	if (later) {
		vbd->dev = dev;
	} else if (err) {
		refuse_disk(vbd, dev);
	} else {
		vbd->looked = true;
		vbd->unusable = false;
	}
	if (err == -ENOMEM || (err && !later))
		dom0_xs_write(vbd->be, "hotplug-error", "physical-device %x:%x: error %d",
			      MAJOR(dev), MINOR(dev), -err);
}

/* Whether the toolstack has detached the device and seen it Closed: it considers the disk free. */
static bool given_up(struct blk_vbd *vbd, int online)
{
	return !vbd->rings && vbd->be->xdev->state == XenbusStateClosed && !online;
}

static void note_name(struct blk_vbd *vbd, dev_t dev)
{
	vbd->looked = true;
	vbd->dev = dev;
}

/*
 * The toolstack, or its hotplug script, has named the disk: just now if it has @written the number,
 * or before this driver was bound. Refuse a second name while the first is in use. If the device
 * was given up, only note the name: the disk is opened when the toolstack wants it back.
 */
static void physical_device_changed(struct blk_vbd *vbd, bool written)
{
	bool same = !vbd->looked || !written;
	dev_t dev;
	int online = dom0_backend_online(vbd->be);
	int err = online < 0 ? online : read_physical_device(vbd, &dev);

	/* This is called again. */
	if (dom0_xs_failed(err))
		return;
	if (err && err != -ENOENT && !vbd->file)
		refuse_disk(vbd, 0);
	if (err) {
		vbd->looked = true;
		return;
	}
	if (!vbd->file && given_up(vbd, online))
		note_name(vbd, dev);
	else if (!vbd->file)
		open_disk(vbd, dev, same);
	else if (dev != vbd->dev)
		dom0_backend_error(vbd->be, -EBUSY,
				   "physical-device changed to %x:%x, but %x:%x stays in use",
				   MAJOR(dev), MINOR(dev), MAJOR(vbd->dev), MINOR(vbd->dev));
}

/*
 * Write our state again, unchanged: that makes a connected frontend read the size again. If this
 * fails, told_sectors stays old, and the next poll of sizes tries again.
 */
static void size_changed(struct blk_vbd *vbd)
{
	struct dom0_xs_batch batch;
	u64 sectors;

	if (!vbd->file && !vbd->bounds.empty)
		return;
	sectors = blk_vbd_take_size(vbd);
	dom0_xs_begin(&batch, vbd->be);
	dom0_xs_add(&batch, "sectors", "%llu", sectors);
	dom0_xs_add_nudge(&batch);
	if (!dom0_xs_commit(&batch))
		WRITE_ONCE(vbd->told_sectors, sectors);
}

/*
 * To detach a device that is Closed already, the toolstack changes nothing but "online". If it
 * wants a released device back, open the disk again by the number that is in xenstore now. Not
 * before the disk's name has been read once: physical_device_changed() also compares the disk with
 * the one before, and must do so until it has an answer. The disk of a drive is opened by
 * drive_changed().
 */
static void online_changed(struct blk_vbd *vbd)
{
	int online = dom0_backend_online(vbd->be);
	dev_t dev;

	if (given_up(vbd, online))
		blk_vbd_close(vbd);
	else if (!vbd->drive && !vbd->file && vbd->looked && vbd->dev && online > 0 &&
		 !read_physical_device(vbd, &dev))
		open_disk(vbd, dev, true);
}

/* Whether the frontend has been told the size of another medium. */
static bool has_other_size(const struct blk_vbd *vbd)
{
	return vbd->drive && vbd->told_sectors != vbd->bounds.nr_sectors;
}

/*
 * The name of a medium comes before its number, which belongs to that name. Each of the two is read
 * whatever was written, as the other may have been written before. A connected frontend is told
 * that the old medium is gone before the new one is opened: that may have the same size.
 */
static void drive_changed(struct blk_vbd *vbd, unsigned long fired)
{
	if (blk_medium_changed(vbd, fired & BIT(WATCH_PARAMS)))
		return;
	if (has_other_size(vbd))
		size_changed(vbd);
	if (dom0_backend_retries(vbd->be))
		return;
	physical_device_changed(vbd, fired & BIT(WATCH_PHYSICAL_DEVICE));
}

static bool may_change_medium(const struct blk_vbd *vbd, unsigned long fired)
{
	return vbd->drive && fired & (BIT(WATCH_PARAMS) | BIT(WATCH_PHYSICAL_DEVICE) |
				      BIT(WATCH_ONLINE));
}

static void blk_changed(struct dom0_backend *be, unsigned long fired)
{
	struct blk_vbd *vbd = be->priv;

	if (fired & BIT(WATCH_ONLINE))
		online_changed(vbd);
	if (may_change_medium(vbd, fired))
		drive_changed(vbd, fired);
	else if (fired & BIT(WATCH_PHYSICAL_DEVICE))
		physical_device_changed(vbd, true);
	if (fired & BIT(WATCH_LIMITS))
		blk_throttle_read(vbd);
	if (fired & BIT(WATCH_CGROUP))
		blk_cgroup_read(vbd);
	if (fired & BIT(BLK_FIRE_SIZE) || has_other_size(vbd))
		size_changed(vbd);
}

static bool blk_ready(struct dom0_backend *be)
{
	struct blk_vbd *vbd = be->priv;

	return vbd->file || vbd->bounds.empty;
}

static bool blk_usable(struct dom0_backend *be)
{
	struct blk_vbd *vbd = be->priv;

	return !vbd->unusable;
}

/* ---- the connection ---- */

/*
 * Read the disk's name for the names of the worker threads: the last part of the toolstack's name
 * for it, such as "xvda".
 */
static void read_dev_name(struct dom0_backend *be, char *name, size_t size)
{
	char path[64];

	if (dom0_xs_read_string(be, DOM0_SIDE_BACKEND, "dev", path, sizeof(path)))
		strscpy(path, "vbd", sizeof(path));
	strscpy(name, kbasename(path), size);
}

static void destroy_rings(struct blk_ring **rings, unsigned int nr)
{
	while (nr--)
		blk_ring_destroy(rings[nr]);
	kfree(rings);
}

static struct blk_ring *create_ring(struct blk_vbd *vbd, const struct blk_frontend *front,
				    struct blk_ring_config *config)
{
	int err = blk_frontend_read_queue(vbd->be, front, config);

	return err ? ERR_PTR(err) : blk_ring_create(vbd, config);
}

/* Return the grants that each queue may keep mapped: the queues share those of the device. */
static unsigned int persistent_share(const struct blk_frontend *front)
{
	unsigned int max = READ_ONCE(blk_max_persistent_grants);

	return front->persistent ? DIV_ROUND_UP_ULL(max, front->nr_queues) : 0;
}

static int create_rings(struct blk_vbd *vbd, const struct blk_frontend *front)
{
	char dev_name[16];
	struct blk_ring_config config = {
		.dev_name = dev_name,
		.nr_refs = 1U << front->order,
		.abi = front->abi,
		.max_persistent = persistent_share(front),
	};
	struct blk_ring **rings;
	int err;

	read_dev_name(vbd->be, dev_name, sizeof(dev_name));
	rings = kcalloc(front->nr_queues, sizeof(*rings), DOM0_GUEST_GFP);
	if (!rings) {
		dom0_backend_error(vbd->be, -ENOMEM, "no memory for %u queues",
				   front->nr_queues);
		return -ENOMEM;
	}
	for (; config.index < front->nr_queues; config.index++) {
		rings[config.index] = create_ring(vbd, front, &config);
		if (IS_ERR(rings[config.index])) {
			err = PTR_ERR(rings[config.index]);
			goto destroy_rings;
		}
	}

	mutex_lock(&vbd->rings_lock);
	vbd->rings = rings;
	vbd->nr_rings = front->nr_queues;
	mutex_unlock(&vbd->rings_lock);
	blk_rings_start(rings, front->nr_queues);
	return 0;

destroy_rings:
	blk_rings_stop(rings, config.index, true);
	destroy_rings(rings, config.index);
	return err;
}

static void blk_disconnect(struct dom0_backend *be)
{
	struct blk_vbd *vbd = be->priv;
	struct blk_ring **rings = vbd->rings;
	unsigned int i, nr = vbd->nr_rings;

	/*
	 * If the frontend leaves, waiting requests fail. Else a frontend could exceed its limits by
	 * connecting repeatedly.
	 */
	blk_rings_stop(rings, nr, !dom0_backend_leaving(be));

	mutex_lock(&vbd->rings_lock);
	for (i = 0; i < nr; i++) {
		blk_counters_add(vbd->retired, rings[i]->counters);
		blk_latency_add(&vbd->retired_latency, &rings[i]->finish.latency);
	}
	vbd->rings = NULL;
	vbd->nr_rings = 0;
	mutex_unlock(&vbd->rings_lock);

	destroy_rings(rings, nr);
}

/* Read the disk's properties again. A medium that has become useless does not end its drive. */
static int measure_disk(struct blk_vbd *vbd)
{
	int err = blk_vbd_flush_cache(vbd) ?: blk_vbd_measure(vbd);

	if (!err || !vbd->drive || dom0_backend_retries(vbd->be))
		return err;
	if (vbd->file)
		blk_medium_lost(vbd, vbd->dev);
	return 0;
}

static int blk_connect(struct dom0_backend *be)
{
	struct blk_vbd *vbd = be->priv;
	struct blk_frontend front;
	int err;

	err = blk_frontend_read(vbd, &front) ?: measure_disk(vbd);
	if (err)
		return err;
	err = offer_disk(vbd);
	if (err) {
		dom0_backend_error(be, err, "cannot describe the disk to the frontend");
		return err;
	}
	/*
	 * Read the limits and the cgroup before rings exist, so that they hold from the first
	 * request on. This also reports invalid ones again.
	 */
	blk_throttle_read(vbd);
	blk_cgroup_read(vbd);
	blk_medium_report(vbd);
	return create_rings(vbd, &front);
}

/* ---- the device ---- */

/* Before the watch of physical-device, so that the first run has both. */
static int watch_medium(struct blk_vbd *vbd)
{
	return vbd->drive ? dom0_backend_watch(vbd->be, WATCH_PARAMS, DOM0_SIDE_BACKEND,
					       "params") : 0;
}

static int blk_probe(struct dom0_backend *be)
{
	struct blk_vbd *vbd;
	int err;

	vbd = kzalloc(sizeof(*vbd), GFP_KERNEL);
	if (!vbd)
		return -ENOMEM;
	vbd->be = be;
	mutex_init(&vbd->rings_lock);
	blk_barrier_init(&vbd->barrier);
	blk_throttle_init(&vbd->throttle);
	blk_pause_init(&vbd->pause);
	blk_cgroup_init(&vbd->cgroup);
	be->priv = vbd;

	err = dom0_fault_point("vbd_probe") ?: offer_rings(vbd) ?: blk_medium_init(vbd) ?:
	      watch_medium(vbd) ?:
	      dom0_backend_watch(be, WATCH_PHYSICAL_DEVICE, DOM0_SIDE_BACKEND,
				 "physical-device") ?:
	      dom0_backend_watch(be, WATCH_ONLINE, DOM0_SIDE_BACKEND, "online") ?:
	      dom0_backend_watch(be, WATCH_LIMITS, DOM0_SIDE_BACKEND, "limits") ?:
	      dom0_backend_watch(be, WATCH_CGROUP, DOM0_SIDE_BACKEND, "cgroup");
	if (err) {
		dom0_backend_error(be, err, "cannot write to %s", be->node);
		goto unwatch;
	}
	blk_debugfs_add(vbd);
	return 0;

unwatch:
	dom0_backend_unwatch(be, WATCH_CGROUP);
	dom0_backend_unwatch(be, WATCH_LIMITS);
	dom0_backend_unwatch(be, WATCH_ONLINE);
	dom0_backend_unwatch(be, WATCH_PHYSICAL_DEVICE);
	dom0_backend_unwatch(be, WATCH_PARAMS);
	be->priv = NULL;
	mutex_destroy(&vbd->rings_lock);
	kfree(vbd);
	return err;
}

static void blk_release(struct dom0_backend *be)
{
	blk_vbd_close(be->priv);
}

static void blk_remove(struct dom0_backend *be)
{
	struct blk_vbd *vbd = be->priv;

	blk_debugfs_remove(vbd);
	dom0_backend_unwatch(be, WATCH_CGROUP);
	dom0_backend_unwatch(be, WATCH_LIMITS);
	dom0_backend_unwatch(be, WATCH_ONLINE);
	dom0_backend_unwatch(be, WATCH_PHYSICAL_DEVICE);
	dom0_backend_unwatch(be, WATCH_PARAMS);
	blk_vbd_close(vbd);
	blk_cgroup_release(vbd);
	be->priv = NULL;
	mutex_destroy(&vbd->rings_lock);
	kfree(vbd);
}

const struct dom0_backend_driver blk_driver = {
	.type = "vbd",
	.name = "dom0-vbd",
	.groups = blk_attr_groups,
	.probe = blk_probe,
	.ready = blk_ready,
	.connect = blk_connect,
	.disconnect = blk_disconnect,
	.release = blk_release,
	.usable = blk_usable,
	.remove = blk_remove,
	.changed = blk_changed,
};
