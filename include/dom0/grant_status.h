/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hypervisor says of an operation on a grant.
 */
#ifndef _DOM0_GRANT_STATUS_H
#define _DOM0_GRANT_STATUS_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

/**
 * dom0_gnttab_errno() - negative errno for a grant status
 * @status: GNTST_*, also values that no header knows
 *
 * Any context.
 *
 * Return: 0 for GNTST_okay, -EAGAIN for GNTST_eagain, else another negative errno.
 */
int dom0_gnttab_errno(int status);

#endif
