// SPDX-License-Identifier: GPL-2.0
/*
 * Dom0's own memory: targets from xenstore and sysfs, with a floor below which Dom0 does not go.
 */
#include "control.h"
#include "engine.h"
#include "sysfs.h"
#include "watch.h"
#include "xen_memory.h"

#include <dom0/platform.h>
#include <linux/kconfig.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned int floor_mb;
module_param(floor_mb, uint, 0444);
MODULE_PARM_DESC(floor_mb, "Dom0 keeps at least this much memory, in MiB (default 0: an eighth, 256 MiB to 4 GiB)");

static char *engine;
module_param(engine, charp, 0444);
MODULE_PARM_DESC(engine, "Who moves the pages: kernel or native (default: native where the kernel lacks CONFIG_XEN_BALLOON, else kernel)");

static const struct balloon_engine *default_engine(void)
{
	return IS_ENABLED(CONFIG_XEN_BALLOON) ? &balloon_kernel_engine : &balloon_native_engine;
}

/*
 * The kernel's balloon cannot be told to ignore memory/target. With the native engine beside it,
 * both would give memory back for the same target.
 */
static const struct balloon_engine *find_engine(void)
{
	if (!engine)
		return default_engine();
	if (sysfs_streq(engine, balloon_kernel_engine.name))
		return &balloon_kernel_engine;
	if (!sysfs_streq(engine, balloon_native_engine.name)) {
		pr_err("unknown engine \"%s\": use kernel or native\n", engine);
		return NULL;
	}
	if (IS_ENABLED(CONFIG_XEN_BALLOON)) {
		pr_err("engine \"native\" needs a kernel without CONFIG_XEN_BALLOON\n");
		return NULL;
	}
	return &balloon_native_engine;
}

static int __init balloon_init(void)
{
	const struct balloon_engine *chosen = find_engine();
	int err;

	if (!chosen)
		return -EINVAL;
	if (!dom0_platform()->initial) {
		pr_info("only Dom0's memory is managed, and this is another domain\n");
		return -ENODEV;
	}
	err = balloon_control_init(chosen, (u64)floor_mb << 10);
	if (err)
		return err;
	err = balloon_sysfs_init();
	if (err)
		goto stop_control;
	err = balloon_xen_memory_init();
	if (err)
		goto exit_sysfs;
	err = balloon_watch_init();
	if (err)
		goto exit_xen_memory;
	return 0;

exit_xen_memory:
	balloon_xen_memory_exit();
exit_sysfs:
	balloon_sysfs_exit();
stop_control:
	balloon_control_stop();
	return err;
}
module_init(balloon_init);

/* Stop the engine first: until then it may write to xenstore why it is blocked. */
static void __exit balloon_exit(void)
{
	balloon_control_stop();
	balloon_watch_exit();
	balloon_xen_memory_exit();
	balloon_sysfs_exit();
}
module_exit(balloon_exit);

MODULE_DESCRIPTION("Dom0's own memory: its target, with a floor, and the balloon");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
