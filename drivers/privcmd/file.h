/* SPDX-License-Identifier: GPL-2.0 */
/* An open /dev/xen/privcmd, the first argument of its ioctls. */
#ifndef _DOM0_PRIVCMD_FILE_H
#define _DOM0_PRIVCMD_FILE_H

#include "ioeventfd.h"
#include "irqfd.h"

#include <linux/compiler.h>
#include <xen/interface/xen.h>

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

#endif
