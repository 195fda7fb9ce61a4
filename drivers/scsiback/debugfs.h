/* SPDX-License-Identifier: GPL-2.0 */
/* The hosts in debugfs. */
#ifndef _SCSIBACK_DEBUGFS_H
#define _SCSIBACK_DEBUGFS_H

struct vscsi_host;

void vscsi_debugfs_init(void);
void vscsi_debugfs_exit(void);
void vscsi_debugfs_add(struct vscsi_host *host);
void vscsi_debugfs_remove(struct vscsi_host *host);

#endif
