/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a card is plugged in, and its carrier. */
#ifndef _VIF_LINK_H
#define _VIF_LINK_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct vif;

/**
 * struct vif_link - the link of a card
 * @carrier_lock: protects the rest, and changes of the carrier while queues run. vif_down() turns
 *	the carrier off under rtnl alone, when no queue runs
 * @down: the card is unplugged; also read without the lock
 */
struct vif_link {
	spinlock_t carrier_lock;	/* protects the carrier and the rest */
	bool down;
};

void vif_link_carrier_on(struct vif *vif);
void vif_link_read(struct vif *vif);

#endif
