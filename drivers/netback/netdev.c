// SPDX-License-Identifier: GPL-2.0
/*
 * The network device, connected to a guest or not. dom0-xenbus keeps it while this driver is
 * unbound or unloaded, so that bridges and scripts see one device for the life of the guest.
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

#include <dom0/netdev.h>
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
	struct vif *vif = dom0_netdev_priv(dev);

	if (vif->num_queues)
		start_rings(vif);
	return 0;
}

static int vif_stop(struct net_device *dev)
{
	stop_rings(dom0_netdev_priv(dev));
	return 0;
}

/*
 * Without feature-sg the MTU is at most 1500. Restore the administrator's larger MTU when a
 * frontend with feature-sg connects.
 */
static void limit_mtu(struct vif *vif)
{
	struct dom0_netdev *nd = netdev_priv(vif->dev);
	unsigned int wanted = nd->wanted_mtu ?: vif->dev->mtu;

	if (vif->features.sg && nd->wanted_mtu) {
		dev_set_mtu(vif->dev, wanted);
	} else if (!vif->features.sg && wanted > ETH_DATA_LEN) {
		dev_set_mtu(vif->dev, ETH_DATA_LEN);
		nd->wanted_mtu = wanted;
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
	const struct vif *vif = dom0_netdev_priv(dev);

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
	struct dom0_netdev *nd = netdev_priv(dev);
	struct vif *vif = nd->priv;

	if (!vif->features.sg && mtu > ETH_DATA_LEN)
		return -EINVAL;
	if (rtnl_dereference(nd->xdp_prog) && mtu > VIF_XDP_MTU)
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	nd->wanted_mtu = 0;
	return 0;
}

/* Needs no lock: the queue structures live from attach to detach, connected or not. */
static void vif_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct vif *vif = dom0_netdev_priv(dev);
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
	.ndo_bpf = vif_bpf,
	.ndo_xdp_xmit = vif_xdp_xmit,
};

static const struct dom0_netdev_driver vif_netdev_driver = {
	.ops = &vif_netdev_ops,
	.ethtool_ops = &vif_ethtool_ops,
};

/* ---- life ---- */

/* A bridge takes the lowest address of its ports. This one is too high to be taken. */
static const u8 vif_address[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

static void setup_device(struct net_device *dev)
{
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

/* Under rtnl: others walk the list of NAPI instances of a device that is already registered. */
static void init_queues(struct vif *vif)
{
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < vif->max_queues; i++)
		vif_queue_init(&vif->queues[i], vif, i);
	rtnl_unlock();
}

/* Busy polling may use the NAPI instances, which are part of the queues, for a grace period. */
static void exit_queues(struct vif *vif)
{
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < vif->max_queues; i++)
		__netif_napi_del(&vif->queues[i].napi);
	rtnl_unlock();
}

/* Take the network device that an earlier instance of this driver has left, or make a new one. */
static struct net_device *find_netdev(struct vif *vif, unsigned int handle, unsigned int offered)
{
	struct net_device *dev = dom0_netdev_take(vif->be, offered);
	char name[IFNAMSIZ];

	vif->kept = dev;
	if (dev)
		return dev;
	snprintf(name, sizeof(name), "vif%u.%u", vif->domid, handle);
	dev = dom0_netdev_alloc(vif->be, name, max(offered, vif_max_queues));
	if (!dev)
		return ERR_PTR(-ENOMEM);
	setup_device(dev);
	return dev;
}

static struct vif *alloc_vif(struct dom0_backend *be)
{
	struct vif *vif = kzalloc(sizeof(*vif), GFP_KERNEL);

	if (!vif)
		return NULL;
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
	return vif;
}

/**
 * vif_create() - make the network device of a backend, or take the one that was kept
 * @be: the backend
 * @handle: number of the device in its guest
 * @offered: how many queues the frontend may use already, 1 to VIF_QUEUES_LIMIT
 *
 * Return: the device, or ERR_PTR.
 */
struct vif *vif_create(struct dom0_backend *be, unsigned int handle, unsigned int offered)
{
	struct vif *vif = alloc_vif(be);
	struct net_device *dev;
	int err;

	if (!vif)
		return ERR_PTR(-ENOMEM);
	dev = find_netdev(vif, handle, offered);
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto free_vif;
	}
	vif->dev = dev;
	vif->max_queues = dev->num_tx_queues;
	vif->queues = kvcalloc(vif->max_queues, sizeof(*vif->queues), GFP_KERNEL);
	if (!vif->queues) {
		err = -ENOMEM;
		goto release_device;
	}
	init_queues(vif);
	err = dom0_netdev_attach(netdev_priv(dev), &vif_netdev_driver, vif);
	if (err)
		goto free_queues;
	if (!vif->kept)
		turn_off_gro(dev);
	link_bus_device(vif);
	return vif;

free_queues:
	exit_queues(vif);
	synchronize_net();
	kvfree(vif->queues);
release_device:
	dom0_netdev_release(be, dev);
free_vif:
	kfree(vif);
	return ERR_PTR(err);
}

/**
 * vif_destroy() - undo vif_create(); the device is disconnected
 * @vif: the device
 */
void vif_destroy(struct vif *vif)
{
	sysfs_remove_link(&vif->dev->dev.kobj, "device");
	exit_queues(vif);
	dom0_netdev_detach(vif->dev);
	kvfree(vif->queues);
	dom0_netdev_release(vif->be, vif->dev);
	kfree(vif);
}
