// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl show`: everything about one device, in sections. */
#include "command.h"
#include "file.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

__printf(2, 3)
static void show_line(const char *name, const char *fmt, ...)
{
	char text[4200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("  ");
	text_plain(stdout, name);
	printf("%*s ", (int)(strlen(name) < 22 ? 22 - strlen(name) : 0), "");
	text_plain(stdout, text);
	putchar('\n');
}

static void show_identity(const struct device *dev)
{
	text_plain(stdout, dev->name);
	putchar('\n');
	show_line("domain", "%d %s", dev->domid, dev->domain);
	show_line("kind", "%s", dev->kind);
	show_line("backend", "%s", device_state_name(dev->ours));
	show_line("frontend", "%s", device_state_name(dev->theirs));
	show_line("module", "%s", dev->module[0] ? dev->module : "none");
	if (dev->interface[0])
		show_line("interface", "%s", dev->interface);
	if (dev->behind[0])
		show_line("behind", "%s", dev->behind);
	show_line("queues", "%u", dev->queues);
}

/* Show the nodes of one directory, but not its subdirectories. Keys and values may be a guest's. */
static void show_xenstore(struct xenstore *xs, const char *title, const char *path)
{
	struct xenstore_names names;
	char value[4097];
	const char *name;

	printf("%s ", title);
	text_plain(stdout, path);
	putchar('\n');
	if (xenstore_list(xs, &names, "%s", path)) {
		show_line("(not there)", "%s", "");
		return;
	}
	xenstore_for_each(name, &names) {
		if (!xenstore_read(xs, value, sizeof(value), "%s/%s", path, name))
			show_line(name, "%s", value);
	}
	xenstore_free(&names);
}

/* Show the limits that the toolstack has written, if any. */
static void show_limits(struct xenstore *xs, const struct device *dev)
{
	char path[160], value[8];

	snprintf(path, sizeof(path), "%s/limits", dev->path);
	if (!xenstore_read(xs, value, sizeof(value), "%s", path))
		show_xenstore(xs, "xenstore", path);
}

static void show_error(struct xenstore *xs, const struct device *dev)
{
	char text[4097];

	if (!xenstore_read(xs, text, sizeof(text), "error/%s/error", dev->path))
		show_line("error", "%s", text);
}

static void show_sysfs(const struct device *dev)
{
	static const char * const files[] = { "physical_device", "mode" };
	char text[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (file_read(text, sizeof(text), BUS "/devices/%s/%s", dev->name, files[i]))
			show_line(files[i], "%s", text);
	}
}

/* Show how long requests took, for each class that has had requests. */
static void show_latency(const struct latency *latency)
{
	unsigned int i;

	if (!latency->known)
		return;
	puts("latency");
	for (i = 0; i < LATENCY_CLASSES; i++) {
		const struct histogram *histogram = &latency->of[i];
		char p50[16], p99[16];

		if (!latency_requests(histogram))
			continue;
		latency_text(p50, sizeof(p50), latency_percentile(histogram, 50));
		latency_text(p99, sizeof(p99), latency_percentile(histogram, 99));
		show_line(latency_class_name(i), "%" PRIu64 " requests, p50 %s, p99 %s",
			  latency_requests(histogram), p50, p99);
	}
}

static void show_counters(const struct device *dev)
{
	struct counters counters;
	unsigned int i;

	device_count(dev, &counters);
	puts("counters");
	for (i = 0; i < counters.number; i++)
		show_line(counters.all[i].name, "%" PRIu64, counters.all[i].value);
	if (!counters.number)
		show_line("(none)", "%s", "no driver counts for it");
	show_latency(&counters.latency);
}

/* Print line by line. Everything but the newline is escaped. */
static void show_text(char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n"))) {
		if (*line) {
			fputs("  ", stdout);
			text_plain(stdout, line);
			putchar('\n');
		}
	}
}

/* Show the device's line in dom0-xenbus' table of devices. */
static void show_connection(const struct device *dev)
{
	char *table = file_read_all(DEBUGFS "/dom0/xenbus/devices"), *rest = table, *line;
	size_t length = strlen(dev->name);

	if (!table)
		return;
	puts("connection (device driver backend frontend seconds pending postponed)");
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, dev->name, length) && line[length] == ' ')
			show_text(line);
	}
	free(table);
}

static void show_lack(const struct device *dev)
{
	if (!file_exists(DEBUGFS "/."))
		show_line("(not shown)", "%s", "debugfs is not mounted on " DEBUGFS);
	else if (!device_is_ours(dev))
		show_line("(not shown)", "%s does not show them in debugfs; %s does", dev->module,
			  dev->type->ours);
	else
		show_line("(not shown)", "%s", "the driver shows none");
}

static void show_rings(const struct device *dev)
{
	char *rings = dev->type && dev->driver[0] ? dev->type->rings(dev) : NULL;

	if (!dev->type || !dev->driver[0])
		return;
	puts("rings");
	if (!rings)
		show_lack(dev);
	else if (!*rings)
		show_line("(none)", "%s", "it is not connected");
	else
		show_text(rings);
	free(rings);
}

int command_show(struct xenstore *xs, const struct options *options)
{
	const struct device *dev;
	struct devices devices;

	if (command_devices(&devices, xs))
		return EXIT_TROUBLE;
	dev = command_device(&devices, options);
	if (dev) {
		show_identity(dev);
		show_sysfs(dev);
		show_error(xs, dev);
		show_xenstore(xs, "xenstore", dev->path);
		show_limits(xs, dev);
		if (dev->frontend[0])
			show_xenstore(xs, "xenstore of the guest", dev->frontend);
		show_counters(dev);
		show_connection(dev);
		show_rings(dev);
	}
	device_free_all(&devices);
	return dev ? 0 : EXIT_TROUBLE;
}
