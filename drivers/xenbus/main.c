// SPDX-License-Identifier: GPL-2.0
/* Load and unload: first the common state of all backends, then the bus, which creates devices. */
#include "backend.h"
#include "bus.h"
#include "debugfs.h"
#include "netdev.h"

#include <dom0/debugfs.h>
#include <dom0/platform.h>
#include <linux/debugfs.h>
#include <linux/module.h>

static struct dentry *debugfs_dir;

static int __init xenbus_init(void)
{
	int err;

	/* Links this module to dom0-core, which does not load without Xen. */
	if (!dom0_platform())
		return -ENODEV;
	err = dom0_backends_init();
	if (err)
		return err;
	err = dom0_bus_provider.init();
	if (err) {
		dom0_backends_exit();
		return err;
	}
	debugfs_dir = dom0_debugfs_dir("xenbus");
	xenbus_debugfs_init(debugfs_dir);
	return 0;
}
module_init(xenbus_init);

static void __exit xenbus_exit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	dom0_bus_provider.exit();
	dom0_backends_exit();
	dom0_netdevs_exit();
}
module_exit(xenbus_exit);

MODULE_DESCRIPTION("Xen Dom0 backend devices");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
