/* SPDX-License-Identifier: GPL-2.0 */
/* Eventfds that raise interrupts of guests: those of an open file. */
#ifndef _DOM0_PRIVCMD_IRQFD_H
#define _DOM0_PRIVCMD_IRQFD_H

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct privcmd_file;

/**
 * struct irqfds - the irqfds of an open file
 * @lock: protects @all and @nr
 * @all: struct irqfd; the context that removes one from the list frees it
 * @nr: number of entries in @all
 * @reap: frees those whose eventfd has been closed
 */
struct irqfds {
	struct mutex lock;	/* see above */
	struct list_head all;
	unsigned int nr;
	struct work_struct reap;
};

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_change_irqfd(struct privcmd_file *priv, void __user *arg);

void privcmd_irqfds_init(struct irqfds *irqfds);

/* Free all. No ioctl can add another. Waits for hypercalls that are being made. */
void privcmd_irqfds_exit(struct irqfds *irqfds);

int __init privcmd_irqfd_init(void);
void privcmd_irqfd_exit(void);

#endif
