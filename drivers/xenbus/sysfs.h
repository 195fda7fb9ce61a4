/* SPDX-License-Identifier: GPL-2.0 */
/* What sysfs and udev see of a device. Each function takes sysfs_lock, and may sleep. */
#ifndef _XENBUS_SYSFS_H
#define _XENBUS_SYSFS_H

struct dom0_backend_core;

void dom0_sysfs_enter(struct dom0_backend_core *core);
void dom0_sysfs_leave(struct dom0_backend_core *core);
void dom0_sysfs_gone(struct dom0_backend_core *core);

#endif
