/* SPDX-License-Identifier: GPL-2.0 */
/* The driver that dom0-xenbus calls for each card. */
#ifndef _VIF_XENBUS_H
#define _VIF_XENBUS_H

struct dom0_backend_driver;

extern const struct dom0_backend_driver vif_driver;

#endif
