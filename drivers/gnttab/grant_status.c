// SPDX-License-Identifier: GPL-2.0
/* Conversion of grant statuses to errno. Pure: compiled in user space by tests/unit. */
#include <dom0/grant_status.h>

#include <linux/errno.h>
#include <linux/export.h>

int dom0_gnttab_errno(int status)
{
	switch (status) {
	case GNTST_okay:
		return 0;
	case GNTST_eagain:
		return -EAGAIN;
	case GNTST_bad_domain:
		return -ESRCH;
	case GNTST_bad_gntref:
		return -ENOENT;
	case GNTST_bad_handle:
	case GNTST_bad_copy_arg:
		return -EINVAL;
	case GNTST_bad_virt_addr:
	case GNTST_bad_dev_addr:
	case GNTST_bad_page:
		return -EFAULT;
	case GNTST_permission_denied:
		return -EACCES;
	case GNTST_address_too_big:
		return -ERANGE;
	case GNTST_no_device_space:
	case GNTST_no_space:
		return -ENOSPC;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_GPL(dom0_gnttab_errno);
