/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums by guest: how much the rings of each have of what all guests share. The caller has a lock.
 */
#ifndef _BLKBACK_GUEST_SUM_H
#define _BLKBACK_GUEST_SUM_H

#include <dom0/memory.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <xen/interface/xen.h>

static inline unsigned long blk_guest_sum(struct xarray *sums, domid_t domid)
{
	void *number = xa_load(sums, domid);

	return number ? xa_to_value(number) : 0;
}

/* Cannot fail if the guest has a sum: then there is memory for the number. */
static inline int blk_guest_sum_set(struct xarray *sums, domid_t domid, unsigned long nr)
{
	if (nr)
		return xa_err(xa_store(sums, domid, xa_mk_value(nr), DOM0_GUEST_GFP));
	xa_erase(sums, domid);
	return 0;
}

#endif
