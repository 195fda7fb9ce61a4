// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers on the xen-backend bus. The bus calls these functions with the device's lock held, from
 * the watch thread (or its own queue), from modprobe or from a write to sysfs. So they must not
 * wait for a device.
 */
#include "backend.h"
#include "backend_list.h"
#include "bus.h"

#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

struct bus_driver {
	struct xenbus_driver xb;
	struct xenbus_device_id ids[2];
	const struct dom0_backend_driver *driver;
	struct list_head link;
};

/* All drivers on the bus. */
static LIST_HEAD(bus_drivers);
static DECLARE_RWSEM(bus_drivers_sem);

static const struct dom0_backend_driver *xdev_driver(const struct xenbus_device *xdev)
{
	struct xenbus_driver *xb = to_xenbus_driver(xdev->dev.driver);

	return container_of(xb, struct bus_driver, xb)->driver;
}

static int bus_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct dom0_backend_core *core = dom0_backend_create(xdev, xdev_driver(xdev));

	if (IS_ERR(core))
		return PTR_ERR(core);
	dev_set_drvdata(&xdev->dev, core);
	dom0_backend_event(core, EVENT_START);
	return 0;
}

static void bus_otherend_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	dom0_backend_frontend_state(dev_get_drvdata(&xdev->dev));
}

/* The bus has already removed the watch of the frontend's state. */
static void bus_remove(struct xenbus_device *xdev)
{
	dom0_backend_release(dev_get_drvdata(&xdev->dev));
	dev_set_drvdata(&xdev->dev, NULL);
}

static struct bus_driver *bus_driver_of_type(const char *type)
{
	struct bus_driver *bd;

	lockdep_assert_held(&bus_drivers_sem);
	list_for_each_entry(bd, &bus_drivers, link)
		if (!strcmp(bd->driver->type, type))
			return bd;
	return NULL;
}

/*
 * Any user may read a device's uevent file. Since 6.15 the kernel calls this without the device's
 * lock, so the device may be unbound meanwhile. So find the driver by type in our own list, and
 * hold bus_drivers_sem, so that it is not freed during the call.
 */
static int bus_uevent(DOM0_XENBUS_UEVENT_CONST struct xenbus_device *xdev,
		      struct kobj_uevent_env *env)
{
	struct bus_driver *bd;
	int err = 0;

	down_read(&bus_drivers_sem);
	bd = bus_driver_of_type(xdev->devicetype);
	if (bd && bd->driver->uevent)
		err = bd->driver->uevent(xdev, env);
	up_read(&bus_drivers_sem);
	return err;
}

/*
 * The bus has unregistered the driver. But a task may have read the driver from a device just
 * before, and be about to call bus_uevent(). It does not sleep before it gets there, so wait with
 * synchronize_rcu_tasks() before freeing.
 */
static void bus_driver_free(struct bus_driver *bd)
{
	down_write(&bus_drivers_sem);
	list_del(&bd->link);
	up_write(&bus_drivers_sem);
	synchronize_rcu_tasks();
	kfree(bd);
}

/* Add the driver to the list before the bus knows it, because binding a device sends uevents. */
int dom0_backend_register(const struct dom0_backend_driver *driver, struct module *owner)
{
	struct bus_driver *bd = kzalloc(sizeof(*bd), GFP_KERNEL);
	int err;

	if (!bd)
		return -ENOMEM;
	bd->driver = driver;
	strscpy(bd->ids[0].devicetype, driver->type, sizeof(bd->ids[0].devicetype));
	bd->xb.name = driver->name;
	bd->xb.ids = bd->ids;
	/* When a driver is loaded again, it serves the frontends that are still connected. */
	bd->xb.allow_rebind = true;
	bd->xb.probe = bus_probe;
	bd->xb.otherend_changed = bus_otherend_changed;
	bd->xb.remove = bus_remove;
	bd->xb.uevent = bus_uevent;

	down_write(&bus_drivers_sem);
	list_add(&bd->link, &bus_drivers);
	up_write(&bus_drivers_sem);
	err = dom0_bus_provider.add_driver(&bd->xb, owner);
	if (err)
		bus_driver_free(bd);
	return err;
}
EXPORT_SYMBOL_GPL(dom0_backend_register);

static struct bus_driver *bus_driver_of(const struct dom0_backend_driver *driver)
{
	struct bus_driver *bd, *found = NULL;

	down_read(&bus_drivers_sem);
	list_for_each_entry(bd, &bus_drivers, link)
		if (bd->driver == driver)
			found = bd;
	up_read(&bus_drivers_sem);
	return found;
}

void dom0_backend_unregister(const struct dom0_backend_driver *driver)
{
	struct bus_driver *bd = bus_driver_of(driver);

	if (!bd)
		return;
	dom0_bus_provider.remove_driver(&bd->xb);
	dom0_backends_wait_gone(driver);
	bus_driver_free(bd);
}
EXPORT_SYMBOL_GPL(dom0_backend_unregister);

struct dom0_backend *dom0_backend_from_dev(struct device *dev)
{
	struct dom0_backend_core *core = dev_get_drvdata(dev);

	return &core->be;
}
EXPORT_SYMBOL_GPL(dom0_backend_from_dev);
