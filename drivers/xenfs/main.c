// SPDX-License-Identifier: GPL-2.0
/* The file system of /proc/xen. */
#include "backend_device.h"
#include "store.h"

#include <dom0/platform.h>
#include <dom0/privcmd.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

/* Init scripts read this file to find out if this is Dom0. */
static ssize_t capabilities_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	const char *text = dom0_platform()->initial ? "control_d\n" : "";

	return simple_read_from_buffer(buf, size, pos, text, strlen(text));
}

static const struct file_operations capabilities_fops = {
	.owner = THIS_MODULE,
	.read = capabilities_read,
	.llseek = default_llseek,
};

/* The index is the inode number; simple_fill_super() uses 0 and 1 itself. */
static const struct tree_descr dom0_files[] = {
	[2] = { "capabilities", &capabilities_fops, 0444 },
	[3] = { "privcmd", &dom0_privcmd_fops, 0600 },
	[4] = { "xenbus", &xen_xenbus_fops, 0600 },
	[5] = { "xsd_kva", &xenfs_store_page_fops, 0600 },
	[6] = { "xsd_port", &xenfs_store_port_fops, 0600 },
	[7] = { "" },
};

/* Other domains do not run xenstored, so they have no xsd_kva and xsd_port. */
static const struct tree_descr domain_files[] = {
	[2] = { "capabilities", &capabilities_fops, 0444 },
	[3] = { "privcmd", &dom0_privcmd_fops, 0600 },
	[4] = { "xenbus", &xen_xenbus_fops, 0600 },
	[5] = { "" },
};

static int xenfs_fill_super(struct super_block *sb, struct fs_context *fc)
{
	return simple_fill_super(sb, XENFS_SUPER_MAGIC,
				 dom0_platform()->initial ? dom0_files : domain_files);
}

static int xenfs_get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, xenfs_fill_super);
}

static const struct fs_context_operations xenfs_context_ops = {
	.get_tree = xenfs_get_tree,
};

static int xenfs_init_fs_context(struct fs_context *fc)
{
	fc->ops = &xenfs_context_ops;
	return 0;
}

static struct file_system_type xenfs = {
	.owner = THIS_MODULE,
	.name = "xenfs",
	.init_fs_context = xenfs_init_fs_context,
	.kill_sb = kill_litter_super,
};

/* The mount point /proc/xen, which a kernel without its own xenfs does not create. */
static struct proc_dir_entry *mount_point;

static int __init xenfs_init(void)
{
	int err = xenfs_backend_device_init();

	if (err)
		return err;
	err = register_filesystem(&xenfs);
	if (err) {
		pr_err("the file system xenfs belongs to another driver, which has to be unloaded first\n");
		xenfs_backend_device_exit();
		return err;
	}
	if (!IS_ENABLED(CONFIG_XEN_COMPAT_XENFS))
		mount_point = proc_create_mount_point("xen");
	return 0;
}
module_init(xenfs_init);

static void __exit xenfs_exit(void)
{
	proc_remove(mount_point);
	unregister_filesystem(&xenfs);
	xenfs_backend_device_exit();
}
module_exit(xenfs_exit);

MODULE_DESCRIPTION("The Xen file system, /proc/xen");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_FS("xenfs");
