// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of a network device that may be without a driver. The kernel reads them without a
 * lock at any time, so they are constant and part of dom0-xenbus. Each calls the driver's, if there
 * is a driver.
 *
 * The driver is read under RCU, also where the stack has an RCU read section of its own: programs
 * with a packet socket reach some of these functions outside of one. Where rtnl is held, that
 * protects it as well.
 */
#include "netdev.h"

#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>

static const struct dom0_netdev_driver *driver_rcu(const struct net_device *dev)
{
	const struct dom0_netdev *nd = netdev_priv(dev);

	return rcu_dereference(nd->driver);
}

static const struct dom0_netdev_driver *driver_rtnl(const struct net_device *dev)
{
	const struct dom0_netdev *nd = netdev_priv(dev);

	return rtnl_dereference(nd->driver);
}

/* ---- packets and statistics; under RCU ---- */

static netdev_tx_t forward_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	const struct dom0_netdev_driver *driver;
	netdev_tx_t ret = NETDEV_TX_OK;

	rcu_read_lock();
	driver = driver_rcu(dev);
	if (likely(driver)) {
		ret = driver->ops->ndo_start_xmit(skb, dev);
	} else {
		dev_core_stats_tx_dropped_inc(dev);
		dev_kfree_skb_any(skb);
	}
	rcu_read_unlock();
	return ret;
}

static u16 forward_select_queue(struct net_device *dev, struct sk_buff *skb,
				struct net_device *sb_dev)
{
	const struct dom0_netdev_driver *driver;
	u16 queue;

	rcu_read_lock();
	driver = driver_rcu(dev);
	if (likely(driver))
		queue = driver->ops->ndo_select_queue(dev, skb, sb_dev);
	else
		queue = netdev_pick_tx(dev, skb, sb_dev);
	rcu_read_unlock();
	return queue;
}

static netdev_features_t forward_features_check(struct sk_buff *skb, struct net_device *dev,
						netdev_features_t features)
{
	const struct dom0_netdev_driver *driver;

	rcu_read_lock();
	driver = driver_rcu(dev);
	if (likely(driver))
		features = driver->ops->ndo_features_check(skb, dev, features);
	rcu_read_unlock();
	return features;
}

static int forward_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags)
{
	const struct dom0_netdev_driver *driver;
	int ret = -ENETDOWN;

	rcu_read_lock();
	driver = driver_rcu(dev);
	if (likely(driver))
		ret = driver->ops->ndo_xdp_xmit(dev, nr, frames, flags);
	rcu_read_unlock();
	return ret;
}

/* All members are u64. */
static void add_stats(struct rtnl_link_stats64 *to, const struct rtnl_link_stats64 *from)
{
	unsigned int i;

	BUILD_BUG_ON(sizeof(*to) % sizeof(u64));
	for (i = 0; i < sizeof(*to) / sizeof(u64); i++)
		((u64 *)to)[i] += ((const u64 *)from)[i];
}

/* A driver counts from 0 when it attaches. So add what earlier ones have counted. */
static void forward_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct dom0_netdev *nd = netdev_priv(dev);
	const struct dom0_netdev_driver *driver;

	rcu_read_lock();
	driver = driver_rcu(dev);
	if (driver) {
		driver->ops->ndo_get_stats64(dev, stats);
		add_stats(stats, &nd->past);
	} else {
		/* Pairs with smp_wmb() in dom0_netdev_detach(). */
		smp_rmb();
		add_stats(stats, &nd->total);
	}
	rcu_read_unlock();
}

/* ---- settings; under rtnl ---- */

static int forward_open(struct net_device *dev)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	return driver ? driver->ops->ndo_open(dev) : 0;
}

static int forward_stop(struct net_device *dev)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	return driver ? driver->ops->ndo_stop(dev) : 0;
}

static netdev_features_t forward_fix_features(struct net_device *dev, netdev_features_t features)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	return driver ? driver->ops->ndo_fix_features(dev, features) : features;
}

static int forward_change_mtu(struct net_device *dev, int mtu)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);
	struct dom0_netdev *nd = netdev_priv(dev);

	if (driver)
		return driver->ops->ndo_change_mtu(dev, mtu);
	/* The driver limits the MTU of a device with an XDP program. */
	if (rcu_access_pointer(nd->xdp_prog) && mtu > dev->mtu)
		return -EBUSY;
	WRITE_ONCE(dev->mtu, mtu);
	nd->wanted_mtu = 0;
	return 0;
}

/* Without a driver, an XDP program can only be removed. Unregistering the device does that too. */
static int forward_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);
	struct dom0_netdev *nd = netdev_priv(dev);
	struct bpf_prog *old;

	if (driver)
		return driver->ops->ndo_bpf(dev, bpf);
	if (bpf->command != XDP_SETUP_PROG || bpf->prog)
		return -EOPNOTSUPP;
	old = rcu_replace_pointer(nd->xdp_prog, NULL, lockdep_rtnl_is_held());
	if (old)
		bpf_prog_put(old);
	return 0;
}

static const struct net_device_ops forward_netdev_ops = {
	.ndo_open = forward_open,
	.ndo_stop = forward_stop,
	.ndo_start_xmit = forward_start_xmit,
	.ndo_select_queue = forward_select_queue,
	.ndo_features_check = forward_features_check,
	.ndo_fix_features = forward_fix_features,
	.ndo_change_mtu = forward_change_mtu,
	.ndo_get_stats64 = forward_get_stats64,
	.ndo_bpf = forward_bpf,
	.ndo_xdp_xmit = forward_xdp_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

/* ---- ethtool; under rtnl ---- */

static void forward_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	if (driver)
		driver->ethtool_ops->get_drvinfo(dev, info);
}

static int forward_get_sset_count(struct net_device *dev, int set)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	return driver ? driver->ethtool_ops->get_sset_count(dev, set) : -EOPNOTSUPP;
}

static void forward_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	if (driver)
		driver->ethtool_ops->get_strings(dev, set, data);
}

static void forward_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats,
				      u64 *data)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	if (driver)
		driver->ethtool_ops->get_ethtool_stats(dev, stats, data);
}

static void forward_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	const struct dom0_netdev_driver *driver = driver_rtnl(dev);

	if (driver)
		driver->ethtool_ops->get_channels(dev, channels);
}

static const struct ethtool_ops forward_ethtool_ops = {
	.get_drvinfo = forward_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = forward_get_sset_count,
	.get_strings = forward_get_strings,
	.get_ethtool_stats = forward_get_ethtool_stats,
	.get_channels = forward_get_channels,
	.get_ts_info = ethtool_op_get_ts_info,
};

void dom0_netdev_set_ops(struct net_device *dev)
{
	dev->netdev_ops = &forward_netdev_ops;
	dev->ethtool_ops = &forward_ethtool_ops;
}

/* ---- the driver comes and goes ---- */

static void clear_driver(struct net_device *dev)
{
	struct dom0_netdev *nd = netdev_priv(dev);

	ASSERT_RTNL();
	RCU_INIT_POINTER(nd->driver, NULL);
}

/* The device may be older than its driver, or newer. So the driver may lack what is called here. */
static bool has_operations(const struct dom0_netdev_driver *driver)
{
	const struct ethtool_ops *tool = driver->ethtool_ops;
	const struct net_device_ops *ops = driver->ops;

	return ops->ndo_open && ops->ndo_stop && ops->ndo_start_xmit && ops->ndo_select_queue &&
	       ops->ndo_features_check && ops->ndo_fix_features && ops->ndo_change_mtu &&
	       ops->ndo_get_stats64 && ops->ndo_bpf && ops->ndo_xdp_xmit && tool->get_drvinfo &&
	       tool->get_sset_count && tool->get_strings && tool->get_ethtool_stats &&
	       tool->get_channels;
}

/* Register a new device together with its driver, since programs may use it at once. */
int dom0_netdev_attach(struct dom0_netdev *nd, const struct dom0_netdev_driver *driver, void *priv)
{
	struct net_device *dev = nd->dev;
	int err = 0;

	if (!has_operations(driver))
		return -EOPNOTSUPP;
	rtnl_lock();
	nd->priv = priv;
	rcu_assign_pointer(nd->driver, driver);
	if (dev->reg_state == NETREG_UNINITIALIZED)
		err = register_netdevice(dev);
	if (err)
		clear_driver(dev);
	rtnl_unlock();
	if (err)
		synchronize_net();
	return err;
}
EXPORT_SYMBOL_GPL(dom0_netdev_attach);

/*
 * Readers of statistics take @total as soon as there is no driver, so it is written before. They
 * use @past until the grace period is over, so it is written afterwards.
 */
void dom0_netdev_detach(struct net_device *dev)
{
	struct dom0_netdev *nd = netdev_priv(dev);

	rtnl_lock();
	nd->total = nd->past;
	driver_rtnl(dev)->ops->ndo_get_stats64(dev, &nd->total);
	/* Pairs with smp_rmb() in forward_get_stats64(). */
	smp_wmb();
	clear_driver(dev);
	rtnl_unlock();
	synchronize_net();
	nd->past = nd->total;
}
EXPORT_SYMBOL_GPL(dom0_netdev_detach);
