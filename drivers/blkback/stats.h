/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a device in sysfs. */
#ifndef _BLKBACK_STATS_H
#define _BLKBACK_STATS_H

#include <linux/types.h>

struct attribute_group;

extern const struct attribute_group *blk_attr_groups[];
void blk_counters_add(u64 *sum, const u64 *part);

#endif
