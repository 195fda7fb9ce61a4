// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/devices/system/xen_memory/xen_memory0, for a kernel without CONFIG_XEN_BALLOON, with the
 * names that a kernel with it has. Unlike there, a target is kept inside the limits, and text that
 * is not a number is refused.
 */
#include "control.h"
#include "engine_native.h"
#include "xen_memory.h"

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

static struct device *memory_device;

static struct bus_type memory_bus = {
	.name = "xen_memory",
	.dev_name = "xen_memory",
};

static struct engine_info read_engine_info(void)
{
	struct target_limits limits;
	struct engine_info info;

	balloon_control_get_info(&info, &limits);
	return info;
}

static ssize_t target_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", read_engine_info().target_kib);
}

static ssize_t target_kb_store(struct device *dev, struct device_attribute *attr, const char *buf,
			       size_t len)
{
	u64 kib;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtou64(buf, 0, &kib);
	if (!err && kib > TARGET_MAX_KIB)
		err = -ERANGE;
	if (err) {
		balloon_control_refused("xen_memory0/target_kb", err);
		return err;
	}
	err = balloon_control_request(&kib, "xen_memory0/target_kb");
	return err < 0 ? err : len;
}
static DEVICE_ATTR_RW(target_kb);

static ssize_t target_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", read_engine_info().target_kib << 10);
}

/* Bytes, or a number with K, M, G or T. */
static ssize_t target_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t len)
{
	size_t digits = len && buf[len - 1] == '\n' ? len - 1 : len;
	u64 kib;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = balloon_target_parse_bytes(buf, digits, &kib);
	if (err) {
		balloon_control_refused("xen_memory0/target", err);
		return err;
	}
	err = balloon_control_request(&kib, "xen_memory0/target");
	return err < 0 ? err : len;
}
static DEVICE_ATTR_RW(target);

static ssize_t retry_param_store(unsigned long *param, unsigned long least, const char *buf,
				 size_t len)
{
	unsigned long value;
	int err = capable(CAP_SYS_ADMIN) ? kstrtoul(buf, 0, &value) : -EPERM;

	if (err)
		return err;
	if (value < least || value > INT_MAX)
		return -ERANGE;
	WRITE_ONCE(*param, value);
	return len;
}

#define RETRY_SHOW(name)								\
	static ssize_t name##_show(struct device *dev, struct device_attribute *attr, char *buf)\
	{										\
		return sysfs_emit(buf, "%lu\n", READ_ONCE(*balloon_control_retry()->name));\
	}

#define RETRY_STORE(name, least)							\
	static ssize_t name##_store(struct device *dev, struct device_attribute *attr,	\
				    const char *buf, size_t len)			\
	{										\
		return retry_param_store(balloon_control_retry()->name, least, buf, len);\
	}

RETRY_SHOW(schedule_delay)
RETRY_SHOW(max_schedule_delay)
RETRY_STORE(max_schedule_delay, 1)
RETRY_SHOW(retry_count)
RETRY_SHOW(max_retry_count)
RETRY_STORE(max_retry_count, 0)
static DEVICE_ATTR_RO(schedule_delay);
static DEVICE_ATTR_RW(max_schedule_delay);
static DEVICE_ATTR_RO(retry_count);
static DEVICE_ATTR_RW(max_retry_count);

static ssize_t scrub_pages_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t len)
{
	return capable(CAP_SYS_ADMIN) ? device_store_bool(dev, attr, buf, len) : -EPERM;
}

static struct dev_ext_attribute dev_attr_scrub_pages = {
	__ATTR(scrub_pages, 0644, device_show_bool, scrub_pages_store), &balloon_scrub_pages
};

static ssize_t current_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", read_engine_info().current_kib);
}
static DEVICE_ATTR_RO(current_kb);

static ssize_t low_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", read_engine_info().ballooned_kib);
}
static DEVICE_ATTR_RO(low_kb);

/* No 64-bit kernel has high memory. */
static ssize_t high_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0\n");
}
static DEVICE_ATTR_RO(high_kb);

static struct attribute *memory_attrs[] = {
	&dev_attr_target_kb.attr,
	&dev_attr_target.attr,
	&dev_attr_schedule_delay.attr,
	&dev_attr_max_schedule_delay.attr,
	&dev_attr_retry_count.attr,
	&dev_attr_max_retry_count.attr,
	&dev_attr_scrub_pages.attr.attr,
	NULL
};

static const struct attribute_group memory_group = {
	.attrs = memory_attrs,
};

static struct attribute *info_attrs[] = {
	&dev_attr_current_kb.attr,
	&dev_attr_low_kb.attr,
	&dev_attr_high_kb.attr,
	NULL
};

static const struct attribute_group info_group = {
	.name = "info",
	.attrs = info_attrs,
};

static const struct attribute_group *groups[] = {
	&memory_group,
	&info_group,
	NULL
};

static void release_device(struct device *dev)
{
	kfree(dev);
}

static struct device *add_device(void)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->bus = &memory_bus;
	dev->groups = groups;
	dev->release = release_device;
	err = device_register(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return dev;
}

int balloon_xen_memory_init(void)
{
	int err;

	if (IS_ENABLED(CONFIG_XEN_BALLOON))
		return 0;
	err = subsys_system_register(&memory_bus, NULL);
	if (err)
		return err;
	memory_device = add_device();
	if (IS_ERR(memory_device)) {
		bus_unregister(&memory_bus);
		return PTR_ERR(memory_device);
	}
	return 0;
}

void balloon_xen_memory_exit(void)
{
	if (IS_ENABLED(CONFIG_XEN_BALLOON))
		return;
	device_unregister(memory_device);
	bus_unregister(&memory_bus);
}
