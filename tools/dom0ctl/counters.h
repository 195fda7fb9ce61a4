/* SPDX-License-Identifier: GPL-2.0 */
/* The counters of one device at one moment, and what happened between two moments. */
#ifndef _DOM0CTL_COUNTERS_H
#define _DOM0CTL_COUNTERS_H

#include "base.h"
#include "latency.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTERS_MOST	96

/* Description of a counter. A gauge goes up and down, and has no rate. */
struct counter_kind {
	const char *name;
	const char *help;
	bool gauge;
};

struct counter {
	char name[40];
	const char *help;
	bool gauge;
	uint64_t value;
};

struct counters {
	unsigned int number;
	struct counter all[COUNTERS_MOST];
	struct latency latency;
};

/* Add to the counter of that name, or create it. A counter that does not fit is left out. */
void counters_add(struct counters *counters, const struct counter_kind *kind, uint64_t value);

/* Return the value of a counter, 0 if there is none. */
uint64_t counters_value(const struct counters *counters, const char *name);
const struct counter *counters_find(const struct counters *counters, const char *name);

/*
 * Parse a text with lines "name value", and add those whose names are in @kinds. The same name in
 * several queues is summed. Other lines are skipped.
 */
void counters_parse(struct counters *counters, const char *text, const struct counter_kind *kinds,
		    size_t number);

/*
 * Compute what was counted between @before and @after, modulo 2^64. A counter that has started
 * again counts from 0, which happens when its device or its connection was made again. Gauges have
 * their values of @after.
 */
void counters_between(const struct counters *before, const struct counters *after,
		      struct counters *between);
uint64_t counter_difference(uint64_t before, uint64_t after);

#endif
