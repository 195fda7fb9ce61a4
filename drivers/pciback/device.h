/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that is *seized* belongs to this driver on Dom0's PCI bus.
 *
 * Locks of the module, in the order in which they are taken:
 *
 *	the device's lock on the PCI bus (the kernel's): bind, unbind, reset
 *	pciback_lock: the list of seized devices, and which guest has each; all guests take it, so
 *		none of the locks below is taken under it: an op may hold these for a minute
 *	guest->lock: the devices on a guest's bus; held while an op is served
 *	device->lock: a device's virtual registers and interrupts
 */
#ifndef _PCIBACK_DEVICE_H
#define _PCIBACK_DEVICE_H

#include "address.h"
#include "config.h"
#include "intx.h"

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <xen/interface/xen.h>

struct pciback_guest;
struct pciback_place;

/**
 * struct pciback_device - a seized device
 * @ref: one reference while it is seized, one of the guest that has it, one of each lookup
 * @link: in the list of seized devices, under pciback_lock
 * @pdev: the device; referenced
 * @saved: its configuration space as it was when it was seized
 * @owner: the guest that has it, until it has been reset; set under its lock on the PCI bus and
 *	pciback_lock
 * @owner_id: the domain that has it or had it last; under pciback_lock
 * @unreset: it did not answer when it was to be reset; set under its lock on the PCI bus and
 *	pciback_lock
 * @gone: it has been unbound, and must not be accessed; under its lock on the PCI bus
 * @lock: protects the fields below
 * @config: the configuration space that a guest sees
 * @resetting: an administrator resets it, and no op is served meanwhile
 * @intx: its interrupt line
 * @decoding: decode bits of PCI_COMMAND, from when it was enabled or last left D0
 * @enable_failed: an attempt to enable it has failed since the guest got it
 * @decodes: how often it has been enabled for a guest since @decoding_since
 * @decoding_since: time of the first of @decodes, in jiffies
 * @write_logged: a dropped write has been logged since the domain got it
 * @interrupts_logged: a failure to set up interrupts has been logged since the domain got it
 * @failures: failures to enable message-signalled interrupts since @failing_since
 * @failing_since: time of the first of @failures, in jiffies
 */
struct pciback_device {
	struct kref ref;
	struct list_head link;
	struct pci_dev *pdev;
	struct pci_saved_state *saved;
	struct pciback_guest *owner;
	domid_t owner_id;
	bool unreset;
	bool gone;
	struct mutex lock;	/* registers and interrupts */
	struct pciback_config config;
	bool resetting;
	struct pciback_intx intx;
	u16 decoding;
	bool enable_failed;
	unsigned int decodes;
	unsigned long decoding_since;
	bool write_logged;
	bool interrupts_logged;
	unsigned int failures;
	unsigned long failing_since;
};

extern struct mutex pciback_lock;
extern struct list_head pciback_devices;
int pciback_device_seize(struct pci_dev *pdev);
void pciback_device_unseize(struct pci_dev *pdev);
struct pciback_device *pciback_device_find(const struct pciback_address *at);
void pciback_device_put(struct pciback_device *device);
int pciback_device_give(struct pciback_guest *guest, const struct pciback_address *at,
			const struct pciback_address *hint, struct pciback_place *where);
void pciback_device_return(struct pciback_device *device);
int pciback_device_reset(struct pciback_device *device);
void pciback_device_quiet(struct pciback_device *device);
bool pciback_device_is_at(const struct pciback_device *device, const struct pciback_address *at);

#endif
