/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The xen-backend bus on a kernel that has none, in three parts: the bus and its drivers
 * (bus_own.c), a device on it (bus_device.c), and the search for devices in xenstore (bus_scan.c).
 *
 * Devices are created and removed on one queue only; the watch thread only adds a path to a list.
 * The watch thread takes no device's lock, so the holder of such a lock may wait for it.
 */
#ifndef _DOM0_XENBUS_BUS_OWN_H
#define _DOM0_XENBUS_BUS_OWN_H

#include <linux/device.h>
#include <linux/types.h>
#include <xen/xenbus.h>

/* The directory, relative to that of our domain, that holds "TYPE/DOMAIN/DEVICE". */
#define BUS_ROOT	"backend"
#define BUS_LEVELS	3

/* bus_own.c */
extern struct bus_type own_bus;

/* bus_device.c */
extern const struct attribute_group *bus_device_groups[];
extern const struct attribute_group *bus_bound_groups[];
void dom0_bus_device_create(const char *node, bool rebind);
void dom0_bus_devices_remove_lost(const char *path);
void dom0_bus_devices_exit(void);

/* bus_scan.c */
int dom0_bus_scan_init(void);
void dom0_bus_scan_exit(void);

#endif
