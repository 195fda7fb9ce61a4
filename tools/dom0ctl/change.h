/* SPDX-License-Identifier: GPL-2.0 */
/* A change of a device's limits. */
#ifndef _DOM0CTL_CHANGE_H
#define _DOM0CTL_CHANGE_H

#include "device.h"
#include "limit.h"

/* Both arrays have the index of limit_kinds(). */
struct change {
	bool named[LIMIT_MOST];
	struct limit limits[LIMIT_MOST];
};

/*
 * Parse words "KEY=VALUE" for a device. Return 0, or EXIT_TROUBLE after a message if one is not
 * valid.
 */
int change_parse(struct change *change, const struct device *dev, char **words,
		 unsigned int number);

/* Write all limits at once. Return 0, or EXIT_TROUBLE after a message: nothing has changed then. */
int change_write(const struct change *change, const struct device *dev, struct xenstore *xs);

#endif
