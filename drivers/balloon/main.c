// SPDX-License-Identifier: GPL-2.0
/*
 * Dom0's own memory: targets from xenstore and sysfs, with a floor below which Dom0 does not go.
 */
#include "control.h"
#include "engine.h"
#include "sysfs.h"
#include "watch.h"

#include <dom0/platform.h>
#include <linux/kconfig.h>
#include <linux/module.h>

static unsigned int floor_mb;
module_param(floor_mb, uint, 0444);
MODULE_PARM_DESC(floor_mb, "Dom0 keeps at least this much memory, in MiB (0: an eighth, 256 MiB to 4 GiB)");

static const struct balloon_engine *find_engine(void)
{
	return IS_ENABLED(CONFIG_XEN_BALLOON) ? &kernel_engine : NULL;
}

static int __init balloon_init(void)
{
	const struct balloon_engine *engine = find_engine();
	int err;

	if (!engine) {
		pr_info("this kernel has no balloon (CONFIG_XEN_BALLOON)\n");
		return -ENODEV;
	}
	if (!dom0_platform()->initial) {
		pr_info("only Dom0's memory is managed, and this is another domain\n");
		return -ENODEV;
	}
	err = control_init(engine, (u64)floor_mb << 10);
	if (err)
		return err;
	err = sysfs_init();
	if (err)
		goto exit_control;
	err = watch_init();
	if (err)
		goto exit_sysfs;
	return 0;

exit_sysfs:
	sysfs_exit();
exit_control:
	control_exit();
	return err;
}
module_init(balloon_init);

static void __exit balloon_exit(void)
{
	watch_exit();
	sysfs_exit();
	control_exit();
}
module_exit(balloon_exit);

MODULE_DESCRIPTION("Dom0's own memory target, with a floor");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
