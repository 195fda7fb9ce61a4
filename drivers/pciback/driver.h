/* SPDX-License-Identifier: GPL-2.0 */
/* The driver on Dom0's PCI bus, and which devices it takes. */
#ifndef _PCIBACK_DRIVER_H
#define _PCIBACK_DRIVER_H

#include <linux/types.h>

struct pciback_address;

#define PCIBACK_DRIVER_NAME	"pciback"

int pciback_driver_register(const char *hide);
void pciback_driver_unregister(void);
int pciback_slot_add(const struct pciback_address *at);
int pciback_slot_remove(const struct pciback_address *at);
ssize_t pciback_slots_print(char *buf);

#endif
