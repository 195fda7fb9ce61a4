/* SPDX-License-Identifier: GPL-2.0 */
/* The search for devices of our own xen-backend bus. */
#ifndef _DOM0_XENBUS_BUS_SCAN_H
#define _DOM0_XENBUS_BUS_SCAN_H

int dom0_bus_scan_init(void);
void dom0_bus_scan_exit(void);

#endif
