// SPDX-License-Identifier: GPL-2.0
/*
 * The medium of a CD-ROM drive. The toolstack changes it by writing "params", as libxl does: empty
 * to take it out, else the path of a disk, with or without the format of its data and a colon. All
 * of this runs on the device's own queue.
 *
 * A medium that cannot be opened leaves an empty drive, whatever the reason. An empty drive has no
 * "physical-device", and "none" in "opened". Else "medium" has the params of the medium that is
 * open. So the next driver that is bound knows what has changed while none was.
 */
#include "medium.h"
#include "vbd.h"

#include <dom0/xs.h>
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/kdev_t.h>
#include <linux/string.h>

#define EMPTY_NOTE	"none"

/* Read a node. Return an empty text if there is none, or none that fits. */
static int read_node(struct blk_vbd *vbd, const char *key, char *text, size_t size)
{
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, key, text, size);

	if (err)
		*text = '\0';
	return dom0_xs_failed(err) ? err : 0;
}

/* Read what the toolstack has named as the medium. Return -ENOENT if there is no such node. */
static int read_params(struct blk_vbd *vbd, char *params)
{
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "params", params,
				      BLK_PARAMS_SIZE);

	if (err)
		*params = '\0';
	if (err && err != -ENOENT && !dom0_xs_failed(err))
		dom0_backend_error(vbd->be, err, "params is no text of less than %u bytes",
				   BLK_PARAMS_SIZE);
	return err;
}

/*
 * Remove the nodes of the medium @dev, so that the next one does not inherit them. A number that a
 * script has written for the next one stays.
 */
static int forget_medium(struct blk_vbd *vbd, dev_t dev)
{
	struct dom0_xs_batch batch;
	char number[24];
	dev_t named;
	int err = read_node(vbd, "physical-device", number, sizeof(number));

	if (err)
		return err;
	dom0_xs_begin(&batch, vbd->be);
	if (*number && (blk_vbd_parse_number(number, &named) || named == dev)) {
		dom0_xs_expect(&batch, "physical-device", number);
		dom0_xs_add_removal(&batch, "physical-device");
		dom0_xs_add_removal(&batch, "physical-device-path");
		dom0_xs_add_removal(&batch, "diskseq");
	}
	dom0_xs_add_removal(&batch, "medium");
	dom0_xs_add(&batch, "opened", EMPTY_NOTE);
	err = dom0_xs_commit(&batch);
	/* A script was faster: read it again. */
	if (err == -ESTALE)
		dom0_backend_retry(vbd->be);
	return err;
}

/* ---- when a driver is bound ---- */

/* Only a drive that the guest cannot write may lose its medium at any time. */
static int read_drive(struct blk_vbd *vbd)
{
	char type[16];
	int err = read_node(vbd, "device-type", type, sizeof(type)) ?:
		  read_node(vbd, "mode", vbd->mode, sizeof(vbd->mode));

	vbd->drive = !err && !strcmp(type, "cdrom") && *vbd->mode && !strchr(vbd->mode, 'w');
	return err;
}

/* If params was changed while no driver was bound, the nodes are those of another medium. */
static int forget_other(struct blk_vbd *vbd)
{
	char medium[BLK_PARAMS_SIZE], number[24];
	int err = read_node(vbd, "medium", medium, sizeof(medium)) ?:
		  read_node(vbd, "physical-device", number, sizeof(number));
	dev_t dev = 0;

	if (err || !*medium || !strcmp(medium, vbd->params))
		return err;
	blk_vbd_parse_number(number, &dev);
	return forget_medium(vbd, dev);
}

/*
 * Find out if the device is a drive, and if that was left or created without a medium. One that is
 * created with a medium waits for a script to name the disk. Return an error if xenstore fails.
 */
int blk_medium_init(struct blk_vbd *vbd)
{
	char note[48], number[24];
	int no_params, err = read_drive(vbd);

	if (err || !vbd->drive)
		return err;
	no_params = read_params(vbd, vbd->params);
	if (dom0_xs_failed(no_params))
		return no_params;
	err = forget_other(vbd) ?: read_node(vbd, "opened", note, sizeof(note)) ?:
	      read_node(vbd, "physical-device", number, sizeof(number));
	if (err)
		return err;
	if (!*number && (!strcmp(note, EMPTY_NOTE) || (!no_params && !*vbd->params)))
		blk_vbd_empty(vbd);
	return 0;
}

/* ---- changes ---- */

/* The medium @dev cannot be used: the drive is empty from now on. */
void blk_medium_lost(struct blk_vbd *vbd, dev_t dev)
{
	forget_medium(vbd, dev);
	blk_vbd_empty(vbd);
}

/* Return the path in @params, without the format of the data that libxl puts before it. */
static const char *medium_path(const char *params)
{
	const char *slash = strchr(params, '/');

	return slash && slash > params && slash[-1] == ':' ? slash : params;
}

/* Write the number of the disk, as a script of the toolstack does, unless a script has done so. */
static int name_medium(struct blk_vbd *vbd, dev_t dev, const char *path)
{
	struct dom0_xs_batch batch;
	int err;

	dom0_xs_begin(&batch, vbd->be);
	dom0_xs_expect(&batch, "physical-device", NULL);
	dom0_xs_add(&batch, "physical-device", "%x:%x", MAJOR(dev), MINOR(dev));
	dom0_xs_add(&batch, "physical-device-path", "%s", path);
	err = dom0_xs_commit(&batch);
	return err == -ESTALE ? 0 : err;
}

/* Name the disk. The watch of its number opens it. */
static void insert_medium(struct blk_vbd *vbd)
{
	const char *path = medium_path(vbd->params);
	dev_t dev;
	int err = lookup_bdev(path, &dev) ?: name_medium(vbd, dev, path);

	/* If xenstore has failed, this is called again. */
	if (err && !dom0_backend_retries(vbd->be))
		dom0_backend_error(vbd->be, err,
				   "the drive is empty: params names %s, which is no disk here",
				   path);
}

/* An earlier report is forgotten when the frontend connects. */
void blk_medium_report(const struct blk_vbd *vbd)
{
	if (vbd->bounds.empty && *vbd->params)
		dom0_backend_error(vbd->be, -ENOMEDIUM,
				   "the drive is empty: its medium %s could not be opened",
				   vbd->params);
}

/*
 * The toolstack has written params, or this driver has been bound. To write the same name once more
 * changes nothing, unless the drive is empty.
 */
void blk_medium_changed(struct blk_vbd *vbd)
{
	char params[BLK_PARAMS_SIZE];

	if (read_params(vbd, params))
		return;
	if (!vbd->bounds.empty) {
		if (!strcmp(params, vbd->params) || forget_medium(vbd, vbd->dev))
			return;
		blk_vbd_empty(vbd);
	}
	strscpy(vbd->params, params, sizeof(vbd->params));
	if (*params)
		insert_medium(vbd);
}
