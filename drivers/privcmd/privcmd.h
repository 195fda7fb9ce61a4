/* SPDX-License-Identifier: GPL-2.0 */
/* Declarations that the files of dom0-privcmd share: an open /dev/xen/privcmd and its ioctls. */
#ifndef _DOM0_PRIVCMD_DEV_H
#define _DOM0_PRIVCMD_DEV_H

#include "ioeventfd.h"
#include "irqfd.h"

#include <linux/compiler.h>
#include <linux/init.h>
#include <xen/interface/xen.h>

struct file;
struct miscdevice;
struct vm_area_struct;

/**
 * struct privcmd_file - an open file
 * @restricted_to: the only domain that it may reach, or DOMID_INVALID; changes at most once
 * @irqfds: eventfds that raise interrupts
 * @ioeventfds: eventfds that guests signal
 */
struct privcmd_file {
	domid_t restricted_to;
	struct irqfds irqfds;
	struct ioeventfds ioeventfds;
};

/* False if the file is restricted to another domain. */
static inline bool privcmd_may_reach(const struct privcmd_file *priv, domid_t domid)
{
	domid_t only = READ_ONCE(priv->restricted_to);

	return only == DOMID_INVALID || only == domid;
}

/* The ioctls; arg is the argument structure of each in user memory. */
long privcmd_hypercall(struct privcmd_file *priv, void __user *arg);
long privcmd_dm_op(struct privcmd_file *priv, void __user *arg);
long privcmd_restrict(struct privcmd_file *priv, void __user *arg);
long privcmd_mmap_range(struct privcmd_file *priv, void __user *arg);
long privcmd_mmap_batch(struct privcmd_file *priv, void __user *arg);
long privcmd_mmap_batch_v2(struct privcmd_file *priv, void __user *arg);
long privcmd_mmap_resource(struct privcmd_file *priv, void __user *arg);
long privcmd_change_irqfd(struct privcmd_file *priv, void __user *arg);
long privcmd_change_ioeventfd(struct privcmd_file *priv, void __user *arg);
long privcmd_pcidev_gsi(struct privcmd_file *priv, void __user *arg);

/*
 * Return in @domid the domain to which a new file is restricted. Outside Dom0, waits until the
 * target has been read from xenstore. Returns 0 or -EINTR.
 */
int privcmd_restrict_initial(domid_t *domid);
void __init privcmd_restrict_init(void);
void privcmd_restrict_exit(void);

/* /dev/xen/hypercall: memory for the arguments of hypercalls. */
extern struct miscdevice privcmd_buffer_device;

#endif
