/* SPDX-License-Identifier: GPL-2.0 */
/* This driver as a fabric of the target core: targets that an administrator creates in configfs. */
#ifndef _SCSIBACK_FABRIC_H
#define _SCSIBACK_FABRIC_H

#include <linux/types.h>

struct se_session;
struct vscsi_port;

struct vscsi_port *vscsi_port_get(const char *name, u64 unit);
void vscsi_port_put(struct vscsi_port *port);
bool vscsi_port_may_write(struct vscsi_port *port, u64 unit);
struct se_session *vscsi_port_session(const struct vscsi_port *port);
int vscsi_fabric_init(void);
void vscsi_fabric_exit(void);

#endif
