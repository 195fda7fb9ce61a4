// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers on the xen-backend bus. The bus calls us from the watch thread (or from a queue of its
 * own), from modprobe or from a write to sysfs, with the device's lock held: nothing here may wait.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

#include "backend.h"
#include "bus.h"

struct bus_driver {
	struct xenbus_driver xb;
	struct xenbus_device_id ids[2];
	const struct dom0_backend_driver *driver;
	struct list_head link;
};

/* Drivers on the bus, under their lock. */
static LIST_HEAD(bus_drivers);
static DEFINE_MUTEX(bus_drivers_lock);

static const struct dom0_backend_driver *xdev_driver(const struct xenbus_device *xdev)
{
	struct xenbus_driver *xb = to_xenbus_driver(xdev->dev.driver);

	return container_of(xb, struct bus_driver, xb)->driver;
}

static int bus_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct dom0_backend_core *core = backend_create(xdev, xdev_driver(xdev));

	if (IS_ERR(core))
		return PTR_ERR(core);
	dev_set_drvdata(&xdev->dev, core);
	backend_event(core, EVENT_START);
	return 0;
}

static void bus_otherend_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	backend_frontend_state(dev_get_drvdata(&xdev->dev));
}

/* The watch of the frontend's state has been taken away by the bus before. */
static void bus_remove(struct xenbus_device *xdev)
{
	backend_release(dev_get_drvdata(&xdev->dev));
	dev_set_drvdata(&xdev->dev, NULL);
}

static int bus_uevent(DOM0_XENBUS_UEVENT_CONST struct xenbus_device *xdev,
		      struct kobj_uevent_env *env)
{
	const struct dom0_backend_driver *driver = xdev_driver(xdev);

	return driver->uevent ? driver->uevent(xdev, env) : 0;
}

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
	/* A driver that comes back serves the frontends that were left connected. */
	bd->xb.allow_rebind = true;
	bd->xb.probe = bus_probe;
	bd->xb.otherend_changed = bus_otherend_changed;
	bd->xb.remove = bus_remove;
	bd->xb.uevent = bus_uevent;
	err = bus_provider.add_driver(&bd->xb, owner);
	if (err) {
		kfree(bd);
		return err;
	}
	mutex_lock(&bus_drivers_lock);
	list_add(&bd->link, &bus_drivers);
	mutex_unlock(&bus_drivers_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_backend_register);

static struct bus_driver *bus_driver_take(const struct dom0_backend_driver *driver)
{
	struct bus_driver *bd, *found = NULL;

	mutex_lock(&bus_drivers_lock);
	list_for_each_entry(bd, &bus_drivers, link) {
		if (bd->driver == driver) {
			list_del(&bd->link);
			found = bd;
			break;
		}
	}
	mutex_unlock(&bus_drivers_lock);
	return found;
}

void dom0_backend_unregister(const struct dom0_backend_driver *driver)
{
	struct bus_driver *bd = bus_driver_take(driver);

	if (!bd)
		return;
	bus_provider.remove_driver(&bd->xb);
	backends_wait_gone(driver);
	kfree(bd);
}
EXPORT_SYMBOL_GPL(dom0_backend_unregister);

struct dom0_backend *dom0_backend_from_dev(struct device *dev)
{
	struct dom0_backend_core *core = dev_get_drvdata(dev);

	return &core->be;
}
EXPORT_SYMBOL_GPL(dom0_backend_from_dev);
