/* SPDX-License-Identifier: GPL-2.0 */
/* The files of /sys/kernel/dom0_balloon, made at load and removed at unload. */
#ifndef _DOM0_BALLOON_SYSFS_H
#define _DOM0_BALLOON_SYSFS_H

int balloon_sysfs_init(void);
void balloon_sysfs_exit(void);

#endif
