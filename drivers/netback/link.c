// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the card is plugged in, which an administrator sets in xenstore. While it is unplugged,
 * the interface has no carrier and packets are dropped in both directions: packets from the guest
 * are answered with XEN_NETIF_RSP_DROPPED, packets to the guest are dropped in ndo_start_xmit.
 *
 * The protocol has no message for this, so the guest only sees that no packets arrive.
 */
#include "link.h"
#include "queue.h"
#include "vif.h"

#include <dom0/xs.h>

/* Turn the carrier on, unless the card is unplugged. */
void vif_link_carrier_on(struct vif *vif)
{
	spin_lock_bh(&vif->link.carrier_lock);
	if (!vif->link.down)
		netif_carrier_on(vif->dev);
	spin_unlock_bh(&vif->link.carrier_lock);
}

/*
 * Only turn the carrier off here. The queues turn it on in their next round, unless one is stalled.
 * In that round they also drop packets of an unplugged card that wait on the ring for a limit.
 */
static void set_link(struct vif *vif, bool down)
{
	spin_lock_bh(&vif->link.carrier_lock);
	WRITE_ONCE(vif->link.down, down);
	if (down)
		netif_carrier_off(vif->dev);
	spin_unlock_bh(&vif->link.carrier_lock);
	vif_queues_schedule(vif);
}

/* Read the key. An invalid value is reported and changes nothing. Runs in the backend's work. */
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
