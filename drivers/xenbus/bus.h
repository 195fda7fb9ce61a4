/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The provider of the xen-backend bus: the kernel, or our own code. bus.c works with both.
 */
#ifndef _DOM0_XENBUS_BUS_H
#define _DOM0_XENBUS_BUS_H

struct module;
struct xenbus_driver;

/**
 * struct dom0_bus_provider - the bus below bus.c
 * @init: set up the bus
 * @exit: tear down the bus; all drivers have been removed before
 * @add_driver: register a driver of the module @owner. Its callbacks run with the device's lock
 *	held, except otherend_changed, which runs on the watch thread without it
 * @remove_driver: unregister a driver; its callbacks are not called afterwards
 */
struct dom0_bus_provider {
	int (*init)(void);
	void (*exit)(void);
	int (*add_driver)(struct xenbus_driver *xb, struct module *owner);
	void (*remove_driver)(struct xenbus_driver *xb);
};

extern const struct dom0_bus_provider dom0_bus_provider;

#endif
