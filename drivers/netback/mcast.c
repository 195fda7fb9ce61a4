// SPDX-License-Identifier: GPL-2.0
/*
 * Multicast control: a frontend that asks for it gets multicast packets only for the addresses that
 * it has registered, by requests on its transmit rings. It may register them before it asks, and
 * may ask at any time.
 */
#include "mcast.h"
#include "queue.h"
#include "tx_protocol.h"
#include "vif.h"

#include <dom0/xs.h>
#include <linux/etherdevice.h>

/* Add or remove the address that a guest's request names. Runs in NAPI of any queue. */
int vif_mcast_change(struct vif *vif, const struct vif_tx_desc *desc)
{
	int err = 0;

	spin_lock(&vif->mcast.mcast_lock);
	if (desc->mcast == XEN_NETIF_EXTRA_TYPE_MCAST_ADD)
		err = vif_mcast_add(&vif->mcast.set, desc->mcast_addr);
	else
		vif_mcast_del(&vif->mcast.set, desc->mcast_addr);
	spin_unlock(&vif->mcast.mcast_lock);
	return err;
}

/* Return true if a guest that has asked for multicast control must not get this packet. */
bool vif_mcast_filtered(const struct vif *vif, const struct sk_buff *skb)
{
	return skb_headlen(skb) >= ETH_ALEN && vif_mcast_filterable(skb->data) &&
	       !vif_mcast_has(&vif->mcast.set, skb->data);
}

/* Read the key. Invalid text is reported and counts as 0. Runs in the backend's work. */
void vif_mcast_read(struct vif *vif)
{
	bool wanted;
	int err;

	err = dom0_xs_read_flag(vif->be, DOM0_SIDE_FRONTEND, "request-multicast-control", &wanted);
	if (err)
		dom0_backend_error(vif->be, err, "%s/request-multicast-control is no number",
				   vif->be->frontend);
	/* dom0-xenbus calls again when xenstore works. */
	if (dom0_xs_failed(err))
		return;
	WRITE_ONCE(vif->mcast.filter, wanted && vif->mcast.known);
}

/*
 * Start with an empty set. The queues are connected and stopped. If a ring was in use before, the
 * guest has registered its addresses with an earlier instance of the driver, and they are not known
 * here. Then the filter stays off, and all multicast packets pass.
 */
void vif_mcast_start(struct vif *vif, unsigned int num_queues)
{
	unsigned int i;

	WRITE_ONCE(vif->mcast.filter, false);
	memset(&vif->mcast.set, 0, sizeof(vif->mcast.set));
	vif->mcast.known = true;
	for (i = 0; i < num_queues; i++)
		vif->mcast.known &= !vif->queues[i].tx.rsp_prod_pvt;
	vif_mcast_read(vif);
}
