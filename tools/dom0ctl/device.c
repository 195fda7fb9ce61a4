// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore says which devices should exist. sysfs says which of them the kernel has, and their
 * drivers.
 */
#include "device.h"
#include "file.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STATE_CONNECTED	4

static const struct device_kind * const kinds[] = { &blk_kind, &net_kind };

static const struct device_kind *kind_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i]->kind, name))
			return kinds[i];
	}
	return NULL;
}

const char *device_state_name(int state)
{
	static const char * const names[] = {
		"Unknown", "Initialising", "InitWait", "Initialised", "Connected", "Closing",
		"Closed", "Reconfiguring", "Reconfigured",
	};

	if (state < 0)
		return "-";
	return state < (int)(ARRAY_SIZE(names)) ? names[state] : "invalid";
}

bool device_is_ours(const struct device *dev)
{
	return !strncmp(dev->module, "dom0-", 5);
}

/* The kernel names modules with underscores; we show them with dashes. */
static void look_at_driver(struct device *dev)
{
	char *c;

	dev->on_bus = file_exists(BUS "/devices/%s", dev->name);
	file_link(dev->driver, sizeof(dev->driver), BUS "/devices/%s/driver", dev->name);
	if (!file_link(dev->module, sizeof(dev->module), BUS "/devices/%s/driver/module",
		       dev->name))
		text_copy(dev->module, sizeof(dev->module), dev->driver);
	for (c = dev->module; *c; c++) {
		if (*c == '_')
			*c = '-';
	}
}

unsigned int device_queues_asked(const struct device *dev, struct xenstore *xs)
{
	int asked;

	if (dev->ours != STATE_CONNECTED || !dev->frontend[0])
		return 0;
	asked = xenstore_number(xs, "%s/multi-queue-num-queues", dev->frontend);
	return asked > 0 ? (unsigned int)asked : 1;
}

static void look_at_device(struct device *dev, struct xenstore *xs)
{
	xenstore_read(xs, dev->domain, sizeof(dev->domain), "/local/domain/%d/name", dev->domid);
	xenstore_read(xs, dev->frontend, sizeof(dev->frontend), "%s/frontend", dev->path);
	dev->ours = xenstore_number(xs, "%s/state", dev->path);
	dev->theirs = dev->frontend[0] ? xenstore_number(xs, "%s/state", dev->frontend) : -1;
	look_at_driver(dev);
	dev->type = kind_of(dev->kind);
	if (dev->type)
		dev->type->look(dev, xs);
	else
		xenstore_read(xs, dev->behind, sizeof(dev->behind), "%s/params", dev->path);
}

static struct device *device_new(struct devices *devices)
{
	struct device *more = realloc(devices->all, (devices->number + 1) * sizeof(*more));

	if (!more)
		return NULL;
	devices->all = more;
	more += devices->number++;
	*more = (struct device){ 0 };
	return more;
}

static void device_name(struct device *dev, const char *kind, int domid, const char *number)
{
	dev->domid = domid;
	text_copy(dev->kind, sizeof(dev->kind), kind);
	text_copy(dev->number, sizeof(dev->number), number);
	snprintf(dev->name, sizeof(dev->name), "%s-%d-%s", dev->kind, domid, dev->number);
	snprintf(dev->path, sizeof(dev->path), "backend/%s/%d/%s", dev->kind, domid, dev->number);
}

static int find_of_domain(struct devices *devices, struct xenstore *xs, const char *kind,
			  const char *domain)
{
	struct xenstore_names numbers;
	const char *number;
	int err = xenstore_list(xs, &numbers, "backend/%s/%s", kind, domain);

	if (err)
		return err;
	xenstore_for_each(number, &numbers) {
		struct device *dev = device_new(devices);

		if (!dev) {
			err = -ENOMEM;
			break;
		}
		device_name(dev, kind, xenstore_parse_number(domain), number);
		look_at_device(dev, xs);
	}
	xenstore_free(&numbers);
	return err;
}

static int find_of_kind(struct devices *devices, struct xenstore *xs, const char *kind)
{
	struct xenstore_names domains;
	const char *domain;
	int err = xenstore_list(xs, &domains, "backend/%s", kind);

	if (err)
		return err;
	xenstore_for_each(domain, &domains) {
		if (xenstore_parse_number(domain) < 0)
			continue;
		err = find_of_domain(devices, xs, kind, domain);
		/* The domain may have ended since its directory was listed. */
		if (err && err != -ENOENT)
			break;
		err = 0;
	}
	xenstore_free(&domains);
	return err;
}

static int compare_devices(const void *a, const void *b)
{
	const struct device *one = a, *other = b;
	int kind = strcmp(one->kind, other->kind);

	if (one->domid != other->domid)
		return one->domid < other->domid ? -1 : 1;
	if (kind)
		return kind;
	if (strlen(one->number) != strlen(other->number))
		return strlen(one->number) < strlen(other->number) ? -1 : 1;
	return strcmp(one->number, other->number);
}

int device_find_all(struct devices *devices, struct xenstore *xs)
{
	struct xenstore_names names;
	const char *kind;
	int err;

	*devices = (struct devices){ 0 };
	err = xenstore_list(xs, &names, "backend");
	if (err)
		return err == -ENOENT ? 0 : err;
	xenstore_for_each(kind, &names) {
		err = find_of_kind(devices, xs, kind);
		if (err && err != -ENOENT)
			break;
		err = 0;
	}
	xenstore_free(&names);
	if (err)
		device_free_all(devices);
	else if (devices->number)
		qsort(devices->all, devices->number, sizeof(*devices->all), compare_devices);
	return err;
}

void device_free_all(struct devices *devices)
{
	free(devices->all);
	*devices = (struct devices){ 0 };
}

const struct device *device_named(const struct devices *devices, const char *name)
{
	size_t i;

	for (i = 0; i < devices->number; i++) {
		const struct device *dev = &devices->all[i];

		if (!strcmp(dev->name, name))
			return dev;
		if (dev->interface[0] && !strcmp(dev->interface, name))
			return dev;
	}
	return NULL;
}

static const struct counter_kind bus_counters[] = {
	{ "events", "events from the frontend", false },
	{ "spurious_events", "events from the frontend that brought no work", false },
	{ "event_channels", "event channels that are bound", true },
};

void device_count(const struct device *dev, struct counters *counters)
{
	uint64_t value;
	size_t i;

	*counters = (struct counters){ 0 };
	if (dev->type && dev->driver[0])
		dev->type->count(dev, counters);
	for (i = 0; i < ARRAY_SIZE(bus_counters); i++) {
		if (file_number(&value, BUS "/devices/%s/xenbus/%s", dev->name,
				bus_counters[i].name))
			counters_add(counters, &bus_counters[i], value);
	}
}

void device_use(const struct device *dev, const struct counters *counters, struct usage *usage)
{
	struct histogram requests;

	*usage = (struct usage){ 0 };
	if (dev->type)
		dev->type->use(counters, usage);
	latency_all(&counters->latency, &requests);
	usage->p50 = latency_percentile(&requests, 50);
	usage->p99 = latency_percentile(&requests, 99);
	usage->events = counters_value(counters, "events");
	usage->spurious = counters_value(counters, "spurious_events");
}
