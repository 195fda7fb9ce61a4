// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/gntalloc: programs of Dom0 grant pages to other domains.
 */
#include "file.h"
#include "share.h"
#include "vma.h"

#include <dom0/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const struct file_operations gntalloc_fops = {
	.owner = THIS_MODULE,
	.open = gntalloc_open,
	.release = gntalloc_release,
	.mmap = gntalloc_mmap,
	.unlocked_ioctl = gntalloc_ioctl,
};

static struct miscdevice gntalloc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/gntalloc",
	.fops = &gntalloc_fops,
};

static int __init gntalloc_init(void)
{
	return dom0_device_register(&gntalloc);
}
module_init(gntalloc_init);

static void __exit gntalloc_exit(void)
{
	misc_deregister(&gntalloc);
	gntalloc_shares_exit();
}
module_exit(gntalloc_exit);

MODULE_DESCRIPTION("/dev/xen/gntalloc: pages granted to other domains");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
