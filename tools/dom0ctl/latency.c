// SPDX-License-Identifier: GPL-2.0
/* A percentile is given as the end of its bucket, so the bucket's width limits its precision. */
#include "latency.h"
#include "counters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The first bucket ends at 2^3 microseconds. */
#define FIRST_SHIFT	3

const char *latency_class_name(unsigned int class)
{
	static const char * const names[] = { "read", "write", "flush", "discard" };

	return names[class];
}

bool latency_parse(const char *line, struct histogram *histogram)
{
	struct histogram parsed;
	unsigned int i;

	*histogram = (struct histogram){ 0 };

	for (i = 0; i < LATENCY_BUCKETS; i++) {
		char *end;

		if (*line < '0' || *line > '9')
			return false;
		errno = 0;
		parsed.counts[i] = strtoull(line, &end, 10);
		if (errno || (*end != ' ' && *end))
			return false;
		line = *end ? end + 1 : end;
	}
	if (*line)
		return false;
	*histogram = parsed;
	return true;
}

void latency_between(const struct latency *before, const struct latency *after,
		     struct latency *between)
{
	unsigned int class, i;

	*between = *after;
	for (class = 0; class < LATENCY_CLASSES; class++) {
		for (i = 0; i < LATENCY_BUCKETS; i++)
			between->of[class].counts[i] =
				counter_difference(before->of[class].counts[i],
						   after->of[class].counts[i]);
	}
}

void latency_all(const struct latency *latency, struct histogram *sum)
{
	unsigned int class, i;

	*sum = (struct histogram){ 0 };
	for (class = 0; class < LATENCY_CLASSES; class++) {
		for (i = 0; i < LATENCY_BUCKETS; i++)
			sum->counts[i] += latency->of[class].counts[i];
	}
}

uint64_t latency_requests(const struct histogram *histogram)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		sum += histogram->counts[i];
	return sum;
}

uint64_t latency_end(unsigned int bucket)
{
	return bucket < LATENCY_BUCKETS - 1 ? (uint64_t)1 << (FIRST_SHIFT + bucket) : UINT64_MAX;
}

/* Round @requests * @percent / 100 up, without a product that may overflow. */
static uint64_t requests_within(uint64_t requests, unsigned int percent)
{
	return requests / 100 * percent + (requests % 100 * percent + 99) / 100;
}

uint64_t latency_percentile(const struct histogram *histogram, unsigned int percent)
{
	uint64_t wanted = requests_within(latency_requests(histogram), percent), seen = 0;
	unsigned int i;

	if (!wanted)
		return 0;
	for (i = 0; i < LATENCY_BUCKETS - 1; i++) {
		seen += histogram->counts[i];
		if (seen >= wanted)
			break;
	}
	return latency_end(i);
}

void latency_text(char *to, size_t size, uint64_t usecs)
{
	if (!usecs)
		snprintf(to, size, "%s", "");
	else if (usecs == UINT64_MAX)
		snprintf(to, size, ">%.1fs", (double)latency_end(LATENCY_BUCKETS - 2) / 1e6);
	else if (usecs < 1000)
		snprintf(to, size, "%" PRIu64 "us", usecs);
	else if (usecs < 1000000)
		snprintf(to, size, "%.1fms", (double)usecs / 1e3);
	else
		snprintf(to, size, "%.1fs", (double)usecs / 1e6);
}
