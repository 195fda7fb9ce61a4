/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DOM0_BALLOON_SYSFS_H
#define _DOM0_BALLOON_SYSFS_H

int balloon_sysfs_init(void);
void balloon_sysfs_exit(void);

#endif
