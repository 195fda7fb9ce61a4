// SPDX-License-Identifier: GPL-2.0
/* One function for each source of facts. What cannot be read stays empty. */
#include "facts.h"
#include "file.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Return the last part of a path. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* sysfs has a folder for each module under its name with underscores. */
static bool module_is_loaded(const char *module)
{
	char name[64], *c;

	text_copy(name, sizeof(name), module);
	for (c = name; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	return file_exists("/sys/module/%s", name);
}

static void gather_driver(struct facts *f, const struct device *dev)
{
	f->bus_there = file_exists(BUS);
	f->on_bus = dev->on_bus;
	text_copy(f->module, sizeof(f->module), dev->module);
	f->ours_module = dev->type->ours;
	f->kernels_module = dev->type->kernels;
	f->ours_loaded = module_is_loaded(f->ours_module);
	f->kernels_loaded = module_is_loaded(f->kernels_module);
}

static void gather_script(struct facts *f, const struct device *dev, struct xenstore *xs)
{
	xenstore_read(xs, f->script, sizeof(f->script), "%s/script", dev->path);
	xenstore_read(xs, f->hotplug, sizeof(f->hotplug), "%s/hotplug-status", dev->path);
	xenstore_read(xs, f->hotplug_error, sizeof(f->hotplug_error), "%s/hotplug-error",
		      dev->path);
	xenstore_read(xs, f->error, sizeof(f->error), "error/%s/error", dev->path);
}

/*
 * With a script that is not Xen's own, "params" can mean anything. For Xen's own script it is a
 * path, or a name in /dev. The backend waits for the number of the block device, not for
 * hotplug-status.
 */
static void gather_disk(struct facts *f, const struct device *dev, struct xenstore *xs)
{
	char params[1000];

	xenstore_read(xs, params, sizeof(params), "%s/params", dev->path);
	xenstore_read(xs, f->number, sizeof(f->number), "%s/physical-device", dev->path);
	f->script_needed = !f->number[0];
	if (params[0] && (!f->script[0] || !strcmp(base_name(f->script), "block")))
		snprintf(f->disk, sizeof(f->disk), "%s%s", params[0] == '/' ? "" : "/dev/", params);
	f->disk_there = file_exists("%s", f->disk);
}

/* In xenstore the number is hexadecimal, in sysfs it is not. */
static void gather_number(struct facts *f)
{
	unsigned int major, minor;
	char end;

	if (sscanf(f->number, "%x:%x%c", &major, &minor, &end) != 2) {
		f->number[0] = '\0';
		return;
	}
	f->number_there = file_exists("/sys/dev/block/%u:%u", major, minor);
}

static void gather_oldest(struct facts *f, const struct device *dev)
{
	char *rings = dev->type->rings(dev);

	if (rings)
		oldest_parse(rings, &f->oldest);
	free(rings);
}

static void gather_card(struct facts *f, const struct device *dev, struct xenstore *xs)
{
	char master[32];

	f->script_needed = true;
	text_copy(f->interface, sizeof(f->interface), dev->interface);
	if (!f->script[0] || !strcmp(base_name(f->script), "vif-bridge"))
		xenstore_read(xs, f->bridge, sizeof(f->bridge), "%s/bridge", dev->path);
	f->bridge_there = f->bridge[0] && !strchr(f->bridge, '/') &&
			  file_exists("/sys/class/net/%s", f->bridge);
	f->in_bridge = f->interface[0] &&
		       file_link(master, sizeof(master), "/sys/class/net/%s/master", f->interface);
}

void facts_gather(struct facts *facts, const struct device *dev, struct xenstore *xs)
{
	char value[8];

	*facts = (struct facts){ .domid = dev->domid, .ours = dev->ours, .theirs = dev->theirs };
	text_copy(facts->name, sizeof(facts->name), dev->name);
	text_copy(facts->kind, sizeof(facts->kind), dev->kind);
	text_copy(facts->path, sizeof(facts->path), dev->path);
	facts->online = xenstore_number(xs, "%s/online", dev->path) == 1;
	facts->domain_there = !xenstore_read(xs, value, sizeof(value), "/local/domain/%d",
					     dev->domid);
	facts->frontend_there = dev->frontend[0] &&
				!xenstore_read(xs, value, sizeof(value), "%s", dev->frontend);
	gather_driver(facts, dev);
	gather_script(facts, dev, xs);
	if (!strcmp(dev->kind, "vbd")) {
		gather_disk(facts, dev, xs);
		gather_number(facts);
		gather_oldest(facts, dev);
	} else {
		gather_card(facts, dev, xs);
	}
}
