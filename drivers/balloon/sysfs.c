// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/dom0_balloon, described in Documentation/ABI/sysfs-kernel-dom0-balloon.
 */
#include "sysfs.h"
#include "control.h"

#include <linux/capability.h>
#include <linux/kobject.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static struct kobject *folder;

static ssize_t show_current(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct target_limits limits;
	struct engine_info info;

	balloon_control_get_info(&info, &limits);
	return sysfs_emit(buf, "%llu\n", info.current_kib);
}

static ssize_t show_floor(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct target_limits limits;
	struct engine_info info;

	balloon_control_get_info(&info, &limits);
	return sysfs_emit(buf, "%llu\n", limits.floor);
}

static ssize_t show_max(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct target_limits limits;
	struct engine_info info;

	balloon_control_get_info(&info, &limits);
	return sysfs_emit(buf, "%llu\n", limits.ceiling);
}

static ssize_t show_target(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct target_limits limits;
	struct engine_info info;

	balloon_control_get_info(&info, &limits);
	return sysfs_emit(buf, "%llu\n", info.target_kib);
}

static ssize_t store_target(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			    size_t len)
{
	size_t digits = len && buf[len - 1] == '\n' ? len - 1 : len;
	u64 kib;
	int err;

	/* User 0 of a container may open the file without the right to move Dom0's memory. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = balloon_target_parse(buf, digits, &kib);
	if (err) {
		balloon_control_refused("target_kb", err);
		return err;
	}
	err = balloon_control_request(&kib, "target_kb");
	return err < 0 ? err : len;
}

static struct kobj_attribute current_kb = __ATTR(current_kb, 0444, show_current, NULL);
static struct kobj_attribute floor_kb = __ATTR(floor_kb, 0444, show_floor, NULL);
static struct kobj_attribute max_kb = __ATTR(max_kb, 0444, show_max, NULL);
static struct kobj_attribute target_kb = __ATTR(target_kb, 0644, show_target, store_target);

static struct attribute *memory_attrs[] = {
	&current_kb.attr,
	&floor_kb.attr,
	&max_kb.attr,
	&target_kb.attr,
	NULL
};

static const struct attribute_group memory_group = {
	.attrs = memory_attrs,
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf);

static struct kobj_attribute counter_files[] = {
#define COUNTER(name) __ATTR(name, 0444, counter_show, NULL),
	BALLOON_COUNTERS(COUNTER)
#undef COUNTER
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lld\n", atomic64_read(&balloon_counters[attr - counter_files]));
}

static struct attribute *counter_attrs[] = {
#define COUNTER(name)	&counter_files[COUNT_##name].attr,
	BALLOON_COUNTERS(COUNTER)
#undef COUNTER
	NULL
};

static const struct attribute_group counter_group = {
	.name = "counters",
	.attrs = counter_attrs,
};

static const struct attribute_group *groups[] = {
	&memory_group,
	&counter_group,
	NULL
};

int balloon_sysfs_init(void)
{
	int err;

	folder = kobject_create_and_add("dom0_balloon", kernel_kobj);
	if (!folder)
		return -ENOMEM;
	err = sysfs_create_groups(folder, groups);
	if (err)
		kobject_put(folder);
	return err;
}

/* Waits for readers and writers that are under way. */
void balloon_sysfs_exit(void)
{
	sysfs_remove_groups(folder, groups);
	kobject_put(folder);
}
