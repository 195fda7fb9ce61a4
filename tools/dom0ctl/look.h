/* SPDX-License-Identifier: GPL-2.0 */
/* One look at all devices and their counters, and the rates between two looks. */
#ifndef _DOM0CTL_LOOK_H
#define _DOM0CTL_LOOK_H

#include "command.h"

struct look {
	double when;		/* seconds of the monotonic clock */
	double seconds;		/* since the look before, 0 for the first one */
	struct devices devices;
	struct counters *counted;	/* of each device, since it was made */
	struct counters *between;	/* of each device, since the look before */
};

/* 0, or EXIT_TROUBLE after a message; look_end() it either way. */
int look_take(struct look *look, struct xenstore *xs, const struct look *before);
void look_end(struct look *look);

/*
 * Call @print for one look, or for each look after the first, options->seconds apart, until
 * options->rounds of them are printed. Returns an exit code.
 */
int look_each(struct xenstore *xs, const struct options *options,
	      int (*print)(const struct look *look, const struct options *options));

#endif
