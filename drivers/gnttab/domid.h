/* SPDX-License-Identifier: GPL-2.0 */
/* The domains whose grants may be mapped. */
#ifndef _GNTTAB_DOMID_H
#define _GNTTAB_DOMID_H

#include <dom0/platform.h>
#include <xen/interface/xen.h>

/*
 * If Dom0 is translated and maps its own grant, the hypervisor removes the page from its old
 * address, and does not restore it at the unmap. So pass an invalid domain, which it refuses.
 */
static inline domid_t gnttab_mappable_domid(domid_t domid)
{
	const struct dom0_platform *platform = dom0_platform();

	return platform->auto_translated && platform->initial && !domid ? DOMID_INVALID : domid;
}

#endif
