/* SPDX-License-Identifier: GPL-2.0 */
/* The toolstack's list of a guest's devices. */
#ifndef _PCIBACK_LIST_H
#define _PCIBACK_LIST_H

#include "address.h"
#include "bus.h"

#include <linux/types.h>

struct dom0_backend;

/* Fits "DDDD:BB:SS.FF". */
#define PCIBACK_ADDRESS_SIZE	32

/**
 * struct pciback_entry - an entry of the list
 * @dev: the device, as the toolstack has written it
 * @vdev: where the guest finds it; empty if there is none
 * @at: the device
 * @has_state: there is a state
 * @state: what the toolstack wants, XenbusStateUnknown without a state
 * @err: why the entry cannot be understood, or 0
 *
 * When a device is detached, the toolstack moves the entries behind it to lower numbers.
 */
struct pciback_entry {
	char dev[PCIBACK_ADDRESS_SIZE];
	char vdev[PCIBACK_ADDRESS_SIZE];
	struct pciback_address at;
	bool has_state;
	u32 state;
	int err;
};

/**
 * struct pciback_list - the list
 * @nr: number of entries
 * @entries: the entries
 */
struct pciback_list {
	u32 nr;
	struct pciback_entry entries[PCIBACK_DEVICES_MAX];
};

int pciback_entry_parse(const char *text, struct pciback_address *at);
bool pciback_entry_is_wrong(int err);
int pciback_list_read(struct dom0_backend *be, struct pciback_list *list);

#endif
