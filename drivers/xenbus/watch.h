/* SPDX-License-Identifier: GPL-2.0 */
/* Watches of a backend device. */
#ifndef _DOM0_XENBUS_WATCH_H
#define _DOM0_XENBUS_WATCH_H

struct dom0_backend_core;

int dom0_watch_own_state(struct dom0_backend_core *core);
void dom0_unwatch_own_state(struct dom0_backend_core *core);
void dom0_unwatch_all(struct dom0_backend_core *core);
void dom0_watch_refire(struct dom0_backend_core *core);

#endif
