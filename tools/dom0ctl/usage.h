/* SPDX-License-Identifier: GPL-2.0 */
/* The table with one line for each device, which shows its use. */
#ifndef _DOM0CTL_USAGE_H
#define _DOM0CTL_USAGE_H

#include "look.h"

/*
 * Print the first @most devices, without those that no driver serves. @order holds indices of
 * devices; without it they are printed as found. The first look shows totals, later looks rates.
 * @width is that of the terminal, 0 for all columns.
 */
void usage_table(const struct look *look, const size_t *order, size_t most, size_t width);

/* Say which counters the driver of @only lacks, or the drivers of all devices if @only is NULL. */
void usage_lack(const struct devices *devices, const struct device *only);

#endif
