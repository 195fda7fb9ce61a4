/* SPDX-License-Identifier: GPL-2.0 */
/* The files of cards in debugfs. */
#ifndef _VIF_DEBUGFS_H
#define _VIF_DEBUGFS_H

struct vif;

void vif_debugfs_init(void);
void vif_debugfs_exit(void);
void vif_debugfs_add(struct vif *vif);
void vif_debugfs_remove(struct vif *vif);

#endif
