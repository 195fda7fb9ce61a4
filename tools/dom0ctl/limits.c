// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl limits`: show the limits of devices, and change those of one. */
#include "change.h"
#include "command.h"
#include "json.h"
#include "limit.h"
#include "prometheus.h"
#include "table.h"

#include <inttypes.h>
#include <string.h>

/* Longer than any valid value. */
#define TEXT_SIZE	256

/* A limit as it is in xenstore. */
struct node {
	const struct limit_kind *kind;
	bool there;
	bool sane;
	char text[TEXT_SIZE];
	struct limit limit;
};

static void read_node(struct node *node, const struct device *dev, const struct limit_kind *kind,
		      struct xenstore *xs)
{
	node->kind = kind;
	node->there = !xenstore_read(xs, node->text, sizeof(node->text), "%s/limits/%s",
				     dev->path, kind->key);
	node->sane = node->there && !limit_parse(&node->limit, node->text, false);
}

/* Read a device's limits. Return how many are set. */
static unsigned int read_nodes(struct node nodes[LIMIT_MOST], const struct device *dev,
			       struct xenstore *xs)
{
	const struct limit_kind *kinds = limit_kinds(dev->kind);
	unsigned int there = 0, i;

	for (i = 0; i < LIMIT_MOST; i++) {
		read_node(&nodes[i], dev, &kinds[i], xs);
		there += nodes[i].there;
	}
	return there;
}

/* Read xl's own key, which only network cards have. */
static bool read_rate(char *text, size_t size, const struct device *dev, struct xenstore *xs)
{
	text[0] = '\0';
	return !strcmp(dev->kind, "vif") && !xenstore_read(xs, text, size, "%s/rate", dev->path);
}

/* Return whether to show a device: the one that was asked for, or any that can have limits. */
static bool is_shown(const struct device *dev, const struct device *only)
{
	return only ? dev == only : !!limit_kinds(dev->kind);
}

/* Print a line about the first device that has limits and whose driver ignores them. */
static void say_lack(const struct devices *devices, const struct device *only,
		     struct xenstore *xs)
{
	struct node nodes[LIMIT_MOST];
	size_t i;

	for (i = 0; i < devices->number; i++) {
		const struct device *dev = &devices->all[i];

		if (!is_shown(dev, only) || !dev->module[0] || device_is_ours(dev) ||
		    !read_nodes(nodes, dev, xs))
			continue;
		command_trouble("%s: %s does not keep to limits; %s does", dev->name, dev->module,
				dev->type->ours);
		return;
	}
}

static void table_row(struct table *table, const struct device *dev, const char *key,
		      const char *value, const char *what)
{
	table_cell(table, "%s", dev->name);
	table_cell(table, "%s", dev->domain);
	table_cell(table, "%s", key);
	table_cell(table, "%s", value);
	table_cell(table, "%s", what);
}

/* Show the limits that are set, or all that can be set. */
static void table_device(struct table *table, const struct device *dev, bool all,
			 struct xenstore *xs)
{
	struct node nodes[LIMIT_MOST];
	unsigned int rows = read_nodes(nodes, dev, xs), i;
	char rate[TEXT_SIZE];

	for (i = 0; i < LIMIT_MOST; i++) {
		if (all || nodes[i].there)
			table_row(table, dev, nodes[i].kind->key, nodes[i].text,
				  nodes[i].there && !nodes[i].sane ?
				  "not valid, and ignored" : nodes[i].kind->help);
	}
	if (read_rate(rate, sizeof(rate), dev, xs))
		table_row(table, dev, "rate", rate,
			  "bytes that the guest sends, in so many microseconds");
	else if (!rows && !all)
		table_row(table, dev, "", "", "");
}

static void limits_table(const struct devices *devices, const struct device *only,
			 struct xenstore *xs)
{
	static const char * const heads[] = {
		"DEVICE", "DOMAIN", "LIMIT", ">PER SECOND,BURST", "WHAT",
	};
	struct table table;
	size_t i;

	table_begin(&table, heads, ARRAY_SIZE(heads));
	for (i = 0; i < devices->number; i++) {
		if (is_shown(&devices->all[i], only))
			table_device(&table, &devices->all[i], !!only, xs);
	}
	table_end(&table, stdout);
}

static void json_number_if(struct json *json, const char *name, bool there, uint64_t value)
{
	if (there)
		json_number(json, name, value);
	else
		json_null(json, name);
}

static void json_node(struct json *json, const struct node *node)
{
	json_open(json, node->kind->key, '{');
	json_text(json, "text", node->text);
	json_number_if(json, "per_second", node->sane, node->limit.per_second);
	json_number_if(json, "burst", node->sane && node->limit.has_burst, node->limit.burst);
	json_close(json, '}');
}

static void json_device_limits(struct json *json, const struct device *dev, struct xenstore *xs)
{
	struct node nodes[LIMIT_MOST];
	char rate[TEXT_SIZE];
	unsigned int i;

	json_open(json, NULL, '{');
	json_text(json, "device", dev->name);
	json_text(json, "kind", dev->kind);
	json_text_or_null(json, "domain", dev->domain);
	json_text_or_null(json, "module", dev->module);
	json_open(json, "limits", '{');
	read_nodes(nodes, dev, xs);
	for (i = 0; i < LIMIT_MOST; i++) {
		if (nodes[i].there)
			json_node(json, &nodes[i]);
	}
	json_close(json, '}');
	if (!strcmp(dev->kind, "vif")) {
		read_rate(rate, sizeof(rate), dev, xs);
		json_text_or_null(json, "rate", rate);
	}
	json_close(json, '}');
}

static void limits_json(const struct devices *devices, const struct device *only,
			struct xenstore *xs)
{
	struct json json = { .out = stdout };
	size_t i;

	json_open(&json, NULL, '{');
	json_open(&json, "devices", '[');
	for (i = 0; i < devices->number; i++) {
		if (is_shown(&devices->all[i], only))
			json_device_limits(&json, &devices->all[i], xs);
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putchar('\n');
}

static void prometheus_device(const char *metric, const struct device *dev, struct xenstore *xs)
{
	struct node nodes[LIMIT_MOST];
	unsigned int i;

	read_nodes(nodes, dev, xs);
	for (i = 0; i < LIMIT_MOST; i++) {
		if (!nodes[i].sane || !nodes[i].limit.per_second)
			continue;
		prometheus_sample(stdout, metric, dev, "limit", nodes[i].kind->key);
		printf("%" PRIu64 "\n", nodes[i].limit.per_second);
	}
}

static void limits_prometheus(const struct devices *devices, const struct device *only,
			      struct xenstore *xs)
{
	static const char metric[] = "dom0_device_limit";
	size_t i;

	prometheus_head(stdout, metric, "gauge",
			"What a device may move in a second, where that is limited.");
	for (i = 0; i < devices->number; i++) {
		if (is_shown(&devices->all[i], only))
			prometheus_device(metric, &devices->all[i], xs);
	}
}

static void limits_show(const struct devices *devices, const struct device *only,
			struct xenstore *xs, enum format format)
{
	if (format == FORMAT_JSON)
		limits_json(devices, only, xs);
	else if (format == FORMAT_PROMETHEUS)
		limits_prometheus(devices, only, xs);
	else
		limits_table(devices, only, xs);
	say_lack(devices, only, xs);
}

static int limits_set(const struct devices *devices, const struct device *dev,
		      struct xenstore *xs, const struct options *options)
{
	struct change change;

	if (options->format != FORMAT_TABLE)
		return command_trouble("limits: a format is for showing limits, not setting them");
	if (change_parse(&change, dev, options->words, options->number) ||
	    change_write(&change, dev, xs))
		return EXIT_TROUBLE;
	say_lack(devices, dev, xs);
	return 0;
}

/* Return the device that was asked for if it can have limits, or NULL after a message. */
static const struct device *limited_device(const struct devices *devices,
					   const struct options *options)
{
	const struct device *dev = command_device(devices, options);

	if (!dev || limit_kinds(dev->kind))
		return dev;
	command_trouble("%s is served by a program, and has no limits", dev->name);
	return NULL;
}

int command_limits(struct xenstore *xs, const struct options *options)
{
	const struct device *dev = NULL;
	struct devices devices;
	int code = command_devices(&devices, xs);

	if (code)
		return code;
	if (options->device) {
		dev = limited_device(&devices, options);
		code = dev ? 0 : EXIT_TROUBLE;
	}
	if (!code && options->number)
		code = limits_set(&devices, dev, xs, options);
	else if (!code)
		limits_show(&devices, dev, xs, options->format);
	device_free_all(&devices);
	return code;
}
