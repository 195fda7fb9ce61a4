/* SPDX-License-Identifier: GPL-2.0 */
/* The error node of a device. */
#ifndef _DOM0_XENBUS_ERROR_H
#define _DOM0_XENBUS_ERROR_H

struct dom0_backend_core;

int dom0_error_clear(struct dom0_backend_core *core);

#endif
