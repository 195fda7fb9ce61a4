/* SPDX-License-Identifier: GPL-2.0 */
/* Copies of a command's data, between the guest's pages and ours. */
#ifndef _SCSIBACK_DATA_H
#define _SCSIBACK_DATA_H

#include <linux/types.h>

struct vscsi_command;
struct vscsi_ring;

void vscsi_fetch_lists(struct vscsi_ring *ring);
bool vscsi_take_pages(struct vscsi_command *cmd);
void vscsi_put_pages(struct vscsi_command *cmd);
void vscsi_gather(struct vscsi_command *cmd, u32 bytes);
int vscsi_gathered(const struct vscsi_command *cmd);
const u8 *vscsi_first_data(const struct vscsi_command *cmd);

#endif
