/* SPDX-License-Identifier: GPL-2.0 */
/* The list of all instances. Each function takes its lock, and may sleep. */
#ifndef _DOM0_XENBUS_BACKEND_LIST_H
#define _DOM0_XENBUS_BACKEND_LIST_H

#include <linux/types.h>

struct dom0_backend_core;
struct dom0_backend_driver;

void dom0_backends_add(struct dom0_backend_core *core);
bool dom0_backends_may_start(struct dom0_backend_core *core);
bool dom0_backends_leave_to_others(struct dom0_backend_core *core);
void dom0_backends_leave(struct dom0_backend_core *core);
void dom0_backends_send_gone(struct dom0_backend_core *core);
void dom0_backends_wait_gone(const struct dom0_backend_driver *driver);
void dom0_backends_for_each(void (*show)(struct dom0_backend_core *core, void *data), void *data);

#endif
