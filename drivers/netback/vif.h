/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual network card of a guest, as Dom0 sees it.
 *
 * The queue structures live from probe to remove; the network device may live longer. Rings,
 * channels and buffers exist while connected. One NAPI instance of each queue does all work on its
 * two rings. It copies packets from the guest and delivers them. It copies to the guest the batch
 * that ndo_start_xmit has gathered, and writes the responses. Each batch costs one hypercall. A
 * frontend may have a control ring as well, which a work item of the card serves.
 *
 * Names here follow the rings, which are named from the guest's side: tx is from the guest.
 * Counters are named as those of any interface: rx is from the guest. Limits say from-guest and
 * to-guest.
 */
#ifndef _VIF_H
#define _VIF_H

#include "limit.h"
#include "link.h"
#include "mcast.h"

#include <dom0/xenbus.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>

struct vif_ctrl;
struct vif_hash;
struct vif_queue;

/**
 * struct vif_features - what the frontend supports. Written by the device's work at connect, before
 *	any queue runs
 * @sg: packets of more than one slot
 * @gso_tcpv4: TCP packets of IPv4 that are not segmented yet
 * @gso_tcpv6: likewise of IPv6
 * @csum_ipv4: IPv4 packets whose checksum is left blank
 * @csum_ipv6: likewise of IPv6
 * @rx_notify: it sends an event for new receive slots when the backend asks for one
 */
struct vif_features {
	bool sg;
	bool gso_tcpv4;
	bool gso_tcpv6;
	bool csum_ipv4;
	bool csum_ipv6;
	bool rx_notify;
};

/**
 * struct vif - one device
 *
 * Fixed between probe and remove:
 * @dev: the network device in Dom0, vifD.N, whose dom0_netdev_priv() this is
 * @kept: an earlier instance of the driver has made @dev
 * @be: the device in xenstore
 * @domid: the frontend's domain
 * @fatal_slots: a frontend that sends a packet of more data slots than this is disconnected
 * @max_queues: queues that exist
 * @queues: @max_queues of them
 * @debugfs: the debugfs file of the device
 * @hotplug: entry in the list that uevents search, under vifs_lock
 * @script: the hotplug script that udev runs, as the toolstack wrote it, or NULL
 *
 * @lock: the device's work holds it to connect and disconnect, readers of debugfs to look at rings
 *	and channels
 *
 * Under @lock:
 * @num_queues: queues that are connected, 0 while disconnected; written under rtnl as well
 * @ctrl: the control ring, or NULL
 *
 * Under rtnl:
 * @running: the rings are served
 * @headroom: bytes to leave free before each packet to the guest. Each queue has a copy
 *
 * Read in any context:
 * @broken: the guest has broken the protocol, and the rings are not served; WRITE_ONCE, READ_ONCE
 * @hash: how to hash packets to the guest, or NULL; read under RCU, in @ctrl
 *
 * Structures with an owner of their own:
 * @features: what the frontend supports
 * @link: whether the card is plugged in
 * @mcast: multicast control
 * @limits: the rate limits of each direction
 */
struct vif {
	struct net_device *dev;
	bool kept;
	struct dom0_backend *be;
	domid_t domid;
	unsigned int fatal_slots;
	unsigned int max_queues;
	struct vif_queue *queues;
	struct dentry *debugfs;
	struct list_head hotplug;
	char *script;

	struct mutex lock;	/* rings and channels, against readers */
	unsigned int num_queues;
	struct vif_ctrl *ctrl;

	bool running;
	u16 headroom;

	bool broken;
	struct vif_hash __rcu *hash;

	struct vif_features features;
	struct vif_link link;
	struct vif_mcast mcast;
	struct vif_limit limits[VIF_NR_DIRECTIONS];
};

#endif
