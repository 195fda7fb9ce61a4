/* SPDX-License-Identifier: GPL-2.0 */
/* The bus that a guest sees. */
#ifndef _PCIBACK_BUS_H
#define _PCIBACK_BUS_H

#include "address.h"

#include <linux/list.h>
#include <linux/types.h>

struct pciback_device;
struct pciback_guest;

/* Devices that a guest can have: as many as slots on its virtual bus. */
#define PCIBACK_DEVICES_MAX	32

/**
 * struct pciback_place - where a guest finds a device
 * @link: in the guest's list
 * @device: the device
 * @domain: segment in the guest
 * @bus: bus in the guest
 * @devfn: slot and function in the guest
 * @wanted: xenstore still names the device
 * @quieted: the device has been quieted in this disconnect
 */
struct pciback_place {
	struct list_head link;
	struct pciback_device *device;
	u16 domain;
	u8 bus;
	u8 devfn;
	bool wanted;
	bool quieted;
};

/**
 * struct pciback_root - a root bus of the guest
 * @domain: segment in the guest
 * @bus: bus in the guest
 */
struct pciback_root {
	u16 domain;
	u8 bus;
};

int pciback_bus_add(struct pciback_guest *guest, struct pciback_device *device,
		    const struct pciback_address *hint, struct pciback_place *where);
struct pciback_device *pciback_bus_find(struct pciback_guest *guest, u32 domain, u32 bus,
					u32 devfn);
bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device);
void pciback_bus_quiet(struct pciback_guest *guest);

#endif
