/* SPDX-License-Identifier: GPL-2.0 */
/* The table that has a line of use for each device. */
#ifndef _DOM0CTL_USAGE_H
#define _DOM0CTL_USAGE_H

#include "look.h"

/*
 * The first @most devices, those of no driver left out: in the order of @order, which holds indices
 * of devices, or as they are for NULL. Totals for a first look, else what happened in a second.
 */
void usage_table(const struct look *look, const size_t *order, size_t most);

/* Say which counters are missing because a driver does not have them; of one device, or of all. */
void usage_lack(const struct devices *devices, const struct device *only);

#endif
