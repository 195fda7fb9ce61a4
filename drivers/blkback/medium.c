// SPDX-License-Identifier: GPL-2.0
/*
 * The medium of a CD-ROM drive. The toolstack changes it by writing "params", as libxl does: empty
 * to take it out, else the path of a disk, with or without the format of its data and a colon. All
 * of this runs on the device's own queue.
 *
 * The node "medium" has the name that this driver has acted on, and the number of the disk that
 * belongs to it: 0:0 if the drive is empty. It is written in the same transaction as
 * "physical-device". While params has another name, the drive is empty and no disk is opened.
 * Whatever was written meanwhile, and by whom, the comparison of the two shows it, in each run and
 * in the next driver.
 *
 * A medium that cannot be opened leaves an empty drive, whatever the reason.
 */
#include "medium.h"
#include "vbd.h"

#include <dom0/xs.h>
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/kdev_t.h>
#include <linux/string.h>

/* Size of the longest note: a number, a blank, and a name with its end. */
#define NOTE_SIZE	(24 + BLK_PARAMS_SIZE)

/* What physical-device has. */
struct disk_number {
	char text[24];
	bool exists;
	bool fits;	/* in @text */
	dev_t dev;	/* 0 if it is not the number of a disk */
};

/* Read a node. Return an empty text if there is none, or none that fits. */
static int read_node(struct blk_vbd *vbd, const char *key, char *text, size_t size)
{
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, key, text, size);

	if (err)
		*text = '\0';
	return dom0_xs_failed(err) ? err : 0;
}

static int read_number(struct blk_vbd *vbd, struct disk_number *number)
{
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "physical-device", number->text,
				      sizeof(number->text));

	number->exists = err != -ENOENT;
	number->fits = !err;
	if (err || blk_vbd_parse_number(number->text, &number->dev))
		number->dev = 0;
	return dom0_xs_failed(err) ? err : 0;
}

/* Read what the toolstack has named as the medium. Return -ENOENT if there is no such node. */
static int read_params(struct blk_vbd *vbd, char *params)
{
	int err = dom0_xs_read_string(vbd->be, DOM0_SIDE_BACKEND, "params", params,
				      BLK_PARAMS_SIZE);

	if (err)
		*params = '\0';
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

/* Take over what an earlier driver has noted. */
static void take_note(struct blk_medium *medium, char *note)
{
	char *params = strchr(note, ' ');

	if (!params)
		return;
	*params++ = '\0';
	if (blk_vbd_parse_number(note, &medium->named))
		return;
	strscpy(medium->params, params, sizeof(medium->params));
	medium->noted = true;
}

/*
 * Find out if the device is a drive, and which medium an earlier driver has noted. The watches of
 * params and physical-device do the rest. Return an error if xenstore fails.
 */
int blk_medium_init(struct blk_vbd *vbd)
{
	char note[NOTE_SIZE];
	int err = read_drive(vbd);

	if (err || !vbd->drive)
		return err;
	err = read_params(vbd, vbd->medium.params);
	if (dom0_xs_failed(err))
		return err;
	err = read_node(vbd, "medium", note, sizeof(note));
	if (!err)
		take_note(&vbd->medium, note);
	return err;
}

/* ---- the note ---- */

static void add_note(struct dom0_xs_batch *batch, const char *params, dev_t dev)
{
	dom0_xs_add(batch, "medium", "%x:%x %s", MAJOR(dev), MINOR(dev), params);
}

static void note_is_written(struct blk_medium *medium, const char *params, dev_t dev)
{
	if (params != medium->params)
		strscpy(medium->params, params, sizeof(medium->params));
	medium->named = dev;
	medium->noted = true;
}

/* Add the medium that is open to a batch that notes the disk. */
void blk_medium_add_note(const struct blk_vbd *vbd, struct dom0_xs_batch *batch)
{
	if (vbd->drive)
		add_note(batch, vbd->medium.params, vbd->dev);
}

/* That batch has been written. */
void blk_medium_opened(struct blk_vbd *vbd)
{
	note_is_written(&vbd->medium, vbd->medium.params, vbd->dev);
	vbd->medium.failed = false;
}

/* Return the path in @params, without the format of the data that libxl puts before it. */
static const char *medium_path(const char *params)
{
	const char *slash = strchr(params, '/');

	return slash && slash > params && slash[-1] == ':' ? slash : params;
}

/* Write the number of the disk, as a script of the toolstack does; 0 removes it. */
static void add_number(struct dom0_xs_batch *batch, const char *params, dev_t dev)
{
	dom0_xs_add_removal(batch, "diskseq");
	if (dev) {
		dom0_xs_add(batch, "physical-device", "%x:%x", MAJOR(dev), MINOR(dev));
		dom0_xs_add(batch, "physical-device-path", "%s", medium_path(params));
	} else {
		dom0_xs_add_removal(batch, "physical-device");
		dom0_xs_add_removal(batch, "physical-device-path");
	}
}

/*
 * Note that @params names the disk @dev, or none if it is 0, and write its number in place of @old.
 * Another number than that has been written by a script for @params: it stays. The drive is empty
 * by now, so that the disk is free for others when xenstore says so.
 */
static int write_medium(struct blk_vbd *vbd, const char *params, dev_t old, dev_t dev)
{
	struct disk_number number;
	struct dom0_xs_batch batch;
	int err = read_number(vbd, &number);

	if (err)
		return err;
	dom0_xs_begin(&batch, vbd->be);
	if (number.fits || !number.exists)
		dom0_xs_expect(&batch, "physical-device", number.exists ? number.text : NULL);
	if (number.dev && number.dev != old)
		dev = number.dev;
	else
		add_number(&batch, params, dev);
	add_note(&batch, params, dev);
	dom0_xs_add(&batch, "opened", "none");
	dom0_xs_add_removal(&batch, "hotplug-error");
	err = dom0_xs_commit(&batch);
	if (!err)
		note_is_written(&vbd->medium, params, dev);
	/* A script was faster: read it again. */
	if (err == -ESTALE)
		dom0_backend_retry(vbd->be);
	return err;
}

/* ---- changes ---- */

/* The medium @dev cannot be used: the drive is empty from now on. */
void blk_medium_lost(struct blk_vbd *vbd, dev_t dev)
{
	blk_vbd_empty(vbd);
	vbd->medium.failed = true;
	write_medium(vbd, vbd->medium.params, dev, 0);
}

/* An earlier report is forgotten when the frontend connects. */
void blk_medium_report(const struct blk_vbd *vbd)
{
	if (vbd->bounds.empty && vbd->medium.failed)
		dom0_backend_error(vbd->be, -ENOMEDIUM,
				   "the drive is empty: its medium %s could not be opened",
				   vbd->medium.params);
}

/* Take out the medium, and name the one of @params, unless that is empty. */
static int name_medium(struct blk_vbd *vbd, const char *params)
{
	struct blk_medium *medium = &vbd->medium;
	dev_t dev = 0;
	int err, missing;

	if (!vbd->bounds.empty)
		blk_vbd_empty(vbd);
	medium->failed = false;
	missing = *params ? lookup_bdev(medium_path(params), &dev) : 0;
	if (missing == -ENOMEM) {
		dom0_backend_retry(vbd->be);
		return missing;
	}
	err = write_medium(vbd, params, medium->named, missing ? 0 : dev);
	if (err || !missing || medium->named)
		return err;
	medium->failed = true;
	dom0_backend_error(vbd->be, missing,
			   "the drive is empty: params names %s, which is no disk here",
			   medium_path(params));
	return 0;
}

/*
 * Whether the medium has to be named. The same name is tried again if it has been @written again
 * and the drive is empty. When this driver is bound, a drive without a number is empty, unless it
 * has just been created with a name: then a script is about to write the number.
 */
static bool has_to_name(const struct blk_vbd *vbd, const char *params, bool numbered, bool written)
{
	const struct blk_medium *medium = &vbd->medium;

	if (strcmp(params, medium->params))
		return true;
	if (vbd->file || numbered)
		return false;
	if (!vbd->looked)
		return medium->noted || !*params;
	return vbd->bounds.empty && written && *params;
}

/*
 * Compare the name in xenstore with the one that the drive has acted on, and act on it. @written
 * says that it has just been written, or that this driver has been bound. Without a name, the last
 * one holds. Return an error if that has failed. Then no disk may be opened, and this is called
 * again if that may help.
 */
int blk_medium_changed(struct blk_vbd *vbd, bool written)
{
	char text[BLK_PARAMS_SIZE];
	const char *params = text;
	struct disk_number number;
	int err = read_params(vbd, text);

	if (dom0_xs_failed(err))
		return err;
	if (err && err != -ENOENT && written)
		dom0_backend_error(vbd->be, err, "params is no text of less than %u bytes",
				   BLK_PARAMS_SIZE);
	if (err && !vbd->medium.noted)
		return 0;
	if (err) {
		params = vbd->medium.params;
		written = false;
	}
	err = read_number(vbd, &number);
	if (err)
		return err;
	if (has_to_name(vbd, params, number.exists, written))
		return name_medium(vbd, params);
	/* It is about to be opened under this name. */
	if (!vbd->file && number.dev)
		vbd->medium.named = number.dev;
	return 0;
}
