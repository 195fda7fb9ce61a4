/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest may ask for on its control ring. Pure: works on private copies of a request and of
 * its data, and compiles in user space for its tests.
 */
#ifndef _VIF_CTRL_PROTOCOL_H
#define _VIF_CTRL_PROTOCOL_H

#include "hash.h"

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/netif.h>

/* Most data of a request, in a page of the guest: a whole mapping. */
#define VIF_CTRL_DATA_MAX	(VIF_HASH_MAPPING_MAX * sizeof(u32))

void vif_ctrl_init(struct vif_hash *hash, unsigned int num_queues);
unsigned int vif_ctrl_data_len(const struct xen_netif_ctrl_request *req);
u32 vif_ctrl_serve(struct vif_hash *hash, const struct xen_netif_ctrl_request *req,
		   const void *data, u32 *rsp_data);

#endif
