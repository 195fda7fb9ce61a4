/* SPDX-License-Identifier: GPL-2.0 */
/* The fields of a device's configuration space. */
#ifndef _PCIBACK_FIELDS_H
#define _PCIBACK_FIELDS_H

struct pciback_device;

int pciback_fields_init(struct pciback_device *device);

#endif
