/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has the xen-backend bus, the kernel or we. What the drivers are told (bus.c) is the same for
 * both.
 */
#ifndef _DOM0_XENBUS_BUS_H
#define _DOM0_XENBUS_BUS_H

struct module;
struct xenbus_driver;

/**
 * struct dom0_bus_provider - the bus below bus.c
 * @init: have a bus
 * @exit: let go of it; no driver is left
 * @add_driver: register a driver of @owner's; its callbacks are called from now on, with the
 *	device's lock held, and otherend_changed on the watch thread without it
 * @remove_driver: unregister it; afterwards its callbacks are not called any more
 */
struct dom0_bus_provider {
	int (*init)(void);
	void (*exit)(void);
	int (*add_driver)(struct xenbus_driver *xb, struct module *owner);
	void (*remove_driver)(struct xenbus_driver *xb);
};

extern const struct dom0_bus_provider dom0_bus_provider;

#endif
