/* SPDX-License-Identifier: GPL-2.0 */
/* The medium of a CD-ROM drive, which the toolstack may change while the guest runs. */
#ifndef _BLKBACK_MEDIUM_H
#define _BLKBACK_MEDIUM_H

#include <linux/types.h>

struct blk_vbd;
struct dom0_xs_batch;

/* Size of the longest name of a medium, with its end. */
#define BLK_PARAMS_SIZE	256

/**
 * struct blk_medium - what a drive has made of the name of its medium
 *
 * The device's work owns it.
 *
 * @params: the name that the drive has acted on, with or without success
 * @named: the number of the disk that belongs to it; 0 if the drive is empty
 * @noted: both are in xenstore
 * @failed: the drive is empty, since the medium could not be found or opened
 */
struct blk_medium {
	char params[BLK_PARAMS_SIZE];
	dev_t named;
	bool noted;
	bool failed;
};

int blk_medium_init(struct blk_vbd *vbd);
int blk_medium_changed(struct blk_vbd *vbd, bool written);
void blk_medium_add_note(const struct blk_vbd *vbd, struct dom0_xs_batch *batch);
void blk_medium_opened(struct blk_vbd *vbd);
void blk_medium_lost(struct blk_vbd *vbd, dev_t dev);
void blk_medium_report(const struct blk_vbd *vbd);

#endif
