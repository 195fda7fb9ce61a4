/* SPDX-License-Identifier: GPL-2.0 */
/* Prometheus' text format: a metric's HELP and TYPE once, then a sample for each device. */
#ifndef _DOM0CTL_PROMETHEUS_H
#define _DOM0CTL_PROMETHEUS_H

#include "device.h"

#include <stdio.h>

void prometheus_head(FILE *out, const char *metric, const char *type, const char *help);

/* Write the metric's name and a sample's labels. @more is the name of a further label, or NULL. */
void prometheus_sample(FILE *out, const char *metric, const struct device *dev, const char *more,
		       const char *value);

#endif
