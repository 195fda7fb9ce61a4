/* SPDX-License-Identifier: GPL-2.0 */
/* A guest with devices: its bus, and the page through which it reaches them. */
#ifndef _PCIBACK_GUEST_H
#define _PCIBACK_GUEST_H

#include "bus.h"

#include <dom0/bucket.h>
#include <dom0/xenbus.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <xen/interface/io/pciif.h>

struct dom0_evtchn;

/**
 * struct pciback_guest - a guest's bus
 * @be: the backend device
 * @lock: protects @places
 * @places: what is on it
 * @roots: buses that have been published, device's queue only
 * @nr_roots: how many
 * @settled: the devices that xenstore names have been tried; device's queue only
 * @failed: one of them cannot be had; likewise
 * @connected: between connect and disconnect; likewise
 * @waiting: one of them has not been let go of by the guest before; likewise
 * @waiting_since: in jiffies, 0 if none was waited for; likewise
 * @again: looks for it again
 * @shared: the page that the frontend shares
 * @ch: its event channel
 * @work: serves the page; owns what follows
 * @worked: there was an op since the last event
 * @op_time: how long Dom0 may work for it
 * @op: private copy of the op that is served
 */
struct pciback_guest {
	struct dom0_backend *be;
	struct mutex lock;	/* @places */
	struct list_head places;
	struct pciback_root roots[PCIBACK_DEVICES_MAX];
	unsigned int nr_roots;
	bool settled;
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

extern const struct dom0_backend_driver pciback_backend_driver;

#endif
