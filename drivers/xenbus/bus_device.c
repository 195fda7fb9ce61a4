// SPDX-License-Identifier: GPL-2.0
/* A device on our own bus: how it is created, its sysfs attributes, and how it is removed. */
#include "backend.h"
#include "bus_device.h"
#include "bus_own.h"
#include "xs.h"

#include <dom0/fault_point.h>
#include <dom0/xs.h>
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/wait.h>
#include <xen/xenbus.h>

/* Number of devices that have not been freed: any holder of a reference keeps one alive. */
static atomic_t devices = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(devices_changed);

/* ---- attributes of every device ---- */

static ssize_t nodename_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->nodename);
}
static DEVICE_ATTR_RO(nodename);

static ssize_t devtype_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(devtype);

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "xen-backend:%s\n", to_xenbus_device(dev)->devicetype);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", xenbus_strstate(READ_ONCE(to_xenbus_device(dev)->state)));
}
static DEVICE_ATTR_RO(state);

static struct attribute *device_attrs[] = {
	&dev_attr_nodename.attr,
	&dev_attr_devtype.attr,
	&dev_attr_modalias.attr,
	&dev_attr_state.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

const struct attribute_group *dom0_bus_device_groups[] = {
	&device_group,
	NULL
};

/* ---- attributes of devices with a driver: counters that the kernel keeps ---- */

#define COUNTER(counter)									\
static ssize_t counter##_show(struct device *dev, struct device_attribute *attr, char *buf)	\
{												\
	return sysfs_emit(buf, "%d\n", atomic_read(&to_xenbus_device(dev)->counter));		\
}												\
static DEVICE_ATTR_RO(counter)

COUNTER(event_channels);
COUNTER(events);
COUNTER(spurious_events);
COUNTER(jiffies_eoi_delayed);

static ssize_t spurious_threshold_show(struct device *dev, struct device_attribute *attr,
				       char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_xenbus_device(dev)->spurious_threshold));
}

static ssize_t spurious_threshold_store(struct device *dev, struct device_attribute *attr,
					const char *buf, size_t count)
{
	unsigned int threshold;
	int err = kstrtouint(buf, 0, &threshold);

	if (err)
		return err;
	WRITE_ONCE(to_xenbus_device(dev)->spurious_threshold, threshold);
	return count;
}
static DEVICE_ATTR_RW(spurious_threshold);

static struct attribute *bound_attrs[] = {
	&dev_attr_event_channels.attr,
	&dev_attr_events.attr,
	&dev_attr_spurious_events.attr,
	&dev_attr_jiffies_eoi_delayed.attr,
	&dev_attr_spurious_threshold.attr,
	NULL
};

static const struct attribute_group bound_group = {
	.name = "xenbus",
	.attrs = bound_attrs,
};

const struct attribute_group *dom0_bus_bound_groups[] = {
	&bound_group,
	NULL
};

/* ---- creation and removal ---- */

static void device_release(struct device *dev)
{
	struct xenbus_device *xdev = to_xenbus_device(dev);

	kfree(xdev->nodename);
	kfree(xdev->devicetype);
	kfree(xdev->otherend);
	kfree(xdev);
	if (atomic_dec_and_test(&devices))
		wake_up_all(&devices_changed);
}

/* Return whether the toolstack keeps a device, or negative errno. */
static int is_online(const char *node)
{
	unsigned int online;
	int err = xenbus_scanf(XBT_NIL, node, "online", "%u", &online);

	return err > 0 ? online != 0 : err;
}

/*
 * Check if a directory should become a device. A new device is Initialising. One in another state
 * is wanted only if it is @rebind: an earlier driver has served it and no longer does. One that is
 * Closed must not come back, unless the toolstack keeps it online. Returns 1, 0 or negative errno.
 */
static int is_wanted(const char *node, enum xenbus_state state, bool rebind)
{
	switch (state) {
	case XenbusStateInitialising:
		return 1;
	case XenbusStateUnknown:
		return 0;
	case XenbusStateClosed:
		return rebind ? is_online(node) : 0;
	default:
		return rebind;
	}
}

static int describe_device(struct xenbus_device *xdev, const char *node)
{
	const char *type = node + sizeof(BUS_ROOT);
	int err;

	xdev->nodename = kstrdup(node, GFP_KERNEL);
	xdev->devicetype = kstrndup(type, strcspn(type, "/"), GFP_KERNEL);
	if (!xdev->nodename || !xdev->devicetype)
		return -ENOMEM;
	err = dom0_xs_read_frontend(node, &xdev->otherend_id, &xdev->otherend);
	if (err)
		return err;
	return dev_set_name(&xdev->dev, "%s-%d-%s", xdev->devicetype, xdev->otherend_id,
			    kbasename(node));
}

static bool name_is_taken(const char *name)
{
	struct device *dev = bus_find_device_by_name(&dom0_own_bus, NULL, name);

	put_device(dev);
	return dev;
}

/* Report no error for an incomplete directory: the toolstack may be writing the rest. */
static int device_make(struct xenbus_device *xdev, const char *node)
{
	int err = describe_device(xdev, node);

	if (err)
		return err;
	/* Two paths may give the same name: the name has frontend-id, not the path's domain. */
	if (name_is_taken(dev_name(&xdev->dev)))
		err = -EEXIST;
	else
		err = device_add(&xdev->dev);
	if (err)
		xenbus_dev_error(xdev, err, "cannot create a device for %s", node);
	return err;
}

static int is_node(struct device *dev, const void *node)
{
	return !strcmp(to_xenbus_device(dev)->nodename, node);
}

static bool is_known(const char *node)
{
	struct device *dev = bus_find_device(&dom0_own_bus, NULL, node, is_node);

	put_device(dev);
	return dev;
}

static int bus_device_new(const char *node, enum xenbus_state state)
{
	struct xenbus_device *xdev = kzalloc(sizeof(*xdev), GFP_KERNEL);
	int err;

	if (!xdev)
		return -ENOMEM;
	atomic_inc(&devices);
	xdev->state = state;
	xdev->dev.bus = &dom0_own_bus;
	xdev->dev.release = device_release;
	sema_init(&xdev->reclaim_sem, 1);
	init_completion(&xdev->down);
	device_initialize(&xdev->dev);
	err = device_make(xdev, node);
	if (err)
		put_device(&xdev->dev);
	return err;
}

/*
 * Create a device for the directory @node, if it describes one that does not exist yet. Returns
 * negative errno if that has to be tried again: xenstore fails, or memory is short.
 */
int dom0_bus_device_create(const char *node, bool rebind)
{
	enum xenbus_state state;
	int err;

	if (is_known(node))
		return 0;
	err = dom0_fault_point("bus_read") ?: dom0_xs_read_state(node, &state);
	if (!err)
		err = is_wanted(node, state, rebind);
	if (err > 0)
		err = bus_device_new(node, state);
	return err != -EEXIST && dom0_xs_failed(err) ? err : 0;
}

/*
 * struct lost_search - a search for devices whose directory is gone
 * @path: they are at or below it
 * @err: set if xenstore fails, so that one may have been missed
 */
struct lost_search {
	const char *path;
	int *err;
};

static int is_lost(struct device *dev, const void *data)
{
	const char *node = to_xenbus_device(dev)->nodename;
	const struct lost_search *search = data;
	size_t len = strlen(search->path);
	int err;

	if (strncmp(node, search->path, len) || (node[len] && node[len] != '/'))
		return false;
	err = dom0_fault_point("bus_read") ?: dom0_xs_find(node);
	if (dom0_xs_failed(err))
		*search->err = err;
	return err == -ENOENT;
}

/*
 * Remove the devices at and below @path whose directory is gone. The directory may exist again by
 * now, with a state that the device's queue wrote while the device was still on the bus. So try to
 * create each device again, as one that is left over. Returns negative errno as
 * dom0_bus_device_create() does.
 */
int dom0_bus_devices_remove_lost(const char *path)
{
	int failed = 0, err;
	struct lost_search search = { .path = path, .err = &failed };
	struct device *dev;

	while ((dev = bus_find_device(&dom0_own_bus, NULL, &search, is_lost))) {
		device_unregister(dev);
		err = dom0_bus_device_create(to_xenbus_device(dev)->nodename, true);
		if (err)
			failed = err;
		put_device(dev);
	}
	return failed;
}

/* Remove all devices. No new ones are created any more. */
void dom0_bus_devices_exit(void)
{
	struct device *dev;

	while ((dev = bus_find_device(&dom0_own_bus, NULL, NULL, device_match_any))) {
		device_unregister(dev);
		put_device(dev);
	}
	wait_event(devices_changed, !atomic_read(&devices));
	/* Wait until the last device_release() has returned: its code is part of this module. */
	synchronize_rcu_tasks();
}
