/* SPDX-License-Identifier: GPL-2.0 */
/* The interrupt line of a device. */
#ifndef _PCIBACK_INTX_H
#define _PCIBACK_INTX_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct pciback_device;

/**
 * struct pciback_intx - the handler for an interrupt line that a guest's device shares
 * @irq: the line's number in Linux, 0 if Xen does not know the line
 * @pirq: the line's number in Xen
 * @on: the handler is registered
 * @failed: the handler could not be registered for the present guest; INTx stays disabled
 * @acks: the handler claims interrupts, so that the kernel does not disable the line
 * @masked: INTx of the device is disabled, since no guest has bound the interrupt
 * @look: checks whether the guest has bound the interrupt, while @masked
 * @handled: number of interrupts claimed
 * @name: name of the handler in /proc/interrupts
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

u32 pciback_intx_pirq(unsigned int irq);
void pciback_intx_init(struct pciback_device *device);
bool pciback_intx_may_raise(const struct pciback_device *device);
void pciback_intx_look(struct work_struct *work);
void pciback_intx_start(struct pciback_device *device);
void pciback_intx_end_messages(struct pciback_device *device, bool raise);
void pciback_intx_update(struct pciback_device *device);
void pciback_intx_stop(struct pciback_device *device);
void pciback_intx_end(struct pciback_device *device);

#endif
