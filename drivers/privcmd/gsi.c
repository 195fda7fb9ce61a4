// SPDX-License-Identifier: GPL-2.0
/* IOCTL_PRIVCMD_PCIDEV_GET_GSI: the interrupt line of a PCI device that dom0-pciback has seized. */
#include "file.h"
#include "gsi.h"

#include <dom0/pciback.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <xen/privcmd.h>

/*
 * symbol_get() finds the function only while dom0-pciback is loaded, and keeps it loaded during the
 * call. So this module neither needs dom0-pciback nor registers anything with it.
 */
static int ask_pciback(u32 sbdf)
{
	int (*lookup)(u32 sbdf) = symbol_get(dom0_pciback_gsi);
	int gsi;

	if (!lookup)
		return -EINVAL;
	gsi = lookup(sbdf);
	symbol_put(dom0_pciback_gsi);
	return gsi;
}

long privcmd_pcidev_gsi(struct privcmd_file *priv, void __user *arg)
{
	struct privcmd_pcidev_get_gsi cmd;
	int gsi;

	/* The device may be another domain's, so refuse this on a restricted file. */
	if (READ_ONCE(priv->restricted_to) != DOMID_INVALID)
		return -EPERM;
	if (copy_from_user(&cmd, arg, sizeof(cmd)))
		return -EFAULT;
	gsi = ask_pciback(cmd.sbdf);
	if (gsi < 0)
		return gsi;
	cmd.gsi = gsi;
	return copy_to_user(arg, &cmd, sizeof(cmd)) ? -EFAULT : 0;
}
