/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a device in debugfs. */
#ifndef _BLKBACK_DEBUGFS_H
#define _BLKBACK_DEBUGFS_H

struct blk_vbd;

void blk_debugfs_init(void);
void blk_debugfs_exit(void);
void blk_debugfs_add(struct blk_vbd *vbd);
void blk_debugfs_remove(struct blk_vbd *vbd);

#endif
