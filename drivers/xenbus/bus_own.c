// SPDX-License-Identifier: GPL-2.0
/*
 * The xen-backend bus on a kernel without CONFIG_XEN_BACKEND. Its names, attributes and uevents are
 * those of the kernel's bus.
 */
#include "backend.h"
#include "bus.h"
#include "bus_device.h"
#include "bus_own.h"
#include "bus_scan.h"

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

static int own_match(struct device *dev, DOM0_XENBUS_MATCH_CONST struct device_driver *drv)
{
	return !strcmp(to_xenbus_driver(drv)->ids->devicetype, to_xenbus_device(dev)->devicetype);
}

static int own_uevent(DOM0_XENBUS_UEVENT_CONST struct device *dev, struct kobj_uevent_env *env)
{
	DOM0_XENBUS_UEVENT_CONST struct xenbus_device *xdev = to_xenbus_device(dev);
	/* Read once: the device may be unbound meanwhile. */
	struct device_driver *drv = READ_ONCE(dev->driver);
	struct xenbus_driver *xb;
	int err;

	err = add_uevent_var(env, "MODALIAS=xen-backend:%s", xdev->devicetype) ?:
	      add_uevent_var(env, "XENBUS_TYPE=%s", xdev->devicetype) ?:
	      add_uevent_var(env, "XENBUS_PATH=%s", xdev->nodename) ?:
	      add_uevent_var(env, "XENBUS_BASE_PATH=%s", BUS_ROOT);
	if (err || !drv)
		return err;
	xb = to_xenbus_driver(drv);
	return xb->uevent ? xb->uevent(xdev, env) : 0;
}

/* ---- the frontend's state ---- */

static bool frontend_none_pending(struct xenbus_watch *watch, const char *path, const char *token)
{
	return !watch->nr_pending;
}

static void frontend_written(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xenbus_device *xdev = container_of(watch, struct xenbus_device, otherend_watch);

	/* The host is shutting down: the disks may be gone, and the guests end with the host. */
	if (system_state > SYSTEM_RUNNING)
		return;
	/* The driver reads the state itself. */
	to_xenbus_driver(xdev->dev.driver)->otherend_changed(xdev, XenbusStateUnknown);
}

static int watch_frontend(struct xenbus_device *xdev)
{
	struct xenbus_watch *watch = &xdev->otherend_watch;
	int err;

	watch->node = kasprintf(GFP_KERNEL, "%s/state", xdev->otherend);
	if (!watch->node)
		return -ENOMEM;
	watch->will_handle = frontend_none_pending;
	watch->callback = frontend_written;
	err = register_xenbus_watch(watch);
	if (err)
		kfree(watch->node);
	return err;
}

static void unwatch_frontend(struct xenbus_device *xdev)
{
	unregister_xenbus_watch(&xdev->otherend_watch);
	kfree(xdev->otherend_watch.node);
}

/* ---- binding ---- */

static int own_probe(struct device *dev)
{
	struct xenbus_driver *xb = to_xenbus_driver(dev->driver);
	struct xenbus_device *xdev = to_xenbus_device(dev);
	int err;

	/* A bound device holds a reference on its driver's module. */
	if (!try_module_get(xb->driver.owner))
		return -ENODEV;
	xdev->spurious_threshold = 1;
	err = xb->probe(xdev, xb->ids);
	if (err)
		goto put_module;
	err = watch_frontend(xdev);
	if (err)
		goto remove;
	return 0;

remove:
	xb->remove(xdev);
put_module:
	module_put(xb->driver.owner);
	xenbus_dev_error(xdev, err, "cannot bind %s", xdev->nodename);
	return err;
}

static void own_remove(struct device *dev)
{
	struct xenbus_driver *xb = to_xenbus_driver(dev->driver);
	struct xenbus_device *xdev = to_xenbus_device(dev);

	unwatch_frontend(xdev);
	xb->remove(xdev);
	module_put(xb->driver.owner);
}

struct bus_type dom0_own_bus = {
	.name = "xen-backend",
	.match = own_match,
	.uevent = own_uevent,
	.probe = own_probe,
	.remove = own_remove,
	.dev_groups = dom0_bus_device_groups,
};

/* ---- for bus.c ---- */

static int own_add_driver(struct xenbus_driver *xb, struct module *owner)
{
	xb->driver.name = xb->name;
	xb->driver.bus = &dom0_own_bus;
	xb->driver.owner = owner;
	xb->driver.mod_name = module_name(owner);
	xb->driver.dev_groups = dom0_bus_bound_groups;
	return driver_register(&xb->driver);
}

static void own_remove_driver(struct xenbus_driver *xb)
{
	driver_unregister(&xb->driver);
}

static int own_init(void)
{
	int err = bus_register(&dom0_own_bus);

	if (err)
		return err;
	err = dom0_bus_scan_init();
	if (err)
		bus_unregister(&dom0_own_bus);
	return err;
}

static void own_exit(void)
{
	dom0_bus_scan_exit();
	dom0_bus_devices_exit();
	bus_unregister(&dom0_own_bus);
}

const struct dom0_bus_provider dom0_bus_provider = {
	.init = own_init,
	.exit = own_exit,
	.add_driver = own_add_driver,
	.remove_driver = own_remove_driver,
};
