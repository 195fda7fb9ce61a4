// SPDX-License-Identifier: GPL-2.0
/* Load and unload. Without Xen, this module does not load, nor does a module that links to it. */
#include "debugfs.h"
#include "hypercall.h"
#include "platform.h"

#include <dom0/platform.h>
#include <linux/module.h>

static const char *const kind_names[] = {
	[DOM0_DOMAIN_PV] = "PV",
	[DOM0_DOMAIN_PVH] = "PVH",
	[DOM0_DOMAIN_HVM] = "HVM",
};

static int __init core_init(void)
{
	const struct dom0_platform *platform = dom0_platform();
	int err = dom0_hypercall_init();

	if (err) {
		pr_info("Xen is not running\n");
		return err;
	}

	err = dom0_platform_init();
	if (err) {
		pr_err("cannot read the hypervisor's version: %d\n", err);
		return err;
	}
	dom0_debugfs_init();
	pr_info("%s %s on Xen %u.%u%s\n", kind_names[platform->kind],
		platform->initial ? "Dom0" : "driver domain", platform->xen_major,
		platform->xen_minor, platform->xen_extra);
	return 0;
}
module_init(core_init);

static void __exit core_exit(void)
{
	dom0_debugfs_exit();
}
module_exit(core_exit);

MODULE_DESCRIPTION("Hypercalls and event channels for Xen Dom0 drivers");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
