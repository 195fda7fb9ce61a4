// SPDX-License-Identifier: GPL-2.0
/* The counters of a device are an array of fixed size, searched by name. */
#include "counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct counter *counters_find(const struct counters *counters, const char *name)
{
	unsigned int i;

	for (i = 0; i < counters->number; i++) {
		if (!strcmp(counters->all[i].name, name))
			return &counters->all[i];
	}
	return NULL;
}

uint64_t counters_value(const struct counters *counters, const char *name)
{
	const struct counter *counter = counters_find(counters, name);

	return counter ? counter->value : 0;
}

void counters_add(struct counters *counters, const struct counter_kind *kind, uint64_t value)
{
	const struct counter *known = counters_find(counters, kind->name);
	struct counter *counter;

	if (known) {
		counters->all[known - counters->all].value += value;
		return;
	}
	if (counters->number == COUNTERS_MOST || strlen(kind->name) >= sizeof(counter->name))
		return;
	counter = &counters->all[counters->number++];
	strcpy(counter->name, kind->name);
	counter->help = kind->help;
	counter->gauge = kind->gauge;
	counter->value = value;
}

/* Parse a number that fills all of [text, end). */
static bool parse_value(const char *text, const char *end, uint64_t *value)
{
	char *stop;

	if (text == end || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &stop, 10);
	return !errno && stop == end;
}

static void parse_line(struct counters *counters, const char *line, const char *end,
		       const struct counter_kind *kinds, size_t number)
{
	const char *space;
	uint64_t value;
	size_t i;

	while (line < end && *line == ' ')
		line++;
	space = memchr(line, ' ', (size_t)(end - line));
	if (!space || !parse_value(space + 1, end, &value))
		return;
	for (i = 0; i < number; i++) {
		size_t length = strlen(kinds[i].name);

		if (length == (size_t)(space - line) && !memcmp(line, kinds[i].name, length))
			counters_add(counters, &kinds[i], value);
	}
}

void counters_parse(struct counters *counters, const char *text, const struct counter_kind *kinds,
		    size_t number)
{
	while (*text) {
		const char *end = text + strcspn(text, "\n");

		parse_line(counters, text, end, kinds, number);
		text = *end ? end + 1 : end;
	}
}

/*
 * No device counts to 2^63 between two looks. A larger difference means that the counter went back.
 */
uint64_t counter_difference(uint64_t before, uint64_t after)
{
	uint64_t difference = after - before;

	return difference >> 63 ? after : difference;
}

void counters_between(const struct counters *before, const struct counters *after,
		      struct counters *between)
{
	unsigned int i;

	*between = *after;
	for (i = 0; i < between->number; i++) {
		struct counter *counter = &between->all[i];

		if (!counter->gauge)
			counter->value = counter_difference(counters_value(before, counter->name),
							    counter->value);
	}
}
