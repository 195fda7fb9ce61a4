/* SPDX-License-Identifier: GPL-2.0 */
/* A guest with devices: its bus, and the page through which it reaches them. */
#ifndef _PCIBACK_GUEST_H
#define _PCIBACK_GUEST_H

#include "bus.h"

#include <dom0/bucket.h>
#include <dom0/xenbus.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <xen/interface/io/pciif.h>

struct dom0_evtchn;
struct pciback_list;

/**
 * struct pciback_guest - a guest's bus
 * @be: the backend device
 * @ref: one reference of the bus device, and one of each unbind that takes a device away from it
 * @lock: protects @places
 * @places: the devices on the bus
 *
 * Used on the device's queue only:
 * @roots: buses that have been published
 * @nr_roots: number of @roots
 * @list: the toolstack's list, as it was read last
 * @synced: an attempt has been made to add each device that xenstore names
 * @failed: one of these devices could not be added
 * @connected: between connect and disconnect
 * @waiting: one of these devices is not free yet, or does not answer, or could not be published
 * @waiting_since: when the wait began in jiffies, 0 if there is no wait
 * @again: tries again to add the devices
 *
 * Fixed while it is connected:
 * @shared: the page that the frontend shares
 * @ch: its event channel
 *
 * @work: serves the page
 *
 * Used by @work only:
 * @worked: an op was served since the last EOI
 * @op_time: limits Dom0's time for the guest's ops
 * @op: private copy of the op that is served
 */
struct pciback_guest {
	struct dom0_backend *be;
	struct kref ref;
	struct mutex lock;	/* @places */
	struct list_head places;
	struct pciback_root roots[PCIBACK_DEVICES_MAX];
	unsigned int nr_roots;
	struct pciback_list *list;
	bool synced;
	bool failed;
	bool connected;
	bool waiting;
	unsigned long waiting_since;
	struct delayed_work again;
	struct xen_pci_sharedinfo *shared;
	struct dom0_evtchn *ch;
	struct delayed_work work;
	bool worked;
	struct dom0_bucket op_time;
	struct xen_pci_op op;
};

#endif
