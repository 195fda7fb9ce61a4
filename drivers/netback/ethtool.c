// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows: queues (-l), and statistics (-S), read without a lock while they count. */
#include "ethtool.h"
#include "queue.h"
#include "vif.h"

#include <dom0/netdev.h>
#include <linux/ethtool.h>
#include <linux/module.h>

static const char * const counter_names[] = {
#define C(name) #name,
	VIF_COUNTERS(C)
#undef C
};

static void vif_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	const struct vif *vif = dom0_netdev_priv(dev);

	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, vif->be->name, sizeof(info->bus_info));
}

/*
 * A queue serves both directions, also with an event channel for each. The frontend decides how
 * many it uses when it connects, so there is no set_channels, and ethtool -L fails. Under rtnl.
 */
static void vif_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	const struct vif *vif = dom0_netdev_priv(dev);

	channels->max_combined = vif->max_queues;
	channels->combined_count = vif->num_queues;
}

/* Count all queues that exist, connected or not: the count must not change between two calls. */
static int vif_get_sset_count(struct net_device *dev, int set)
{
	const struct vif *vif = dom0_netdev_priv(dev);

	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return VIF_NR_COUNTERS * (vif->max_queues + 1);
}

static void vif_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	const struct vif *vif = dom0_netdev_priv(dev);
	unsigned int i, k;

	if (set != ETH_SS_STATS)
		return;
	for (k = 0; k < VIF_NR_COUNTERS; k++)
		ethtool_sprintf(&data, "%s", counter_names[k]);
	for (i = 0; i < vif->max_queues; i++) {
		for (k = 0; k < VIF_NR_COUNTERS; k++)
			ethtool_sprintf(&data, "queue_%u_%s", i, counter_names[k]);
	}
}

/* The sums over all queues first, then the counters of each queue. */
static void vif_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct vif *vif = dom0_netdev_priv(dev);
	unsigned int i, k;

	memset(data, 0, VIF_NR_COUNTERS * sizeof(*data));
	for (i = 0; i < vif->max_queues; i++) {
		const u64 *counters = vif->queues[i].counters;
		u64 *queue_data = data + (i + 1) * VIF_NR_COUNTERS;

		for (k = 0; k < VIF_NR_COUNTERS; k++) {
			queue_data[k] = READ_ONCE(counters[k]);
			data[k] += queue_data[k];
		}
	}
}

const struct ethtool_ops vif_ethtool_ops = {
	.get_drvinfo = vif_get_drvinfo,
	.get_sset_count = vif_get_sset_count,
	.get_strings = vif_get_strings,
	.get_ethtool_stats = vif_get_ethtool_stats,
	.get_channels = vif_get_channels,
};
