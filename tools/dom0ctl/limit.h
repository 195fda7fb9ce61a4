/* SPDX-License-Identifier: GPL-2.0 */
/* A limit of a device, as Documentation/ABI/xenstore-limits has it. */
#ifndef _DOM0CTL_LIMIT_H
#define _DOM0CTL_LIMIT_H

#include "base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a device. */
#define LIMIT_MOST	4

/* Room for a limit's text. */
#define LIMIT_SIZE	64

/* 0 in a second is no limit. */
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

/* The LIMIT_MOST limits that a kind of device has, such as "vbd"; NULL if it has none. */
const struct limit_kind *limit_kinds(const char *device_kind);

/*
 * "PER_SECOND" or "PER_SECOND,BURST", each a number as the drivers read it; with @units one of
 * K, M and G, powers of 1024, may follow. -EINVAL for what is of another form, -ERANGE for what is
 * above 2^40.
 */
int limit_parse(struct limit *limit, const char *text, bool units);

/* The same with plain numbers. */
void limit_format(char text[LIMIT_SIZE], const struct limit *limit);

#endif
