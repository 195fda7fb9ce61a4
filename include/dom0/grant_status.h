/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The status that the hypervisor returns for a grant operation.
 */
#ifndef _DOM0_GRANT_STATUS_H
#define _DOM0_GRANT_STATUS_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

/**
 * dom0_gnttab_errno() - convert a grant status to a negative errno
 * @status: GNTST_*, or any other value
 *
 * Any context.
 *
 * Return: 0 for GNTST_okay, -EAGAIN for GNTST_eagain, else another negative errno.
 */
int dom0_gnttab_errno(int status);

#endif
