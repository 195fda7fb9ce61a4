// SPDX-License-Identifier: GPL-2.0
/*
 * The network device. It exists from probe to remove, whether a guest is connected or not, so that
 * bridges and scripts see one device for the life of the guest.
 */
#include "ethtool.h"
#include "link.h"
#include "netdev.h"
#include "params.h"
#include "queue.h"
#include "steer.h"
#include "vif.h"
#include "xdp.h"
#include "xmit.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

#define FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
			 NETIF_F_TSO | NETIF_F_TSO6)

#define XDP_FEATURES	(NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | \
			 NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_NDO_XMIT_SG)

/* ---- rings: served while the interface is up and a guest is connected; under rtnl ---- */

static void start_rings(struct vif *vif)
{
	unsigned int i;

	vif->running = true;
	for (i = 0; i < vif->num_queues; i++)
		vif_queue_start(&vif->queues[i]);
	/* No queue is stalled: vif_queue_start() has reset the time of each. */
	vif_link_carrier_on(vif);
}

static void stop_rings(struct vif *vif)
{
	unsigned int i;

	if (!vif->running)
		return;
	vif->running = false;
	netif_tx_disable(vif->dev);
	for (i = 0; i < vif->num_queues; i++)
		vif_queue_stop(&vif->queues[i]);
}

static int vif_open(struct net_device *dev)
{
	struct vif *vif = netdev_priv(dev);

	if (vif->num_queues)
		start_rings(vif);
	return 0;
}

static int vif_stop(struct net_device *dev)
{
	stop_rings(netdev_priv(dev));
	return 0;
}

/*
 * Without feature-sg the MTU is at most 1500. Restore the administrator's larger MTU when a
 * frontend with feature-sg connects.
 */
static void limit_mtu(struct vif *vif)
{
	unsigned int wanted = vif->wanted_mtu ?: vif->dev->mtu;

	if (vif->features.sg && vif->wanted_mtu) {
		dev_set_mtu(vif->dev, wanted);
	} else if (!vif->features.sg && wanted > ETH_DATA_LEN) {
		dev_set_mtu(vif->dev, ETH_DATA_LEN);
		vif->wanted_mtu = wanted;
	}
}

/**
 * vif_up() - start traffic; the queues are connected
 * @vif: the device
 * @num_queues: how many queues are connected
 *
 * Return: 0 or negative errno.
 */
int vif_up(struct vif *vif, unsigned int num_queues)
{
	struct net_device *dev = vif->dev;
	int err;

	rtnl_lock();
	err = netif_set_real_num_tx_queues(dev, num_queues);
	if (!err)
		err = netif_set_real_num_rx_queues(dev, num_queues);
	if (err)
		goto unlock;
	limit_mtu(vif);
	netdev_update_features(dev);

	vif->broken = false;
	vif->num_queues = num_queues;
	if (netif_running(dev))
		start_rings(vif);
	vif_link_carrier_on(vif);
unlock:
	rtnl_unlock();
	return err;
}

/**
 * vif_down() - stop all traffic; the queues may be disconnected afterwards
 * @vif: the device
 */
void vif_down(struct vif *vif)
{
	rtnl_lock();
	stop_rings(vif);
	/* After the queues have stopped: a running queue may turn the carrier on again. */
	netif_carrier_off(vif->dev);
	vif->num_queues = 0;
	rtnl_unlock();
	synchronize_net();
}

/**
 * vif_set_headroom() - leave room before each packet to the guest, for its XDP program
 * @vif: the device, connected or not
 * @headroom: bytes, up to VIF_HEADROOM_MAX; 0 if the guest has no XDP program
 *
 * Called by the device's work, which alone changes the headroom.
 *
 * An XDP program sees one page at a time. So with headroom TSO is off, and the stack segments
 * packets before they come here.
 */
void vif_set_headroom(struct vif *vif, unsigned int headroom)
{
	unsigned int i;

	if (headroom == vif->headroom)
		return;
	rtnl_lock();
	vif->headroom = headroom;
	for (i = 0; i < vif->max_queues; i++)
		vif_rx_set_headroom(&vif->queues[i], headroom);
	netdev_update_features(vif->dev);
	rtnl_unlock();
}

/**
 * vif_break() - stop serving a guest that has broken the protocol
 * @vif: the device
 * @reason: constant text, reported to the administrator
 *
 * The rings are not read any more; the backend's work disconnects. Any context.
 */
void vif_break(struct vif *vif, const char *reason)
{
	WRITE_ONCE(vif->broken, true);
	dom0_backend_break(vif->be, reason);
}

/* ---- device operations ---- */

static netdev_features_t vif_fix_features(struct net_device *dev, netdev_features_t features)
{
	const struct vif *vif = netdev_priv(dev);

	if (!vif->features.sg)
		features &= ~(NETIF_F_SG | NETIF_F_FRAGLIST);
	if (!vif->features.gso_tcpv4 || vif->headroom)
		features &= ~NETIF_F_TSO;
	if (!vif->features.gso_tcpv6 || vif->headroom)
		features &= ~NETIF_F_TSO6;
	if (!vif->features.csum_ipv4)
		features &= ~NETIF_F_IP_CSUM;
	if (!vif->features.csum_ipv6)
		features &= ~NETIF_F_IPV6_CSUM;
	return features;
}

static int vif_change_mtu(struct net_device *dev, int mtu)
{
	struct vif *vif = netdev_priv(dev);

	if (!vif->features.sg && mtu > ETH_DATA_LEN)
		return -EINVAL;
	if (rtnl_dereference(vif->xdp_prog) && mtu > VIF_XDP_MTU)
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	vif->wanted_mtu = 0;
	return 0;
}

/* Needs no lock: the queue structures live as long as the device, connected or not. */
static void vif_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct vif *vif = netdev_priv(dev);
	unsigned int i;

	for (i = 0; i < vif->max_queues; i++) {
		const u64 *c = vif->queues[i].counters;

		stats->rx_packets += READ_ONCE(c[VIF_rx_packets]);
		stats->rx_bytes += READ_ONCE(c[VIF_rx_bytes]);
		stats->rx_dropped += READ_ONCE(c[VIF_rx_dropped]);
		stats->tx_packets += READ_ONCE(c[VIF_tx_packets]);
		stats->tx_bytes += READ_ONCE(c[VIF_tx_bytes]);
		stats->tx_dropped += READ_ONCE(c[VIF_tx_dropped]);
	}
}

static const struct net_device_ops vif_netdev_ops = {
	.ndo_open = vif_open,
	.ndo_stop = vif_stop,
	.ndo_start_xmit = vif_start_xmit,
	.ndo_select_queue = vif_select_queue,
	.ndo_features_check = vif_features_check,
	.ndo_fix_features = vif_fix_features,
	.ndo_change_mtu = vif_change_mtu,
	.ndo_get_stats64 = vif_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_bpf = vif_bpf,
	.ndo_xdp_xmit = vif_xdp_xmit,
};

/* ---- life ---- */

/* A bridge takes the lowest address of its ports. This one is too high to be taken. */
static const u8 vif_address[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

static void setup_device(struct net_device *dev, struct vif *vif)
{
	dev->netdev_ops = &vif_netdev_ops;
	dev->ethtool_ops = &vif_ethtool_ops;
	dev->hw_features = FEATURES;
	dev->features = FEATURES | NETIF_F_RXCSUM;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU - VLAN_ETH_HLEN;
	xdp_set_features_flag(dev, XDP_FEATURES);
	eth_hw_addr_set(dev, vif_address);
	netif_carrier_off(dev);
}

/*
 * GRO is off unless the administrator turns it on. A packet that it has merged may wait for another
 * guest, and pins the pages of all its segments. One segment of 8 bytes pins a quarter of a page or
 * more. The stack counts packets and bytes, not pages, so max_waiting_mb cannot bound this. GRO
 * gains little: most guests leave it to Dom0 to segment their packets.
 */
static void turn_off_gro(struct net_device *dev)
{
	rtnl_lock();
	dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(dev);
	rtnl_unlock();
}

/*
 * The bus device is not the parent in sysfs: it may leave the bus at any time, on a thread that
 * must not wait for rtnl. Programs that look for it, such as xentop, find this link instead.
 */
static void link_bus_device(struct vif *vif)
{
	if (sysfs_create_link(&vif->dev->dev.kobj, &vif->be->xdev->dev.kobj, "device"))
		netdev_dbg(vif->dev, "no link to the bus device, which has left\n");
}

static void free_queues(struct vif *vif)
{
	unsigned int i;

	for (i = 0; i < vif->max_queues; i++)
		__netif_napi_del(&vif->queues[i].napi);
	/* Busy polling may still use the NAPI instances, which are part of the queues. */
	synchronize_net();
	kvfree(vif->queues);
}

/**
 * vif_create() - make the network device of a backend
 * @be: the backend
 * @handle: number of the device in its guest
 * @max_queues: most queues that it can have, 1 to VIF_QUEUES_LIMIT
 *
 * Return: the device, or ERR_PTR.
 */
struct vif *vif_create(struct dom0_backend *be, unsigned int handle, unsigned int max_queues)
{
	struct net_device *dev;
	char name[IFNAMSIZ];
	struct vif *vif;
	int err = -ENOMEM;
	unsigned int i;

	snprintf(name, sizeof(name), "vif%u.%u", be->domid, handle);
	dev = alloc_netdev_mqs(sizeof(*vif), name, NET_NAME_UNKNOWN, ether_setup, max_queues,
			       max_queues);
	if (!dev)
		return ERR_PTR(err);
	vif = netdev_priv(dev);
	vif->dev = dev;
	vif->be = be;
	vif->domid = be->domid;
	vif->fatal_slots = vif_fatal_skb_slots;
	vif_limits_init(vif);
	spin_lock_init(&vif->link.carrier_lock);
	spin_lock_init(&vif->mcast.mcast_lock);
	mutex_init(&vif->lock);
	/* Defaults until the frontend connects and names its features. */
	vif->features.sg = true;
	vif->features.csum_ipv4 = true;

	vif->max_queues = max_queues;
	vif->queues = kvcalloc(max_queues, sizeof(*vif->queues), GFP_KERNEL);
	if (!vif->queues)
		goto free_device;
	for (i = 0; i < max_queues; i++)
		vif_queue_init(&vif->queues[i], vif, i);

	setup_device(dev, vif);
	err = register_netdev(dev);
	if (err)
		goto free_queues;
	turn_off_gro(dev);
	link_bus_device(vif);
	return vif;

free_queues:
	free_queues(vif);
free_device:
	free_netdev(dev);
	return ERR_PTR(err);
}

/**
 * vif_destroy() - undo vif_create(); the device is disconnected
 * @vif: the device
 */
void vif_destroy(struct vif *vif)
{
	unregister_netdev(vif->dev);
	free_queues(vif);
	free_netdev(vif->dev);
}
