// SPDX-License-Identifier: GPL-2.0
/* `dom0ctl list`: a line for each device. */
#include "command.h"
#include "json.h"
#include "prometheus.h"
#include "table.h"

static void list_table(const struct devices *devices)
{
	static const char * const heads[] = {
		"DEVICE", ">DOMID", "DOMAIN", "KIND", "BACKEND", "FRONTEND", ">QUEUES", "MODULE",
		"BEHIND",
	};
	struct table table;
	size_t i;

	table_begin(&table, heads, ARRAY_SIZE(heads));
	for (i = 0; i < devices->number; i++) {
		const struct device *dev = &devices->all[i];

		table_cell(&table, "%s", dev->name);
		table_cell(&table, "%d", dev->domid);
		table_cell(&table, "%s", dev->domain);
		table_cell(&table, "%s", dev->kind);
		table_cell(&table, "%s", device_state_name(dev->ours));
		table_cell(&table, "%s", device_state_name(dev->theirs));
		if (dev->queues)
			table_cell(&table, "%u", dev->queues);
		else
			table_cell(&table, "%s", "");
		table_cell(&table, "%s", dev->module);
		table_cell(&table, "%s", dev->behind);
	}
	table_end(&table, stdout);
}

static void json_state(struct json *json, const char *name, int state)
{
	if (state < 0)
		json_null(json, name);
	else
		json_text(json, name, device_state_name(state));
}

static void json_device(struct json *json, const struct device *dev)
{
	json_open(json, NULL, '{');
	json_text(json, "device", dev->name);
	json_number(json, "domid", (uint64_t)dev->domid);
	json_text_or_null(json, "domain", dev->domain);
	json_text(json, "kind", dev->kind);
	json_state(json, "backend_state", dev->ours);
	json_state(json, "frontend_state", dev->theirs);
	json_number(json, "queues", dev->queues);
	json_text_or_null(json, "module", dev->module);
	json_text_or_null(json, "interface", dev->interface);
	json_text_or_null(json, "behind", dev->behind);
	json_close(json, '}');
}

static void list_json(const struct devices *devices)
{
	struct json json = { .out = stdout };
	size_t i;

	json_open(&json, NULL, '{');
	json_open(&json, "devices", '[');
	for (i = 0; i < devices->number; i++)
		json_device(&json, &devices->all[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	putchar('\n');
}

static void list_states(const struct devices *devices)
{
	static const char metric[] = "dom0_device_state";
	size_t i;

	prometheus_head(stdout, metric, "gauge",
			"State of either end as in xenstore, 4 for connected, -1 for none.");
	for (i = 0; i < devices->number; i++) {
		prometheus_sample(stdout, metric, &devices->all[i], "end", "backend");
		printf("%d\n", devices->all[i].ours);
		prometheus_sample(stdout, metric, &devices->all[i], "end", "frontend");
		printf("%d\n", devices->all[i].theirs);
	}
}

static void list_prometheus(const struct devices *devices)
{
	static const char info[] = "dom0_device_info", queues[] = "dom0_device_queues";
	size_t i;

	prometheus_head(stdout, info, "gauge", "A backend device and the module that serves it.");
	for (i = 0; i < devices->number; i++) {
		prometheus_sample(stdout, info, &devices->all[i], "module", devices->all[i].module);
		puts("1");
	}
	list_states(devices);
	prometheus_head(stdout, queues, "gauge", "Queues of a connected device.");
	for (i = 0; i < devices->number; i++) {
		prometheus_sample(stdout, queues, &devices->all[i], NULL, NULL);
		printf("%u\n", devices->all[i].queues);
	}
}

int command_list(struct xenstore *xs, const struct options *options)
{
	struct devices devices;
	int code = command_devices(&devices, xs);

	if (code)
		return code;
	if (options->format == FORMAT_JSON)
		list_json(&devices);
	else if (options->format == FORMAT_PROMETHEUS)
		list_prometheus(&devices);
	else
		list_table(&devices);
	device_free_all(&devices);
	return 0;
}
