/* SPDX-License-Identifier: GPL-2.0 */
/* The wait of a queue for slots that the guest has not posted. */
#ifndef _VIF_RX_WAIT_H
#define _VIF_RX_WAIT_H

#include <linux/types.h>

struct vif_queue;
struct vif_rx;

void vif_rx_init(struct vif_queue *q);
bool vif_rx_drain_expired(const struct vif_queue *q);
bool vif_rx_backlog_full(struct vif_queue *q);
void vif_rx_clear_backlog(struct vif_rx *rx);
int vif_rx_wait(struct vif_queue *q, unsigned int need);
int vif_rx_hold(struct vif_queue *q);
int vif_rx_check(struct vif_queue *q);
void vif_rx_update_carrier(struct vif_queue *q);

#endif
