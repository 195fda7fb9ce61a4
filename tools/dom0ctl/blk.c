// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual disks: the statistics that both drivers have in sysfs, and the rings of dom0-blkback in
 * debugfs.
 */
#include "device.h"
#include "file.h"
#include "oldest.h"

#include <stdlib.h>
#include <string.h>

#define SECTOR	512

/* From sysfs, of both drivers: sums over the device's life. */
static const struct counter_kind device_counters[] = {
	{ "rd_req", "reads answered with success", false },
	{ "wr_req", "writes answered with success", false },
	{ "f_req", "flushes and write barriers", false },
	{ "ds_req", "discards", false },
	{ "rd_sect", "sectors of 512 bytes read", false },
	{ "wr_sect", "sectors of 512 bytes written", false },
	{ "oo_req", "times that a ring had to wait because its buffers were in use", false },
	{ "rd_rate_waits", "reads that had to wait for a limit", false },
	{ "rd_rate_usecs", "microseconds that reads waited for a limit", false },
	{ "wr_rate_waits", "other requests that had to wait for a limit", false },
	{ "wr_rate_usecs", "microseconds that other requests waited for a limit", false },
};

/*
 * From debugfs, of dom0-blkback only: sums over the queues since the frontend connected. No name is
 * in both tables.
 */
static const struct counter_kind ring_counters[] = {
	{ "rejected", "requests against the protocol", false },
	{ "failed", "requests answered with an error", false },
	{ "copied", "requests whose data was copied", false },
	{ "persistent", "requests whose pages stay mapped", false },
	{ "rounds", "times that a worker took requests from its ring", false },
	{ "wakeups", "times that a worker ran", false },
	{ "batches", "times that responses were shown to the frontend", false },
	{ "notifies", "events sent to the frontend", false },
	{ "in_flight", "requests taken and not answered", true },
	{ "pages", "pages to copy data through", true },
	{ "pages_free", "pages to copy data through that are not in use", true },
	{ "persistent_grants", "grants that are mapped and stay so", true },
};

/* Not a sum: that of the queue whose oldest request is the oldest. */
static const struct counter_kind oldest_counter = {
	"oldest_ms", "age of the oldest request that is not answered, in milliseconds", true,
};

static char *blk_rings(const struct device *dev)
{
	if (!device_is_ours(dev))
		return NULL;
	return file_read_all(DEBUGFS "/dom0/blkback/%s/rings", dev->name);
}

/* The text of each queue begins with a line "queue N". */
static unsigned int count_queues(const char *rings)
{
	unsigned int queues = 0;

	while (*rings) {
		queues += !strncmp(rings, "queue ", 6);
		rings += strcspn(rings, "\n");
		rings += *rings == '\n';
	}
	return queues;
}

static void blk_look(struct device *dev, struct xenstore *xs)
{
	char *rings = blk_rings(dev);

	xenstore_read(xs, dev->behind, sizeof(dev->behind), "%s/params", dev->path);
	dev->queues = rings ? count_queues(rings) : device_queues_asked(dev, xs);
	free(rings);
}

static void count_latency(const struct device *dev, struct latency *latency)
{
	char line[1024];
	unsigned int i;

	latency->known = true;
	for (i = 0; i < LATENCY_CLASSES; i++) {
		file_read(line, sizeof(line), BUS "/devices/%s/statistics/latency_%s", dev->name,
			  latency_class_name(i));
		latency->known &= latency_parse(line, &latency->of[i]);
	}
}

static void count_rings(const char *rings, struct counters *counters)
{
	struct oldest oldest;

	counters_parse(counters, rings, ring_counters, ARRAY_SIZE(ring_counters));
	oldest_parse(rings, &oldest);
	counters_add(counters, &oldest_counter, oldest.ms);
}

static void blk_count(const struct device *dev, struct counters *counters)
{
	char *rings = blk_rings(dev);
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(device_counters); i++) {
		if (file_number(&value, BUS "/devices/%s/statistics/%s", dev->name,
				device_counters[i].name))
			counters_add(counters, &device_counters[i], value);
	}
	count_latency(dev, &counters->latency);
	if (rings)
		count_rings(rings, counters);
	free(rings);
}

static void blk_use(const struct counters *counters, struct usage *usage)
{
	static const char * const requests[] = { "rd_req", "wr_req", "f_req", "ds_req" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		usage->operations += counters_value(counters, requests[i]);
	usage->from_guest = counters_value(counters, "wr_sect") * SECTOR;
	usage->to_guest = counters_value(counters, "rd_sect") * SECTOR;
	usage->failed = counters_value(counters, "failed");
	usage->failed_known = counters_find(counters, "failed");
}

const struct device_kind blk_kind = {
	.kind = "vbd",
	.ours = "dom0-blkback",
	.kernels = "xen-blkback",
	.lacks = "latency, failed requests and those in flight, waits for limits, nor its rings",
	.look = blk_look,
	.count = blk_count,
	.use = blk_use,
	.rings = blk_rings,
};
