/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that is *seized* (driver.c, device.c) belongs to this driver on Dom0's PCI bus. It is
 * then given to a guest, which sees it on a virtual bus (bus.c). The guest shares one page with us
 * (channel.c), and asks there for one thing at a time (op.c).
 *
 * Locks, in the order in which they are taken:
 *
 *	the lock of the device on the PCI bus (the kernel's): bind, unbind, reset
 *	pciback_lock: the list of seized devices, and which guest has each
 *	guest->lock: what is on a guest's bus; held over an op
 *	device->lock: a device's virtual registers and interrupts
 */
#ifndef _DOM0_PCIBACK_H
#define _DOM0_PCIBACK_H

#include "address.h"
#include "config.h"

#include <dom0/bucket.h>
#include <dom0/evtchn.h>
#include <dom0/xenbus.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/workqueue.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/pciif.h>

/* Devices that a guest can have: as many as slots on its virtual bus. */
#define PCIBACK_DEVICES_MAX	32

#define PCIBACK_DRIVER_NAME	"pciback"

struct pciback_guest;

/**
 * struct pciback_intx - the handler for an interrupt line that a guest's device shares
 * @irq: the line, 0 for none that Xen knows
 * @pirq: its number in Xen
 * @on: the handler is registered
 * @failed: it could not be, since a guest got the device
 * @acks: it claims interrupts, so that the kernel does not disable the line
 * @masked: the device was kept from raising it, since no guest listens
 * @look: while masked: looks whether the guest listens now
 * @handled: how many it has claimed
 * @name: in /proc/interrupts
 */
struct pciback_intx {
	unsigned int irq;
	u32 pirq;
	bool on;
	bool failed;
	bool acks;
	bool masked;
	struct delayed_work look;
	unsigned long handled;
	char name[32];
};

/**
 * struct pciback_device - a seized device
 * @ref: one for being seized, one for a guest that has it, one for each that has looked it up
 * @link: in the list of seized devices, under pciback_lock
 * @pdev: the device; referenced
 * @saved: its configuration space as it was when it was seized
 * @owner: the guest that has it, until it is reset and free again; pciback_lock
 * @owner_id: the domain that has or had it last; likewise
 * @unreset: it did not answer when it was to be reset; set under the lock of the PCI bus and
 *	pciback_lock
 * @gone: it has been unbound, and is not to be touched; under the lock of the PCI bus
 * @lock: protects what follows
 * @config: what a guest sees of it
 * @resetting: it is reset at an administrator's order, and serves no op meanwhile
 * @intx: its interrupt line
 * @decoding: bits of PCI_COMMAND from when it was enabled, or left D0
 * @enable_failed: it could not be enabled, since a guest got it
 * @told: a dropped write has been logged since the domain got it
 * @told_interrupts: so has a failure to get interrupts
 * @failures: how often message-signalled interrupts could not be enabled ...
 * @failing_since: ... since then, in jiffies
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
	bool told;
	bool told_interrupts;
	unsigned int failures;
	unsigned long failing_since;
};

/**
 * struct pciback_place - where a guest finds a device
 * @link: in the guest's list
 * @device: the device
 * @domain: segment in the guest
 * @bus: bus in the guest
 * @devfn: slot and function in the guest
 * @wanted: still named in xenstore
 * @quieted: the device has been, in this disconnection
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
 * struct pciback_root - a bus of the guest's that is not behind another
 * @domain: segment in the guest
 * @bus: bus in the guest
 */
struct pciback_root {
	u16 domain;
	u8 bus;
};

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

/* main.c */
extern struct workqueue_struct *pciback_queue;
extern bool pciback_passthrough;
extern bool pciback_permissive;

/* driver.c: the driver on Dom0's PCI bus, and which devices it takes */
int pciback_driver_register(const char *hide);
void pciback_driver_unregister(void);
int pciback_slot_add(const struct pciback_address *at);
int pciback_slot_remove(const struct pciback_address *at);
ssize_t pciback_slots_print(char *buf);

/* sysfs.c */
extern const struct attribute_group *pciback_driver_groups[];

/* device.c: seized devices */
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

/* fields.c: the table of fields of a device */
int pciback_fields_init(struct pciback_device *device);

/* intx.c */
u32 pciback_intx_pirq(unsigned int irq);
void pciback_intx_init(struct pciback_device *device);
void pciback_intx_look(struct work_struct *work);
void pciback_intx_update(struct pciback_device *device);
void pciback_intx_stop(struct pciback_device *device);
void pciback_intx_end(struct pciback_device *device);

/* op.c */
void pciback_op_serve(struct pciback_guest *guest, struct xen_pci_op *op);

/* channel.c: the page shared with the frontend */
int pciback_channel_open(struct pciback_guest *guest, grant_ref_t ref, evtchn_port_t port);
void pciback_channel_close(struct pciback_guest *guest);
void pciback_channel_work(struct work_struct *work);

/* bus.c: the guest's virtual bus */
int pciback_bus_add(struct pciback_guest *guest, struct pciback_device *device,
		    const struct pciback_address *hint, struct pciback_place *where);
struct pciback_device *pciback_bus_find(struct pciback_guest *guest, u32 domain, u32 bus,
					u32 devfn);
bool pciback_bus_drop(struct pciback_guest *guest, struct pciback_device *device);
void pciback_bus_quiet(struct pciback_guest *guest);

/* xenbus.c */
extern const struct dom0_backend_driver pciback_backend_driver;

#endif
