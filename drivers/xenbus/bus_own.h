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

struct bus_type;

/* The directory, relative to that of our domain, that holds "TYPE/DOMAIN/DEVICE". */
#define BUS_ROOT	"backend"
#define BUS_LEVELS	3

extern struct bus_type dom0_own_bus;

#endif
