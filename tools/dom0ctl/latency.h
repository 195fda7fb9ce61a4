/* SPDX-License-Identifier: GPL-2.0 */
/* How long a disk's requests take: histograms as dom0-blkback has them in sysfs. */
#ifndef _DOM0CTL_LATENCY_H
#define _DOM0CTL_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LATENCY_BUCKETS	24

enum latency_class {
	LATENCY_READ,
	LATENCY_WRITE,
	LATENCY_FLUSH,
	LATENCY_DISCARD,
	LATENCY_CLASSES
};

struct histogram {
	uint64_t counts[LATENCY_BUCKETS];
};

struct latency {
	bool known;		/* the driver counts them */
	struct histogram of[LATENCY_CLASSES];
};

const char *latency_class_name(unsigned int class);

/* Parse a line with a number for each bucket. Return false, and no counts, if it is none. */
bool latency_parse(const char *line, struct histogram *histogram);

/* Compute what was counted between @before and @after, as counters_between() does. */
void latency_between(const struct latency *before, const struct latency *after,
		     struct latency *between);

/* Add up all classes. */
void latency_all(const struct latency *latency, struct histogram *sum);
uint64_t latency_requests(const struct histogram *histogram);

/* Return the time in microseconds where a bucket ends, or UINT64_MAX for the last one. */
uint64_t latency_end(unsigned int bucket);

/*
 * Return the least end of a bucket within which @percent of 100 requests were answered, in
 * microseconds. Return 0 if there were no requests, UINT64_MAX if that is the last bucket.
 */
uint64_t latency_percentile(const struct histogram *histogram, unsigned int percent);

/* Format a percentile for people: "16us", "65.5ms", ">33.6s"; nothing for no requests. */
void latency_text(char *to, size_t size, uint64_t usecs);

#endif
