// SPDX-License-Identifier: GPL-2.0
/* The device in sysfs, under the names that xentop and administrators' scripts use. */
#include "ring.h"
#include "stats.h"
#include "vbd.h"

#include <linux/sysfs.h>

static struct blk_vbd *to_vbd(struct device *dev)
{
	return dom0_backend_from_dev(dev)->priv;
}

void blk_counters_add(u64 *sum, const u64 *part)
{
	unsigned int i;

	for (i = 0; i < BLK_NR_COUNTERS; i++)
		sum[i] += READ_ONCE(part[i]);
}

static ssize_t show_counter(struct device *dev, enum blk_counter counter, char *buf)
{
	struct blk_vbd *vbd = to_vbd(dev);
	unsigned int i;
	u64 sum;

	mutex_lock(&vbd->rings_lock);
	sum = vbd->retired[counter];
	for (i = 0; i < vbd->nr_rings; i++)
		sum += READ_ONCE(vbd->rings[i]->counters[counter]);
	mutex_unlock(&vbd->rings_lock);
	return sysfs_emit(buf, "%llu\n", sum);
}

#define C(name)									\
static ssize_t name##_show(struct device *dev, struct device_attribute *attr,	\
			   char *buf)						\
{										\
	return show_counter(dev, BLK_COUNT_##name, buf);			\
}										\
static DEVICE_ATTR_RO(name);
BLK_SYSFS_COUNTERS(C)
#undef C

/* Print the counts of all buckets in one line, as the statistics of a disk of this domain are. */
static ssize_t emit_latency(struct device *dev, enum blk_class class, char *buf)
{
	struct blk_vbd *vbd = to_vbd(dev);
	struct blk_latency sum;
	unsigned int i;
	int len = 0;

	mutex_lock(&vbd->rings_lock);
	sum = vbd->retired_latency;
	for (i = 0; i < vbd->nr_rings; i++)
		blk_latency_add(&sum, &vbd->rings[i]->finish.latency);
	mutex_unlock(&vbd->rings_lock);
	for (i = 0; i < BLK_LATENCY_BUCKETS; i++)
		len += sysfs_emit_at(buf, len, "%llu%c", sum.counts[class][i],
				     i < BLK_LATENCY_BUCKETS - 1 ? ' ' : '\n');
	return len;
}

#define C(name)									\
static ssize_t latency_##name##_show(struct device *dev,				\
				     struct device_attribute *attr, char *buf)	\
{										\
	return emit_latency(dev, BLK_CLASS_##name, buf);				\
}										\
static DEVICE_ATTR_RO(latency_##name);
BLK_CLASSES(C)
#undef C

static struct attribute *statistics_attrs[] = {
#define C(name) &dev_attr_##name.attr,
	BLK_SYSFS_COUNTERS(C)
#undef C
#define C(name) &dev_attr_latency_##name.attr,
	BLK_CLASSES(C)
#undef C
	NULL
};

static const struct attribute_group statistics_group = {
	.name = "statistics",
	.attrs = statistics_attrs,
};

/* The toolstack names the disk after the attributes have appeared; 0:0 until then. */
static ssize_t physical_device_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	dev_t number = READ_ONCE(to_vbd(dev)->dev);

	return sysfs_emit(buf, "%x:%x\n", MAJOR(number), MINOR(number));
}
static DEVICE_ATTR_RO(physical_device);

static ssize_t mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vbd(dev)->mode);
}
static DEVICE_ATTR_RO(mode);

static struct attribute *device_attrs[] = {
	&dev_attr_physical_device.attr,
	&dev_attr_mode.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

const struct attribute_group *blk_attr_groups[] = {
	&device_group,
	&statistics_group,
	NULL
};
