/* SPDX-License-Identifier: GPL-2.0 */
/* Multicast control of a card. */
#ifndef _VIF_MCAST_H
#define _VIF_MCAST_H

#include "mcast_set.h"

#include <linux/spinlock.h>
#include <linux/types.h>

struct sk_buff;
struct vif;
struct vif_tx_desc;

/**
 * struct vif_mcast - multicast control of a card
 * @mcast_lock: serialises changes of @set; readers take no lock
 * @set: the addresses that the guest has registered
 * @known: @set holds all addresses that it has registered since it connected; the device's work's
 * @filter: multicast packets pass to the guest only if their address is in @set; the device's work
 *	writes it, ndo_start_xmit reads it
 */
struct vif_mcast {
	spinlock_t mcast_lock;	/* serialises changes of the addresses */
	struct vif_mcast_set set;
	bool known;
	bool filter;
};

int vif_mcast_change(struct vif *vif, const struct vif_tx_desc *desc);
bool vif_mcast_filtered(const struct vif *vif, const struct sk_buff *skb);
void vif_mcast_read(struct vif *vif);
void vif_mcast_start(struct vif *vif, unsigned int num_queues);

#endif
