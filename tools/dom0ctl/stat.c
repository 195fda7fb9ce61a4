// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl stat`: counters over the life of each device, or rates. */
#include "json.h"
#include "look.h"
#include "prometheus.h"
#include "table.h"
#include "text.h"
#include "usage.h"

#include <inttypes.h>
#include <string.h>

static bool is_wanted(const struct device *dev, const struct options *options)
{
	return !options->device || !strcmp(dev->name, options->device) ||
	       (dev->interface[0] && !strcmp(dev->interface, options->device));
}

static double rate_of(const struct look *look, uint64_t counted)
{
	return look->seconds > 0 ? (double)counted / look->seconds : 0;
}

/* All counters of one device. */
static void stat_one(const struct look *look, const struct device *dev)
{
	static const char * const heads[] = { "COUNTER", ">VALUE", ">PER SECOND", "WHAT" };
	size_t index = (size_t)(dev - look->devices.all);
	const struct counters *counters = &look->counted[index], *between = &look->between[index];
	struct table table;
	unsigned int i;

	table_begin(&table, heads, ARRAY_SIZE(heads));
	for (i = 0; i < counters->number; i++) {
		const struct counter *counter = &counters->all[i];

		table_cell(&table, "%s", counter->name);
		table_cell(&table, "%" PRIu64, counter->value);
		if (look->seconds > 0 && !counter->gauge)
			table_cell(&table, "%.1f", rate_of(look, between->all[i].value));
		else
			table_cell(&table, "%s", "");
		table_cell(&table, "%s", counter->help);
	}
	table_end(&table, stdout);
	usage_lack(&look->devices, dev);
}

static void json_counters(struct json *json, const struct look *look, size_t index)
{
	const struct counters *counters = &look->counted[index], *between = &look->between[index];
	unsigned int i;

	json_open(json, "counters", '{');
	for (i = 0; i < counters->number; i++)
		json_number(json, counters->all[i].name, counters->all[i].value);
	json_close(json, '}');
	if (!(look->seconds > 0))
		return;
	json_open(json, "rates", '{');
	for (i = 0; i < between->number; i++) {
		if (!between->all[i].gauge)
			json_real(json, between->all[i].name, rate_of(look, between->all[i].value));
	}
	json_close(json, '}');
}

/* Write null if there were no requests, or if the time is in the last bucket, which has no end. */
static void json_percentile(struct json *json, const char *name, const struct histogram *histogram,
			    unsigned int percent)
{
	uint64_t usecs = latency_percentile(histogram, percent);

	if (usecs && usecs != UINT64_MAX)
		json_number(json, name, usecs);
	else
		json_null(json, name);
}

static void json_histogram(struct json *json, const char *name, const struct histogram *histogram)
{
	unsigned int i;

	json_open(json, name, '{');
	json_number(json, "requests", latency_requests(histogram));
	json_percentile(json, "p50_us", histogram, 50);
	json_percentile(json, "p99_us", histogram, 99);
	json_open(json, "buckets", '[');
	for (i = 0; i < LATENCY_BUCKETS; i++)
		json_number(json, NULL, histogram->counts[i]);
	json_close(json, ']');
	json_close(json, '}');
}

/* With --watch, these are the requests since the look before. */
static void json_latency(struct json *json, const struct latency *latency)
{
	struct histogram all;
	unsigned int i;

	if (!latency->known)
		return;
	latency_all(latency, &all);
	json_open(json, "latency", '{');
	for (i = 0; i < LATENCY_CLASSES; i++)
		json_histogram(json, latency_class_name(i), &latency->of[i]);
	json_histogram(json, "all", &all);
	json_close(json, '}');
}

/* Print one line, so that a reader of many looks knows where each ends. */
static void stat_json(const struct look *look, const struct options *options)
{
	struct json json = { .out = stdout };
	size_t i;

	json_open(&json, NULL, '{');
	if (look->seconds > 0)
		json_real(&json, "seconds", look->seconds);
	json_open(&json, "devices", '[');
	for (i = 0; i < look->devices.number; i++) {
		const struct device *dev = &look->devices.all[i];

		if (!is_wanted(dev, options))
			continue;
		json_open(&json, NULL, '{');
		json_text(&json, "device", dev->name);
		json_text(&json, "kind", dev->kind);
		json_text_or_null(&json, "domain", dev->domain);
		json_text_or_null(&json, "module", dev->module);
		json_counters(&json, look, i);
		json_latency(&json, look->seconds > 0 ? &look->between[i].latency :
							&look->counted[i].latency);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putchar('\n');
}

/* Print the counter for @first and for all later devices of the same kind. */
static void prometheus_metric(const struct look *look, const struct options *options, size_t first,
			      const struct counter *counter)
{
	const char *kind = look->devices.all[first].kind;
	char metric[128];
	size_t i;

	snprintf(metric, sizeof(metric), "dom0_%s_%s%s", kind, counter->name,
		 counter->gauge ? "" : "_total");
	prometheus_head(stdout, metric, counter->gauge ? "gauge" : "counter", counter->help);
	for (i = first; i < look->devices.number; i++) {
		const struct device *dev = &look->devices.all[i];
		const struct counter *found = counters_find(&look->counted[i], counter->name);

		if (!found || strcmp(dev->kind, kind) || !is_wanted(dev, options))
			continue;
		prometheus_sample(stdout, metric, dev, NULL, NULL);
		printf("%" PRIu64 "\n", found->value);
	}
}

/* Return whether an earlier device had the counter, so that its metric has been printed. */
static bool metric_is_done(const struct look *look, const struct options *options, size_t index,
			   const char *name)
{
	size_t i;

	for (i = 0; i < index; i++) {
		const struct device *dev = &look->devices.all[i];

		if (!strcmp(dev->kind, look->devices.all[index].kind) && is_wanted(dev, options) &&
		    counters_find(&look->counted[i], name))
			return true;
	}
	return false;
}

static void stat_prometheus(const struct look *look, const struct options *options)
{
	unsigned int k;
	size_t i;

	for (i = 0; i < look->devices.number; i++) {
		const struct counters *counters = &look->counted[i];

		if (!is_wanted(&look->devices.all[i], options))
			continue;
		for (k = 0; k < counters->number; k++) {
			if (!metric_is_done(look, options, i, counters->all[k].name))
				prometheus_metric(look, options, i, &counters->all[k]);
		}
	}
}

static int stat_print(const struct look *look, const struct options *options)
{
	const struct device *dev = NULL;

	if (options->device) {
		dev = command_device(&look->devices, options);
		if (!dev)
			return EXIT_TROUBLE;
	}
	if (options->format == FORMAT_JSON)
		stat_json(look, options);
	else if (options->format == FORMAT_PROMETHEUS)
		stat_prometheus(look, options);
	else if (dev)
		stat_one(look, dev);
	else
		usage_table(look, NULL, look->devices.number, 0);
	return 0;
}

int command_stat(struct xenstore *xs, const struct options *options)
{
	struct options wanted = *options;

	if (wanted.rounds && !wanted.seconds)
		wanted.seconds = 1;
	if (wanted.seconds && wanted.format == FORMAT_PROMETHEUS)
		return command_trouble("Prometheus computes rates itself: omit --watch");
	return look_each(xs, &wanted, stat_print);
}
