/* SPDX-License-Identifier: GPL-2.0 */
/* A limit of a device, in the format of Documentation/ABI/xenstore-limits. */
#ifndef _DOM0CTL_LIMIT_H
#define _DOM0CTL_LIMIT_H

#include "base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of limits of a device. */
#define LIMIT_MOST	4

/* Room for a limit's text. */
#define LIMIT_SIZE	64

/* A limit; without one, @per_second is 0. */
struct limit {
	uint64_t per_second;
	uint64_t burst;
	bool has_burst;
};

struct limit_kind {
	const char *key;
	const char *help;
	bool bytes;
};

/* Return the LIMIT_MOST limits of a kind of device, such as "vbd"; NULL if it has none. */
const struct limit_kind *limit_kinds(const char *device_kind);

/*
 * Parse "PER_SECOND" or "PER_SECOND,BURST", numbers in the form that the drivers accept. With
 * @units, one of K, M and G (powers of 1024) may follow a number. Return 0, -EINVAL for another
 * form, or -ERANGE for a number above 2^40.
 */
int limit_parse(struct limit *limit, const char *text, bool units);

/* Write a limit in the same form, with plain numbers. */
void limit_format(char text[LIMIT_SIZE], const struct limit *limit);

#endif
