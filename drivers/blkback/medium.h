/* SPDX-License-Identifier: GPL-2.0 */
/* The medium of a CD-ROM drive, which the toolstack may change while the guest runs. */
#ifndef _BLKBACK_MEDIUM_H
#define _BLKBACK_MEDIUM_H

#include <linux/types.h>

struct blk_vbd;

int blk_medium_init(struct blk_vbd *vbd);
void blk_medium_changed(struct blk_vbd *vbd);
void blk_medium_lost(struct blk_vbd *vbd, dev_t dev);
void blk_medium_report(const struct blk_vbd *vbd);

#endif
