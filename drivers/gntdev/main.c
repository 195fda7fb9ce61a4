// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/gntdev: programs of Dom0 map and copy pages that other domains have granted.
 */
#include "dmabuf_import.h"
#include "file.h"
#include "mapping.h"
#include "vma.h"
#include "vma_ops.h"

#include <dom0/device.h>
#include <dom0/platform.h>
#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

const struct gntdev_vma_ops *gntdev_vma_ops;

static const struct file_operations gntdev_fops = {
	.owner = THIS_MODULE,
	.open = gntdev_open,
	.release = gntdev_release,
	.mmap = gntdev_mmap,
	.unlocked_ioctl = gntdev_ioctl,
};

static struct miscdevice gntdev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/gntdev",
	.fops = &gntdev_fops,
};

/* A PV domain needs MMU notifiers, to unmap grants before the kernel changes page-table entries. */
static const struct gntdev_vma_ops *choose_vma_ops(void)
{
	if (dom0_platform()->auto_translated)
		return &gntdev_pages_vma_ops;
	if (IS_ENABLED(CONFIG_XEN_PV) && IS_ENABLED(CONFIG_MMU_NOTIFIER))
		return &gntdev_ptes_vma_ops;
	return NULL;
}

static int __init gntdev_init(void)
{
	int err;

	gntdev_vma_ops = choose_vma_ops();
	if (!gntdev_vma_ops) {
		pr_info("a PV domain needs a kernel with MMU notifiers (CONFIG_KVM selects them)\n");
		return -ENODEV;
	}
	err = gntdev_mappings_init();
	if (err)
		return err;
	err = gntdev_dmabuf_import_init();
	if (err)
		goto exit_mappings;
	err = dom0_device_register(&gntdev);
	if (err)
		goto exit_import;
	return 0;

exit_import:
	gntdev_dmabuf_import_exit();
exit_mappings:
	gntdev_mappings_exit();
	return err;
}
module_init(gntdev_init);

static void __exit gntdev_exit(void)
{
	misc_deregister(&gntdev);
	gntdev_dmabuf_import_exit();
	gntdev_mappings_exit();
}
module_exit(gntdev_exit);

MODULE_DESCRIPTION("/dev/xen/gntdev: other domains' pages in user memory");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
