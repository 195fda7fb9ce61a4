/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network devices that stay while their driver is unbound, unloaded and loaded again. dom0-xenbus
 * owns them. The driver attaches to one and detaches from it, and serves its operations meanwhile.
 *
 * So all that Dom0 has set up around such a device stays: its index and name, addresses and routes,
 * MTU, its place in a bridge and the settings of that port, queueing disciplines, filters, the
 * network namespace. Without a driver it has no carrier and drops packets.
 */
#ifndef _DOM0_NETDEV_H
#define _DOM0_NETDEV_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <xen/interface/xen.h>

struct bpf_prog;
struct dom0_backend;
struct dom0_xs_batch;
struct xenbus_device;

/* Whether a network device may stay without a driver. */
enum dom0_netdev_state {
	DOM0_NETDEV_USED,	/* a driver has it */
	DOM0_NETDEV_KEPT,	/* it waits for a driver */
	DOM0_NETDEV_LEAVING,	/* it is being removed */
};

/**
 * struct dom0_netdev_driver - the operations of a driver
 * @ops: ndo_open, ndo_stop, ndo_start_xmit, ndo_select_queue, ndo_features_check,
 *	ndo_fix_features, ndo_change_mtu, ndo_bpf, ndo_xdp_xmit, and ndo_get_stats64, which adds
 *	what the driver has counted. Others are not called
 * @ethtool_ops: get_drvinfo, get_sset_count, get_strings, get_ethtool_stats and get_channels.
 *	Others are not called
 *
 * Constant. No operation runs after dom0_netdev_detach().
 */
struct dom0_netdev_driver {
	const struct net_device_ops *ops;
	const struct ethtool_ops *ethtool_ops;
};

/**
 * struct dom0_netdev - what belongs to such a network device, its netdev_priv()
 * @priv: the driver's data, for dom0_netdev_priv()
 * @wanted_mtu: for the driver: an MTU that the administrator has set and the frontend does not
 *	allow, or 0. Stays while the driver is away. Under rtnl
 * @xdp_prog: for the driver: the XDP program, a reference to which it holds, or NULL. Stays while
 *	the driver is away. Set under rtnl, read under RCU
 * @driver: private to dom0-xenbus
 * @past: private to dom0-xenbus
 * @total: private to dom0-xenbus
 * @dev: private to dom0-xenbus
 * @xdev: private to dom0-xenbus
 * @domid: private to dom0-xenbus
 * @id: private to dom0-xenbus
 * @taken: private to dom0-xenbus
 * @state: private to dom0-xenbus
 * @gone: private to dom0-xenbus
 * @link: private to dom0-xenbus
 * @bus_events: private to dom0-xenbus
 */
struct dom0_netdev {
	void *priv;
	unsigned int wanted_mtu;
	struct bpf_prog __rcu *xdp_prog;

	const struct dom0_netdev_driver __rcu *driver;
	struct rtnl_link_stats64 past;
	struct rtnl_link_stats64 total;

	struct net_device *dev;
	struct xenbus_device *xdev;
	domid_t domid;
	u32 id;
	bool taken;

	enum dom0_netdev_state state;
	bool gone;
	struct list_head link;
	struct notifier_block bus_events;
};

/**
 * dom0_netdev_priv() - get the driver's data of a network device
 * @dev: the network device
 *
 * Context: the driver's operations.
 *
 * Return: the @priv of dom0_netdev_attach().
 */
static inline void *dom0_netdev_priv(const struct net_device *dev)
{
	const struct dom0_netdev *nd = netdev_priv(dev);

	return nd->priv;
}

/**
 * dom0_netdev_take() - take the network device that an earlier instance of the driver has left
 * @be: the backend
 * @queues: how many queues it needs to have in each direction
 *
 * It is that of the same device on the bus, the same directory in xenstore and the same guest. Any
 * other that is kept for a directory of this name is removed. May sleep, from probe() only.
 *
 * Return: the network device, to be attached or released; NULL if there is none; ERR_PTR if
 * xenstore has failed.
 */
struct net_device *dom0_netdev_take(struct dom0_backend *be, unsigned int queues);

/**
 * dom0_netdev_alloc() - allocate a network device, for Ethernet
 * @be: the backend
 * @name: its name
 * @queues: number of its queues in each direction
 *
 * May sleep.
 *
 * Return: the network device, to be attached or released; NULL if there is no memory.
 */
struct net_device *dom0_netdev_alloc(struct dom0_backend *be, const char *name,
				     unsigned int queues);

/**
 * dom0_netdev_add_id() - write the number of a network device to our directory
 * @dev: the network device
 * @batch: the batch in which it is written
 *
 * By this number, dom0_netdev_take() knows that the directory is still the same. The batch of a
 * device that was taken expects it: then dom0_xs_commit() returns -ESTALE for a directory that was
 * made again since. May sleep.
 */
void dom0_netdev_add_id(const struct net_device *dev, struct dom0_xs_batch *batch);

/**
 * dom0_netdev_attach() - serve a network device, and register it if it is new
 * @nd: what belongs to the network device. This type makes its layout part of the symbol's version,
 *	so that a driver that was built for another layout is not loaded
 * @driver: the operations, which may run from now on
 * @priv: the driver's data
 *
 * May sleep; takes rtnl.
 *
 * Return: 0; -EOPNOTSUPP if the driver lacks an operation that struct dom0_netdev_driver names; or
 * another negative errno. No operation runs after an error.
 */
int dom0_netdev_attach(struct dom0_netdev *nd, const struct dom0_netdev_driver *driver, void *priv);

/**
 * dom0_netdev_detach() - stop serving a network device
 * @dev: the network device, which the driver has stopped: no carrier, no NAPI instance
 *
 * Waits for a grace period after the last operation. May sleep; takes rtnl.
 */
void dom0_netdev_detach(struct net_device *dev);

/**
 * dom0_netdev_release() - keep a network device for the next driver, or remove it
 * @be: the backend
 * @dev: the network device, not attached; must not be used afterwards
 *
 * It is kept if the device stays on the bus and its directory in xenstore, also if xenstore fails.
 * May sleep; takes rtnl.
 */
void dom0_netdev_release(struct dom0_backend *be, struct net_device *dev);

#endif
