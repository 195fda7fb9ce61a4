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

/* Take a look. Return 0, or EXIT_TROUBLE after a message. Call look_end() in either case. */
int look_take(struct look *look, struct xenstore *xs, const struct look *before);
void look_end(struct look *look);

/*
 * Call @print for one look, or, with options->seconds, for each look after the first. Stop after
 * options->rounds looks. Return an exit code.
 */
int look_each(struct xenstore *xs, const struct options *options,
	      int (*print)(const struct look *look, const struct options *options));

#endif
