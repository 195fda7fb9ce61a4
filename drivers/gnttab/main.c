// SPDX-License-Identifier: GPL-2.0
/* Load and unload. The counters are the module's only global state. */
#include "counters.h"

#include <dom0/debugfs.h>
#include <linux/debugfs.h>
#include <linux/module.h>

static struct dentry *gnttab_debugfs;

static int __init gnttab_init(void)
{
	gnttab_debugfs = dom0_debugfs_dir("gnttab");
	gnttab_counters_init(gnttab_debugfs);
	return 0;
}
module_init(gnttab_init);

static void __exit gnttab_exit(void)
{
	debugfs_remove_recursive(gnttab_debugfs);
}
module_exit(gnttab_exit);

MODULE_DESCRIPTION("Access to granted pages for Xen Dom0 drivers");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
