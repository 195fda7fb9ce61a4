/* SPDX-License-Identifier: GPL-2.0 */
/* This driver on the xen-backend bus, and the guests' part of it. */
#ifndef _PCIBACK_XENBUS_H
#define _PCIBACK_XENBUS_H

struct dom0_backend_driver;
struct pciback_guest;

extern const struct dom0_backend_driver pciback_backend_driver;

void pciback_guest_put(struct pciback_guest *guest);

#endif
