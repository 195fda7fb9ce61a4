/* SPDX-License-Identifier: GPL-2.0 */
/* The operations of a connection's state machine. */
#ifndef _DOM0_XENBUS_CONNECTION_H
#define _DOM0_XENBUS_CONNECTION_H

#include "state.h"

#include <linux/types.h>

struct dom0_backend_core;
struct dom0_pace;

extern const struct dom0_machine_ops dom0_connection_ops;

bool dom0_connection_usable(struct dom0_backend_core *core);
bool dom0_connection_may_pass(const struct dom0_backend_core *core, int err);
bool dom0_connection_take_pace(struct dom0_backend_core *core, struct dom0_pace *pace);
void dom0_connection_postpone(struct dom0_backend_core *core);

#endif
