// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows of a card: drivers/netback/ethtool.c. */
#include "unit.h"

#include <linux/ethtool.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdlib.h>

/* ---- the parts of the kernel and of the driver that the file needs ---- */

#define _VIF_H
#define _VIF_QUEUE_H
#define _VIF_ETHTOOL_H
#define _DOM0_NETDEV_H

#include "drivers/netback/counters.h"

#define KBUILD_MODNAME	"dom0_netback"

struct dom0_backend {
	const char *name;
};

struct vif_queue {
	u64 counters[VIF_NR_COUNTERS];
};

struct vif {
	struct dom0_backend *be;
	unsigned int max_queues, num_queues;
	struct vif_queue *queues;
};

struct net_device {
	struct vif *priv;
};

struct ethtool_ops {
	void (*get_drvinfo)(struct net_device *dev, struct ethtool_drvinfo *info);
	int (*get_sset_count)(struct net_device *dev, int set);
	void (*get_strings)(struct net_device *dev, u32 set, u8 *data);
	void (*get_ethtool_stats)(struct net_device *dev, struct ethtool_stats *stats, u64 *data);
	void (*get_channels)(struct net_device *dev, struct ethtool_channels *channels);
	int (*set_channels)(struct net_device *dev, struct ethtool_channels *channels);
};

#define strscpy(to, from, size) snprintf(to, size, "%s", from)

static struct vif *dom0_netdev_priv(const struct net_device *dev)
{
	return dev->priv;
}

__printf(2, 3)
static void ethtool_sprintf(u8 **data, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	assert_true(vsnprintf((char *)*data, ETH_GSTRING_LEN, fmt, args) < ETH_GSTRING_LEN);
	va_end(args);
	*data += ETH_GSTRING_LEN;
}

#include "drivers/netback/ethtool.c"

/* ---- a card with more queues than any default ---- */

#define QUEUES	64

static struct vif_queue queues[QUEUES];
static struct dom0_backend backend = { .name = "vif-1-0" };
static struct vif card = {
	.be = &backend, .max_queues = QUEUES, .num_queues = 3, .queues = queues,
};

static struct net_device dev = { .priv = &card };

static void channels_are_the_queues(void **state)
{
	struct ethtool_channels channels = {};

	vif_ethtool_ops.get_channels(&dev, &channels);
	assert_int_equal(channels.max_combined, QUEUES);
	assert_int_equal(channels.combined_count, 3);
	card.num_queues = 0;
	vif_ethtool_ops.get_channels(&dev, &channels);
	assert_int_equal(channels.max_combined, QUEUES);
	assert_int_equal(channels.combined_count, 0);
	/* The kernel refuses ethtool -L without it. */
	assert_null(vif_ethtool_ops.set_channels);
}

/* Return the name of a statistic. Names are cut at no place, and fill exactly their space. */
static const char *name_of(unsigned int n)
{
	static u8 names[(QUEUES + 1) * VIF_NR_COUNTERS][ETH_GSTRING_LEN];

	vif_ethtool_ops.get_strings(&dev, ETH_SS_STATS, names[0]);
	return (const char *)names[n];
}

static void statistics_of_each_queue(void **state)
{
	static u64 data[(QUEUES + 1) * VIF_NR_COUNTERS];
	unsigned int i, last = QUEUES * VIF_NR_COUNTERS + VIF_tx_packets;

	for (i = 0; i < QUEUES; i++)
		queues[i].counters[VIF_tx_packets] = i;
	assert_int_equal(vif_ethtool_ops.get_sset_count(&dev, ETH_SS_STATS), ARRAY_SIZE(data));
	assert_true(vif_ethtool_ops.get_sset_count(&dev, ETH_SS_FEATURES) < 0);
	memset(data, 0xff, sizeof(data));
	vif_ethtool_ops.get_ethtool_stats(&dev, NULL, data);
	assert_int_equal(data[VIF_tx_packets], QUEUES * (QUEUES - 1) / 2);
	assert_string_equal(name_of(VIF_tx_packets), "tx_packets");
	assert_int_equal(data[last], QUEUES - 1);
	assert_string_equal(name_of(last), "queue_63_tx_packets");
	assert_int_equal(data[VIF_rx_packets], 0);
}

static void who_serves_the_card(void **state)
{
	struct ethtool_drvinfo info;

	vif_ethtool_ops.get_drvinfo(&dev, &info);
	assert_string_equal(info.driver, "dom0_netback");
	assert_string_equal(info.bus_info, "vif-1-0");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(channels_are_the_queues),
	cmocka_unit_test(statistics_of_each_queue),
	cmocka_unit_test(who_serves_the_card),
};

RUN_TESTS(tests)
