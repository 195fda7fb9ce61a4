/* SPDX-License-Identifier: GPL-2.0 */
/* The units of a host: each address that the guest uses stands for one. */
#ifndef _SCSIBACK_LUN_H
#define _SCSIBACK_LUN_H

#include "protocol.h"

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>

struct vscsi_host;
struct vscsi_port;

/**
 * struct vscsi_lun - the unit that an address of the guest stands for
 * @link: in the host's list
 * @kref: one reference of the list, and one of each command in flight
 * @address: as the guest numbers it
 * @host: the host in whose list it is or was
 * @port: the target port group, which is in use as long as this exists
 * @unit: the number of the unit in @port
 * @gone: set to true when the last reference goes, for vscsi_lun_remove(), which waits for that;
 *	NULL as long as it is in the host's list, or if nothing waits
 * @folder: name of its folder in vscsi-devs
 */
struct vscsi_lun {
	struct list_head link;
	struct kref kref;
	struct vscsi_address address;
	struct vscsi_host *host;
	struct vscsi_port *port;
	u64 unit;
	bool *gone;
	char folder[];
};

int vscsi_lun_add(struct vscsi_host *host, const char *folder,
		  const struct vscsi_address *address, char *name);
void vscsi_lun_remove(struct vscsi_host *host, const char *folder);
void vscsi_luns_remove_others(struct vscsi_host *host, char **folders, unsigned int nr);
void vscsi_luns_remove_all(struct vscsi_host *host);
struct vscsi_lun *vscsi_lun_get(struct vscsi_host *host, const struct vscsi_address *address);
void vscsi_lun_put(struct vscsi_lun *lun);

#endif
