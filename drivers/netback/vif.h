/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual network card of a guest, as Dom0 sees it.
 *
 * The network device and its queue structures live from probe to remove. Rings, channels and
 * buffers exist while connected. Each queue has one NAPI instance that does all of its ring work,
 * in both directions: packets from the guest are copied and delivered; packets for the guest, which
 * ndo_start_xmit has gathered into a batch, are copied and answered. One hypercall for each batch.
 * A frontend may have a control ring as well, which a work item of the card serves.
 *
 * Names here follow the rings, which are named from the guest's side: tx is from the guest.
 * Counters are named as those of any interface: rx is from the guest. Limits say from-guest and
 * to-guest.
 */
#ifndef _VIF_H
#define _VIF_H

#include "limit.h"
#include "mcast_set.h"

#include <dom0/xenbus.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>

struct vif_ctrl;
struct vif_hash;
struct vif_queue;

/**
 * struct vif - one device
 * @dev: the card in Dom0, vifD.N
 * @be: the device in xenstore
 * @domid: the frontend's domain
 * @can_sg: the frontend takes packets of more than one slot. This and the next four are written at
 *	connect, before any queue runs
 * @can_gso_tcpv4: it takes TCP packets that are not segmented yet, of IPv4
 * @can_gso_tcpv6: likewise of IPv6
 * @can_csum_ipv4: it takes packets whose checksum is left blank, of IPv4
 * @can_csum_ipv6: likewise of IPv6
 * @fatal_slots: a frontend that sends a packet of more data slots than this is disconnected
 * @limits: the rate limits of each direction
 * @carrier_lock: protects turning the carrier on, and off for a stalled or unplugged card.
 *	vif_down() turns it off under rtnl alone, when no queue runs
 * @lock: held to connect and disconnect queues, and to look into their rings and channels
 * @num_queues: queues that are connected, 0 while disconnected; written under @lock and rtnl
 * @max_queues: queues that exist
 * @queues: @max_queues of them
 * @debugfs: the debugfs file of the device
 * @running: the rings are served; changed under rtnl
 * @broken: the guest has broken the protocol; the rings are not served
 * @link_down: the card is unplugged; written under @carrier_lock
 * @headroom: bytes to leave free before each packet to the guest; under rtnl. Each queue has a copy
 * @wanted_mtu: the MTU before a frontend without feature-sg connected, or 0; under rtnl
 * @mcast_filter: multicast packets pass to the guest only if it has registered their address
 * @mcast_known: @mcast holds all addresses that the guest has registered since it connected
 * @mcast_lock: serialises changes of @mcast
 * @mcast: the registered addresses
 * @ctrl: the control ring, or NULL; changed under @lock
 * @hash: how to hash packets to the guest, or NULL; read under RCU, in @ctrl
 * @hotplug: entry in the list that uevents search
 * @script: the hotplug script that udev runs, as the toolstack wrote it, or NULL
 * @rx_notify: the frontend sends an event for new receive slots if we ask for it; as @can_sg
 */
struct vif {
	struct net_device *dev;
	struct dom0_backend *be;
	domid_t domid;
	bool can_sg;
	bool can_gso_tcpv4;
	bool can_gso_tcpv6;
	bool can_csum_ipv4;
	bool can_csum_ipv6;
	bool rx_notify;
	bool running;
	bool broken;
	bool link_down;
	bool mcast_filter;
	bool mcast_known;
	unsigned int fatal_slots;
	u16 headroom;
	unsigned int wanted_mtu;
	struct vif_limit limits[VIF_NR_DIRECTIONS];
	spinlock_t mcast_lock;	/* serialises changes of the addresses */
	struct vif_mcast_set mcast;
	struct vif_ctrl *ctrl;
	struct vif_hash __rcu *hash;
	spinlock_t carrier_lock;	/* serialises changes of the carrier */
	struct mutex lock;	/* rings and channels, against readers */
	unsigned int num_queues;
	unsigned int max_queues;
	struct vif_queue *queues;
	struct dentry *debugfs;
	struct list_head hotplug;
	char *script;
};

#endif
