/* SPDX-License-Identifier: GPL-2.0 */
/* The driver's files in sysfs. */
#ifndef _PCIBACK_SYSFS_H
#define _PCIBACK_SYSFS_H

struct attribute_group;

extern const struct attribute_group *pciback_driver_groups[];

#endif
