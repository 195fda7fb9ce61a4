// SPDX-License-Identifier: GPL-2.0
/* A device on the bus of our own: what makes it, what it shows in sysfs, how it goes. */
#include "backend.h"
#include "bus_own.h"
#include "xs.h"

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

/* Devices whose memory is still in use, by whomever. */
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

const struct attribute_group *bus_device_groups[] = {
	&device_group,
	NULL
};

/* ---- and of those with a driver: the kernel counts their events ---- */

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

const struct attribute_group *bus_bound_groups[] = {
	&bound_group,
	NULL
};

/* ---- life ---- */

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

/*
 * A device is new in Initialising, and one that is going away in Closed must not come back. One
 * that is @left_over had a driver before that cannot serve it any more, so its frontend may be
 * anywhere.
 */
static bool is_wanted(const char *node, enum xenbus_state state, bool left_over)
{
	switch (state) {
	case XenbusStateInitialising:
		return true;
	case XenbusStateUnknown:
		return false;
	case XenbusStateClosed:
		return left_over && xenbus_read_unsigned(node, "online", 0);
	default:
		return left_over;
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
	struct device *dev = bus_find_device_by_name(&own_bus, NULL, name);

	put_device(dev);
	return dev;
}

/* Half a directory is nothing to complain about: the toolstack may be writing the rest. */
static int device_make(struct xenbus_device *xdev, const char *node)
{
	int err = describe_device(xdev, node);

	if (err)
		return err;
	/* The frontend's domain is in the name, and need not be the one in the path. */
	if (name_is_taken(dev_name(&xdev->dev)))
		err = -EEXIST;
	else
		err = device_add(&xdev->dev);
	if (err)
		xenbus_dev_error(xdev, err, "%s cannot become a device", node);
	return err;
}

static int is_node(struct device *dev, const void *node)
{
	return !strcmp(to_xenbus_device(dev)->nodename, node);
}

static bool is_known(const char *node)
{
	struct device *dev = bus_find_device(&own_bus, NULL, node, is_node);

	put_device(dev);
	return dev;
}

/* Make a device of the directory @node, if it describes one that is not there yet. */
void dom0_bus_device_create(const char *node, bool left_over)
{
	struct xenbus_device *xdev;
	enum xenbus_state state;

	if (is_known(node) || dom0_xs_read_state(node, &state) ||
	    !is_wanted(node, state, left_over))
		return;
	xdev = kzalloc(sizeof(*xdev), GFP_KERNEL);
	if (!xdev)
		return;
	atomic_inc(&devices);
	xdev->state = state;
	xdev->dev.bus = &own_bus;
	xdev->dev.release = device_release;
	sema_init(&xdev->reclaim_sem, 1);
	init_completion(&xdev->down);
	device_initialize(&xdev->dev);
	if (device_make(xdev, node))
		put_device(&xdev->dev);
}

static int is_lost(struct device *dev, const void *path)
{
	const char *node = to_xenbus_device(dev)->nodename;
	size_t len = strlen(path);

	return !strncmp(node, path, len) && (!node[len] || node[len] == '/') &&
	       dom0_xs_is_gone(node);
}

/*
 * Remove the devices at and below @path whose directory is gone. It may be there again by now, with
 * a state that the device's queue has written while the device was still on the bus.
 */
void dom0_bus_devices_remove_lost(const char *path)
{
	struct device *dev;

	while ((dev = bus_find_device(&own_bus, NULL, path, is_lost))) {
		device_unregister(dev);
		dom0_bus_device_create(to_xenbus_device(dev)->nodename, true);
		put_device(dev);
	}
}

/* Remove all. No new ones are made any more. */
void dom0_bus_devices_exit(void)
{
	struct device *dev;

	while ((dev = bus_find_device(&own_bus, NULL, NULL, device_match_any))) {
		device_unregister(dev);
		put_device(dev);
	}
	wait_event(devices_changed, !atomic_read(&devices));
	/* Until the last of them has left device_release(), which goes with this module. */
	synchronize_rcu_tasks();
}
