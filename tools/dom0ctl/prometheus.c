// SPDX-License-Identifier: GPL-2.0
/* All names and values go through text.h, which escapes them for this format. */
#include "prometheus.h"
#include "text.h"

void prometheus_head(FILE *out, const char *metric, const char *type, const char *help)
{
	fputs("# HELP ", out);
	text_metric(out, metric);
	putc(' ', out);
	text_plain(out, help);
	fputs("\n# TYPE ", out);
	text_metric(out, metric);
	fprintf(out, " %s\n", type);
}

static void write_label(FILE *out, char before, const char *name, const char *value)
{
	fprintf(out, "%c%s=", before, name);
	text_label(out, value);
}

void prometheus_sample(FILE *out, const char *metric, const struct device *dev, const char *more,
		       const char *value)
{
	text_metric(out, metric);
	write_label(out, '{', "device", dev->name);
	write_label(out, ',', "kind", dev->kind);
	write_label(out, ',', "domain", dev->domain);
	if (more)
		write_label(out, ',', more, value);
	fputs("} ", out);
}
