// SPDX-License-Identifier: GPL-2.0
/* Which drivers may attach to a network device: drivers/xenbus/netdev_ops.c. */
#include "unit.h"

#include <linux/if_link.h>
#include <linux/list.h>
#include <linux/types.h>
#include <stdlib.h>
#include <xen/interface/xen.h>

/* ---- the kernel ---- */

#define __rcu
#define lockdep_rtnl_is_held()		rtnl
#define rcu_dereference(p)		(p)
#define rcu_access_pointer(p)		(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define rcu_replace_pointer(p, v, c) ({ __typeof__(p) old_ = (p); (p) = (v); old_; })
#define rtnl_dereference(p)		({ assert(rtnl); (p); })
#define rcu_read_lock()			((void)0)
#define rcu_read_unlock()		((void)0)
#define synchronize_net()		((void)0)
#define ASSERT_RTNL()			assert(rtnl)
#define bpf_prog_put(prog)		((void)0)
#define dev_kfree_skb_any(skb)		((void)0)
#define dev_core_stats_tx_dropped_inc(dev) ((void)0)
#define netdev_pick_tx(dev, skb, sb_dev)	0
#define NETDEV_TX_OK			0
#define XDP_SETUP_PROG			0

typedef int netdev_tx_t;
typedef u64 netdev_features_t;

struct sk_buff;
struct xdp_frame;
struct ethtool_drvinfo;
struct ethtool_stats;
struct ethtool_channels;
struct bpf_prog;
struct net_device;

struct netdev_bpf {
	int command;
	struct bpf_prog *prog;
};

struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	u16 (*ndo_select_queue)(struct net_device *dev, struct sk_buff *skb,
				struct net_device *sb_dev);
	netdev_features_t (*ndo_features_check)(struct sk_buff *skb, struct net_device *dev,
						netdev_features_t features);
	netdev_features_t (*ndo_fix_features)(struct net_device *dev, netdev_features_t features);
	int (*ndo_change_mtu)(struct net_device *dev, int mtu);
	void (*ndo_get_stats64)(struct net_device *dev, struct rtnl_link_stats64 *stats);
	int (*ndo_bpf)(struct net_device *dev, struct netdev_bpf *bpf);
	int (*ndo_xdp_xmit)(struct net_device *dev, int nr, struct xdp_frame **frames, u32 flags);
	void *ndo_set_mac_address;
	void *ndo_validate_addr;
};

struct ethtool_ops {
	void (*get_drvinfo)(struct net_device *dev, struct ethtool_drvinfo *info);
	int (*get_sset_count)(struct net_device *dev, int set);
	void (*get_strings)(struct net_device *dev, u32 set, u8 *data);
	void (*get_ethtool_stats)(struct net_device *dev, struct ethtool_stats *stats, u64 *data);
	void (*get_channels)(struct net_device *dev, struct ethtool_channels *channels);
	void *get_link;
	void *get_ts_info;
};

#define eth_mac_addr		NULL
#define eth_validate_addr	NULL
#define ethtool_op_get_link	NULL
#define ethtool_op_get_ts_info	NULL

struct notifier_block {
	int unused;
};

enum { NETREG_UNINITIALIZED, NETREG_REGISTERED };

struct net_device {
	int reg_state;
	int mtu;
	const struct net_device_ops *netdev_ops;
	const struct ethtool_ops *ethtool_ops;
};

static bool rtnl;

static void rtnl_lock(void)
{
	assert(!rtnl);
	rtnl = true;
}

static void rtnl_unlock(void)
{
	assert(rtnl);
	rtnl = false;
}

static void *netdev_priv(const struct net_device *dev)
{
	return (void *)(dev + 1);
}

static int register_netdevice(struct net_device *dev)
{
	dev->reg_state = NETREG_REGISTERED;
	return 0;
}

#include "drivers/xenbus/netdev_ops.c"

/* ---- a driver ---- */

static void count(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	stats->rx_packets += 3;
}

/* As arrays, whose members the tests set one by one. None but that of count() is called. */
#define NR_OPS		10
#define NR_TOOL_OPS	5
static void *ops[NR_OPS + 2], *tool_ops[NR_TOOL_OPS + 2];
static const struct dom0_netdev_driver driver = {
	.ops = (const struct net_device_ops *)ops,
	.ethtool_ops = (const struct ethtool_ops *)tool_ops,
};

_Static_assert(sizeof(ops) == sizeof(*driver.ops), "ops");
_Static_assert(sizeof(tool_ops) == sizeof(*driver.ethtool_ops), "tool_ops");

static struct {
	struct net_device dev;
	struct dom0_netdev nd;
} card;

static int begin(void **state)
{
	unsigned int i;

	for (i = 0; i < NR_OPS; i++)
		ops[i] = count;
	for (i = 0; i < NR_TOOL_OPS; i++)
		tool_ops[i] = count;
	memset(&card, 0, sizeof(card));
	card.nd.dev = &card.dev;
	dom0_netdev_set_ops(&card.dev);
	return 0;
}

static void a_driver_comes_and_goes(void **state)
{
	struct rtnl_link_stats64 stats = {};

	assert_int_equal(dom0_netdev_attach(&card.nd, &driver, &card), 0);
	assert_int_equal(card.dev.reg_state, NETREG_REGISTERED);
	assert_ptr_equal(dom0_netdev_priv(&card.dev), &card);
	dom0_netdev_detach(&card.dev);
	card.dev.netdev_ops->ndo_get_stats64(&card.dev, &stats);
	assert_int_equal(stats.rx_packets, 3);
	assert_int_equal(dom0_netdev_attach(&card.nd, &driver, &card), 0);
	stats.rx_packets = 0;
	card.dev.netdev_ops->ndo_get_stats64(&card.dev, &stats);
	assert_int_equal(stats.rx_packets, 6);
}

static void is_refused_without(void **op)
{
	begin(NULL);
	*op = NULL;
	assert_int_equal(dom0_netdev_attach(&card.nd, &driver, &card), -EOPNOTSUPP);
	assert_null(card.nd.driver);
	assert_int_equal(card.dev.reg_state, NETREG_UNINITIALIZED);
	assert_false(rtnl);
}

/* An older driver may not have what this module calls. */
static void a_driver_without_an_operation(void **state)
{
	unsigned int i;

	for (i = 0; i < NR_OPS; i++)
		is_refused_without(&ops[i]);
	for (i = 0; i < NR_TOOL_OPS; i++)
		is_refused_without(&tool_ops[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(a_driver_comes_and_goes, begin),
	cmocka_unit_test_setup(a_driver_without_an_operation, begin),
};

RUN_TESTS(tests)
