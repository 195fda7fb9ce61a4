/* SPDX-License-Identifier: GPL-2.0 */
/* The network device of a card. */
#ifndef _VIF_NETDEV_H
#define _VIF_NETDEV_H

struct dom0_backend;
struct vif;

struct vif *vif_create(struct dom0_backend *be, unsigned int handle, unsigned int offered);
void vif_destroy(struct vif *vif);
int vif_up(struct vif *vif, unsigned int num_queues);
void vif_down(struct vif *vif);
void vif_set_headroom(struct vif *vif, unsigned int headroom);
void vif_break(struct vif *vif, const char *reason);

#endif
