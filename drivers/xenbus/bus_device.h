/* SPDX-License-Identifier: GPL-2.0 */
/* Devices on our own xen-backend bus. */
#ifndef _DOM0_XENBUS_BUS_DEVICE_H
#define _DOM0_XENBUS_BUS_DEVICE_H

#include <linux/types.h>

struct attribute_group;

extern const struct attribute_group *dom0_bus_device_groups[];
extern const struct attribute_group *dom0_bus_bound_groups[];

int dom0_bus_device_create(const char *node, bool rebind);
int dom0_bus_devices_remove_lost(const char *path);
void dom0_bus_devices_exit(void);

#endif
