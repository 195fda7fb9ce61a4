// SPDX-License-Identifier: GPL-2.0
/* One line for each device that a driver serves, printed to stdout. */
#include "usage.h"
#include "table.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

static void cell_bytes(struct table *table, double bytes)
{
	char text[16];

	text_bytes(text, sizeof(text), bytes);
	table_cell(table, "%s", text);
}

/* If the driver does not count failures, show none rather than 0. */
static void cell_failed(struct table *table, const struct usage *usage)
{
	if (usage->failed_known)
		table_cell(table, "%" PRIu64, usage->failed);
	else
		table_cell(table, "%s", "");
}

static void cell_latency(struct table *table, uint64_t usecs)
{
	char text[16];

	latency_text(text, sizeof(text), usecs);
	table_cell(table, "%s", text);
}

static void usage_line(struct table *table, const struct look *look, size_t index)
{
	const struct device *dev = &look->devices.all[index];
	double seconds = look->seconds > 0 ? look->seconds : 1;
	struct usage usage;

	device_use(dev, look->seconds > 0 ? &look->between[index] : &look->counted[index], &usage);
	table_cell(table, "%s", dev->name);
	table_cell(table, "%s", dev->domain);
	table_cell(table, "%.0f", (double)usage.operations / seconds);
	cell_bytes(table, (double)usage.from_guest / seconds);
	cell_bytes(table, (double)usage.to_guest / seconds);
	table_cell(table, "%.0f", (double)usage.events / seconds);
	table_cell(table, "%.0f", (double)usage.spurious / seconds);
	cell_failed(table, &usage);
	cell_latency(table, usage.p50);
	cell_latency(table, usage.p99);
	table_cell(table, "%s", dev->behind);
}

void usage_table(const struct look *look, const size_t *order, size_t most, size_t width)
{
	/* Spurious events, events, failures, what is behind the device. */
	static const unsigned int least[] = { 6, 5, 7, 10, 0 };
	static const char * const totals[] = {
		"DEVICE", "DOMAIN", ">OPS", ">FROM GUEST", ">TO GUEST", ">EVENTS", ">SPURIOUS",
		">FAILED", ">P50", ">P99", "BEHIND",
	};
	static const char * const rates[] = {
		"DEVICE", "DOMAIN", ">OPS/S", ">FROM GUEST/S", ">TO GUEST/S", ">EVENTS/S",
		">SPURIOUS/S", ">FAILED", ">P50", ">P99", "BEHIND",
	};
	struct table table;
	size_t i;

	table_begin(&table, look->seconds > 0 ? rates : totals, ARRAY_SIZE(totals));
	for (i = 0; i < look->devices.number && i < most; i++) {
		size_t index = order ? order[i] : i;

		if (look->devices.all[index].type)
			usage_line(&table, look, index);
	}
	table_fit(&table, width, least);
	table_end(&table, stdout);
	usage_lack(&look->devices, NULL);
}

static void lack_line(const struct device_kind *kind)
{
	printf("%s does not count %s; %s does.\n", kind->kernels, kind->lacks, kind->ours);
}

/* Print one line for each kind of device. */
void usage_lack(const struct devices *devices, const struct device *only)
{
	const struct device_kind *told[2] = { NULL };
	unsigned int number = 0;
	size_t i;

	for (i = 0; i < devices->number && number < ARRAY_SIZE(told); i++) {
		const struct device *dev = &devices->all[i];

		if ((only && dev != only) || !dev->type || strcmp(dev->module, dev->type->kernels))
			continue;
		if (dev->type == told[0])
			continue;
		lack_line(dev->type);
		told[number++] = dev->type;
	}
}
