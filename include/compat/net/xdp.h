/* SPDX-License-Identifier: GPL-2.0 */
/* xdp_set_features_flag(), on kernels that do not ask what a driver can do with XDP. */
#ifndef _DOM0_COMPAT_NET_XDP_H
#define _DOM0_COMPAT_NET_XDP_H

#include_next <net/xdp.h>

/* 6.3: d3d854fd6a1d ("netdev-genl: create a simple family for netdev stuff") */
#ifndef DOM0_HAS_XDP_FEATURES

#define NETDEV_XDP_ACT_BASIC		0
#define NETDEV_XDP_ACT_REDIRECT		0
#define NETDEV_XDP_ACT_NDO_XMIT		0
#define NETDEV_XDP_ACT_NDO_XMIT_SG	0

static inline void xdp_set_features_flag(struct net_device *dev, u32 features)
{
}

#endif

#endif
