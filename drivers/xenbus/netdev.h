/* SPDX-License-Identifier: GPL-2.0 */
/* Inside dom0-xenbus: network devices that stay while their driver is away. */
#ifndef _NETDEV_H
#define _NETDEV_H

#include <dom0/netdev.h>

/* netdev_ops.c */
void dom0_netdev_set_ops(struct net_device *dev);

/* netdev.c */
void dom0_netdevs_exit(void);

#endif
