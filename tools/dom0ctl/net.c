// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual network cards: the interface's statistics, what the driver counts for ethtool, and the
 * rings in debugfs. As on any interface of Dom0, rx counts what comes from the guest.
 */
#include "device.h"
#include "ethtool.h"
#include "file.h"
#include "text.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const struct counter_kind interface_counters[] = {
	{ "rx_packets", "packets from the guest", false },
	{ "rx_bytes", "bytes from the guest", false },
	{ "rx_dropped", "packets from the guest that were dropped", false },
	{ "rx_errors", "packets from the guest with an error", false },
	{ "tx_packets", "packets to the guest", false },
	{ "tx_bytes", "bytes to the guest", false },
	{ "tx_dropped", "packets to the guest that were dropped", false },
	{ "tx_errors", "packets to the guest with an error", false },
};

/* Find the interface by its device in sysfs, since it may have been renamed. */
static void find_interface(struct device *dev)
{
	DIR *dir = opendir("/sys/class/net");
	char of[sizeof(dev->name)];
	struct dirent *entry;

	while (dir && !dev->interface[0] && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' &&
		    file_link(of, sizeof(of), "/sys/class/net/%s/device", entry->d_name) &&
		    !strcmp(of, dev->name))
			text_copy(dev->interface, sizeof(dev->interface), entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static char *net_rings(const struct device *dev)
{
	if (device_is_ours(dev))
		return file_read_all(DEBUGFS "/dom0/netback/%s", dev->name);
	if (!dev->interface[0])
		return NULL;
	return file_read_all(DEBUGFS "/xen-netback/%s/io_ring_q0", dev->interface);
}

/* Until the interface is a port of a bridge, show the bridge that the toolstack has written. */
static void net_look(struct device *dev, struct xenstore *xs)
{
	find_interface(dev);
	if (dev->interface[0])
		file_link(dev->behind, sizeof(dev->behind), "/sys/class/net/%s/master",
			  dev->interface);
	if (!dev->behind[0])
		xenstore_read(xs, dev->behind, sizeof(dev->behind), "%s/bridge", dev->path);
	dev->queues = device_queues_asked(dev, xs);
}

static void net_count(const struct device *dev, struct counters *counters)
{
	uint64_t value;
	size_t i;

	if (!dev->interface[0])
		return;
	for (i = 0; i < ARRAY_SIZE(interface_counters); i++) {
		if (file_number(&value, "/sys/class/net/%s/statistics/%s", dev->interface,
				interface_counters[i].name))
			counters_add(counters, &interface_counters[i], value);
	}
	ethtool_count(dev->interface, counters);
}

static void net_use(const struct counters *counters, struct usage *usage)
{
	static const char * const losses[] = {
		"rx_dropped", "rx_errors", "tx_dropped", "tx_errors",
	};
	size_t i;

	usage->operations = counters_value(counters, "rx_packets") +
			    counters_value(counters, "tx_packets");
	usage->from_guest = counters_value(counters, "rx_bytes");
	usage->to_guest = counters_value(counters, "tx_bytes");
	for (i = 0; i < ARRAY_SIZE(losses); i++)
		usage->failed += counters_value(counters, losses[i]);
	usage->failed_known = counters_find(counters, losses[0]);
}

const struct device_kind net_kind = {
	.kind = "vif",
	.ours = "dom0-netback",
	.kernels = "xen-netback",
	.lacks = "copies, batches, events to the guest, nor waits for limits",
	.look = net_look,
	.count = net_count,
	.use = net_use,
	.rings = net_rings,
};
