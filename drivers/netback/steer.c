// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue a packet to the guest takes: that of the guest's mapping, if the guest has asked for
 * a hash and the packet has one, else the kernel's choice.
 *
 * The hash is calculated twice: here, and when the packet's slots are taken. In between the packet
 * may wait, the guest may change the key, and skb->hash may be that of another part of the kernel.
 */
#include "hash.h"
#include "steer.h"
#include "vif.h"

#include <dom0/netdev.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

/* The caller is in an RCU read section. A VLAN tag that is not in the frame yet counts as well. */
static bool hash_packet(const struct vif_hash *hash, const struct sk_buff *skb,
			struct vif_hash_result *result)
{
	u8 buffer[VIF_HASH_FRAME_MAX];
	unsigned int len = min_t(unsigned int, skb->len, sizeof(buffer));
	const u8 *frame;

	if (!vif_hash_active(hash) || skb_vlan_tag_present(skb))
		return false;
	frame = skb_header_pointer(skb, 0, len, buffer);
	return frame && vif_hash_frame(hash, frame, len, result);
}

/* Calculate the hash that the guest gets with a packet. Return false if it gets none. */
bool vif_steer_hash(const struct vif *vif, const struct sk_buff *skb,
		    struct vif_hash_result *result)
{
	const struct vif_hash *hash;
	bool found;

	if (likely(!rcu_access_pointer(vif->hash)))
		return false;
	rcu_read_lock();
	hash = rcu_dereference(vif->hash);
	found = hash && hash_packet(hash, skb, result);
	rcu_read_unlock();
	return found;
}

/*
 * Called only for a card of several queues, by the stack and for frames of XDP programs. A mapping
 * names connected queues only: vif_ctrl_stop() takes it away before their number changes.
 */
u16 vif_select_queue(struct net_device *dev, struct sk_buff *skb, struct net_device *sb_dev)
{
	const struct vif *vif = dom0_netdev_priv(dev);
	struct vif_hash_result result;
	const struct vif_hash *hash;
	int queue = -1;

	rcu_read_lock();
	hash = rcu_dereference(vif->hash);
	if (unlikely(hash) && hash_packet(hash, skb, &result))
		queue = vif_hash_queue(hash, result.value);
	rcu_read_unlock();
	return queue >= 0 ? queue : netdev_pick_tx(dev, skb, sb_dev);
}
