// SPDX-License-Identifier: GPL-2.0
/*
 * Extra info of packets to the guest: segmentation or headroom, and the hash. Each takes a slot of
 * the ring, behind the packet's first.
 */
#include "hash.h"
#include "queue.h"
#include "rx_extra.h"
#include "steer.h"
#include "vif.h"

#include <linux/skbuff.h>

/* TCP sets gso_type in packets of one segment too, with a gso_size of 0. */
u8 vif_rx_gso_type(const struct sk_buff *skb)
{
	if (!skb_is_gso(skb))
		return XEN_NETIF_GSO_TYPE_NONE;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4)
		return XEN_NETIF_GSO_TYPE_TCPV4;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6)
		return XEN_NETIF_GSO_TYPE_TCPV6;
	return XEN_NETIF_GSO_TYPE_NONE;
}

static struct xen_netif_extra_info *add_rx_extra(struct vif_rx_extras *extras, u8 type)
{
	struct xen_netif_extra_info *extra = &extras->infos[extras->nr];

	if (extras->nr++)
		extra[-1].flags = XEN_NETIF_EXTRA_FLAG_MORE;
	*extra = (struct xen_netif_extra_info) { .type = type };
	return extra;
}

/**
 * vif_rx_extras() - find out which extra info a packet needs
 * @q: the queue; the caller holds rx.lock
 * @skb: the packet
 * @extras: filled in
 *
 * There is no segmentation with headroom: such packets are refused.
 */
void vif_rx_extras(const struct vif_queue *q, const struct sk_buff *skb,
		   struct vif_rx_extras *extras)
{
	struct xen_netif_extra_info *extra;
	u8 gso_type = vif_rx_gso_type(skb);
	struct vif_hash_result hash;
	__le32 value;

	lockdep_assert_held(&q->rx.lock);
	extras->nr = 0;
	extras->hashed = vif_steer_hash(q->vif, skb, &hash);
	if (unlikely(q->rx.headroom)) {
		extra = add_rx_extra(extras, XEN_NETIF_EXTRA_TYPE_XDP);
		extra->u.xdp.headroom = q->rx.headroom;
	} else if (gso_type != XEN_NETIF_GSO_TYPE_NONE) {
		extra = add_rx_extra(extras, XEN_NETIF_EXTRA_TYPE_GSO);
		extra->u.gso.type = gso_type;
		extra->u.gso.size = skb_shinfo(skb)->gso_size;
	}
	if (unlikely(extras->hashed)) {
		extra = add_rx_extra(extras, XEN_NETIF_EXTRA_TYPE_HASH);
		extra->u.hash.type = hash.type;
		extra->u.hash.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ;
		value = cpu_to_le32(hash.value);
		memcpy(extra->u.hash.value, &value, sizeof(value));
	}
}
