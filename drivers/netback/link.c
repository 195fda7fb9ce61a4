// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the card is plugged in, as an administrator says in xenstore. While it is not, the
 * interface has no carrier, and packets are dropped in both directions: from the guest they are
 * answered as such, to the guest they go no further than ndo_start_xmit.
 *
 * The guest is not told, and sees a network that is silent: the protocol has no message for it.
 */
#include "vif.h"

#include <dom0/xs.h>

/* The interface gets its carrier, unless the card is unplugged. */
void vif_link_carrier_on(struct vif *vif)
{
	spin_lock_bh(&vif->carrier_lock);
	if (!vif->link_down)
		netif_carrier_on(vif->dev);
	spin_unlock_bh(&vif->carrier_lock);
}

/* Queues give the carrier back, as some may be stalled; and drop what waits for a limit. */
static void set_link(struct vif *vif, bool down)
{
	spin_lock_bh(&vif->carrier_lock);
	WRITE_ONCE(vif->link_down, down);
	if (down)
		netif_carrier_off(vif->dev);
	spin_unlock_bh(&vif->carrier_lock);
	vif_queues_schedule(vif);
}

/* On the device's queue. What makes no sense is told, and changes nothing. */
void vif_link_read(struct vif *vif)
{
	u32 link = 1;
	int err;

	err = dom0_xs_read_u32(vif->be, DOM0_SIDE_BACKEND, "link", 0, 1, &link);
	if (err && err != -ENOENT)
		dom0_backend_error(vif->be, err, "link is neither 0 nor 1");
	else
		set_link(vif, !link);
}
