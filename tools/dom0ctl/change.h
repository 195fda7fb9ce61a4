/* SPDX-License-Identifier: GPL-2.0 */
/* A change of a device's limits. */
#ifndef _DOM0CTL_CHANGE_H
#define _DOM0CTL_CHANGE_H

#include "device.h"
#include "limit.h"

/* By the index of limit_kinds(). */
struct change {
	bool named[LIMIT_MOST];
	struct limit limits[LIMIT_MOST];
};

/* Words "KEY=VALUE" for a device. 0, or a message and EXIT_TROUBLE if one makes no sense. */
int change_parse(struct change *change, const struct device *dev, char **words,
		 unsigned int number);

/* All of it at once. 0, or a message and EXIT_TROUBLE, and then nothing has changed. */
int change_write(const struct change *change, const struct device *dev, struct xenstore *xs);

#endif
