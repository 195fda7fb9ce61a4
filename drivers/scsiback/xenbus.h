/* SPDX-License-Identifier: GPL-2.0 */
/* This driver on the xen-backend bus. */
#ifndef _SCSIBACK_XENBUS_H
#define _SCSIBACK_XENBUS_H

struct dom0_backend_driver;

extern const struct dom0_backend_driver vscsi_driver;

#endif
