// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/xenbus_backend for a kernel without xen-backend. A xenstore daemon gets the page and the
 * event channel of the kernel's connection here. IOCTL_XENBUS_BACKEND_SETUP, which moves the
 * connection to another domain, is not supported: the kernel exports no function for it.
 */
#include "backend_device.h"
#include "store.h"

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <xen/xen.h>
#include <xen/xenbus.h>
#include <xen/xenbus_dev.h>

static int backend_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? nonseekable_open(inode, file) : -EPERM;
}

static long backend_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (cmd) {
	case IOCTL_XENBUS_BACKEND_EVTCHN:
		return xen_store_evtchn > 0 ? xen_store_evtchn : -ENODEV;
	case IOCTL_XENBUS_BACKEND_SETUP:
		return -EOPNOTSUPP;
	default:
		return -ENOTTY;
	}
}

static int backend_mmap(struct file *file, struct vm_area_struct *vma)
{
	return capable(CAP_SYS_ADMIN) ? xenfs_store_page_mmap(file, vma) : -EPERM;
}

static const struct file_operations backend_fops = {
	.owner = THIS_MODULE,
	.open = backend_open,
	.unlocked_ioctl = backend_ioctl,
	.mmap = backend_mmap,
};

static struct miscdevice backend_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/xenbus_backend",
	.fops = &backend_fops,
};

/* Register the device in Dom0 only: elsewhere, the daemon runs in another domain. */
int __init xenfs_backend_device_init(void)
{
	return xen_initial_domain() ? misc_register(&backend_device) : 0;
}

void xenfs_backend_device_exit(void)
{
	if (xen_initial_domain())
		misc_deregister(&backend_device);
}
