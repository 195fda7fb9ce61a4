// SPDX-License-Identifier: GPL-2.0
/* /dev/xen/privcmd: hypercalls and foreign mappings, with the ioctls of <xen/privcmd.h>. */
#include "area.h"
#include "batch.h"
#include "buffer.h"
#include "call.h"
#include "file.h"
#include "gsi.h"
#include "ioeventfd.h"
#include "irqfd.h"
#include "map_ops.h"
#include "range.h"
#include "resource.h"
#include "restrict.h"

#include <dom0/device.h>
#include <dom0/platform.h>
#include <dom0/privcmd.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/privcmd.h>

const struct map_ops *privcmd_map_ops(void)
{
	return dom0_platform()->auto_translated ? &privcmd_map_ops_xlate : &privcmd_map_ops_pv;
}

static long privcmd_ioctl(struct file *file, unsigned int cmd, unsigned long value)
{
	struct privcmd_file *priv = file->private_data;
	void __user *arg = (void __user *)value;

	switch (cmd) {
	case IOCTL_PRIVCMD_HYPERCALL:
		return privcmd_hypercall(priv, arg);
	case IOCTL_PRIVCMD_MMAP:
		return privcmd_mmap_range(priv, arg);
	case IOCTL_PRIVCMD_MMAPBATCH:
		return privcmd_mmap_batch(priv, arg);
	case IOCTL_PRIVCMD_MMAPBATCH_V2:
		return privcmd_mmap_batch_v2(priv, arg);
	case IOCTL_PRIVCMD_DM_OP:
		return privcmd_dm_op(priv, arg);
	case IOCTL_PRIVCMD_RESTRICT:
		return privcmd_restrict(priv, arg);
	case IOCTL_PRIVCMD_MMAP_RESOURCE:
		return privcmd_mmap_resource(priv, arg);
	case IOCTL_PRIVCMD_IRQFD:
		return privcmd_change_irqfd(priv, arg);
	case IOCTL_PRIVCMD_IOEVENTFD:
		return privcmd_change_ioeventfd(priv, arg);
	case IOCTL_PRIVCMD_PCIDEV_GET_GSI:
		return privcmd_pcidev_gsi(priv, arg);
	default:
		return -ENOTTY;
	}
}

static int privcmd_open(struct inode *inode, struct file *file)
{
	struct privcmd_file *priv = kzalloc(sizeof(*priv), GFP_KERNEL_ACCOUNT);
	int err;

	if (!priv)
		return -ENOMEM;
	err = privcmd_restrict_initial(&priv->restricted_to);
	if (err) {
		kfree(priv);
		return err;
	}
	privcmd_irqfds_init(&priv->irqfds);
	privcmd_ioeventfds_init(&priv->ioeventfds);
	file->private_data = priv;
	return 0;
}

static int privcmd_release(struct inode *inode, struct file *file)
{
	struct privcmd_file *priv = file->private_data;

	privcmd_ioeventfds_exit(&priv->ioeventfds);
	privcmd_irqfds_exit(&priv->irqfds);
	kfree(priv);
	return 0;
}

const struct file_operations dom0_privcmd_fops = {
	.owner = THIS_MODULE,
	.open = privcmd_open,
	.release = privcmd_release,
	.unlocked_ioctl = privcmd_ioctl,
	.mmap = privcmd_area_mmap,
};
EXPORT_SYMBOL_GPL(dom0_privcmd_fops);

static struct miscdevice privcmd_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/privcmd",
	.fops = &dom0_privcmd_fops,
};

static int __init privcmd_init(void)
{
	int err = privcmd_irqfd_init();

	if (err)
		return err;
	privcmd_restrict_init();
	err = dom0_device_register(&privcmd_device);
	if (err)
		goto exit_restrict;
	err = dom0_device_register(&privcmd_buffer_device);
	if (err)
		goto deregister_privcmd;
	return 0;

deregister_privcmd:
	misc_deregister(&privcmd_device);
exit_restrict:
	privcmd_restrict_exit();
	privcmd_irqfd_exit();
	return err;
}
module_init(privcmd_init);

static void __exit privcmd_exit(void)
{
	misc_deregister(&privcmd_buffer_device);
	misc_deregister(&privcmd_device);
	privcmd_restrict_exit();
	privcmd_irqfd_exit();
}
module_exit(privcmd_exit);

MODULE_DESCRIPTION("Hypercalls and foreign mappings for the Xen toolstack: /dev/xen/privcmd");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
