/* SPDX-License-Identifier: GPL-2.0 */
/* Commands in the kernel's target core (LIO). */
#ifndef _SCSIBACK_TARGET_H
#define _SCSIBACK_TARGET_H

#include <linux/types.h>

struct se_cmd;
struct vscsi_command;

void vscsi_submit(struct vscsi_command *cmd);
void vscsi_put(struct vscsi_command *cmd);
void vscsi_abort(struct vscsi_command *cmd, u64 tag);
void vscsi_reset(struct vscsi_command *cmd);
int vscsi_check_stop_free(struct se_cmd *se);
void vscsi_release_cmd(struct se_cmd *se);
int vscsi_write_pending(struct se_cmd *se);
int vscsi_queue_data_in(struct se_cmd *se);
int vscsi_queue_status(struct se_cmd *se);
void vscsi_queue_tm_rsp(struct se_cmd *se);
void vscsi_aborted_task(struct se_cmd *se);

#endif
