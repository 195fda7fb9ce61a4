/* SPDX-License-Identifier: GPL-2.0 */
/* What an address of a guest's host stands for. */
#ifndef _SCSIBACK_LUN_H
#define _SCSIBACK_LUN_H

#include "protocol.h"

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>

struct vscsi_host;
struct vscsi_port;

/**
 * struct vscsi_lun - what a guest's address stands for
 * @link: in the host's table
 * @kref: the table's, and one for each command on its way
 * @address: as the guest numbers it
 * @host: whose table it is in, or was
 * @port: the target port group, in use as long as this is
 * @unit: the number of the unit there
 * @gone: set when it has been removed and no command holds it any more; NULL as long as it is in
 *	the host's table, or if there is nothing that waits
 * @folder: whose it is in vscsi-devs
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
