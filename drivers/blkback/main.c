// SPDX-License-Identifier: GPL-2.0
/* Module parameters, load and unload of the disk backend. */
#include "debugfs.h"
#include "params.h"
#include "pool.h"
#include "vbd.h"
#include "xenbus.h"

#include <dom0/ring_map.h>
#include <linux/cpumask.h>
#include <linux/module.h>

unsigned int blk_max_queues;
module_param_named(max_queues, blk_max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Most queues of a device (default: number of CPUs; effective for new devices)");

unsigned int blk_max_ring_page_order = DOM0_RING_MAX_ORDER;
module_param_named(max_ring_page_order, blk_max_ring_page_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order,
		 "Most pages of a ring, as a power of two (0 to 4, default 4)");

unsigned int blk_max_buffer_pages = 1024;
module_param_named(max_buffer_pages, blk_max_buffer_pages, uint, 0644);
MODULE_PARM_DESC(max_buffer_pages,
		 "Free pages that each queue keeps to copy data through, beside the 256 that it always has (default 1024; effective at once)");

unsigned int blk_max_device_mb = 64;
module_param_named(max_device_mb, blk_max_device_mb, uint, 0644);
MODULE_PARM_DESC(max_device_mb,
		 "MiB that the queues of a device may grow to in total; the minimum that they need is not limited (default 64; effective at once)");

unsigned int blk_max_memory_mb;
module_param_named(max_memory_mb, blk_max_memory_mb, uint, 0644);
MODULE_PARM_DESC(max_memory_mb,
		 "Most MiB of all devices together; a device that would exceed it waits; a guest gets at most half of what is left for queues beside the first of each device (default 0: a quarter of Dom0's memory; effective at once)");

unsigned int blk_max_persistent_grants = 1056;
module_param_named(max_persistent_grants, blk_max_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Grants that the queues of a device together keep mapped (default 1056, 0 for none; effective when a device connects)");

unsigned int blk_max_all_persistent_grants = 65536;
module_param_named(max_all_persistent_grants, blk_max_all_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_all_persistent_grants,
		 "Grants that all devices together keep mapped; a guest gets at most half of those that others have left (default 65536, 0 for none; effective when a device connects)");

unsigned int blk_persistent_grant_unused_seconds = 60;
module_param_named(persistent_grant_unused_seconds, blk_persistent_grant_unused_seconds, uint,
		   0644);
MODULE_PARM_DESC(persistent_grant_unused_seconds,
		 "Seconds after which a persistent grant out of use is unmapped (default 60, 0 for never; effective within a minute)");

bool blk_feature_persistent = true;
module_param_named(feature_persistent, blk_feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "Offer persistent grants to the frontend (default Y; effective when a device connects)");

bool blk_exclusive = true;
module_param_named(exclusive, blk_exclusive, bool, 0644);
MODULE_PARM_DESC(exclusive,
		 "Refuse to open a disk for a guest to write if it is in use in this domain, and keep it from being mounted here (default Y; effective when a disk is opened)");

static int __init blkback_init(void)
{
	int err;

	if (!blk_max_queues)
		blk_max_queues = num_online_cpus();
	blk_max_ring_page_order = min_t(unsigned int, blk_max_ring_page_order,
					DOM0_RING_MAX_ORDER);

	err = blk_memory_init();
	if (err)
		return err;
	blk_debugfs_init();
	err = dom0_backend_register(&blk_driver, THIS_MODULE);
	if (err)
		goto exit_debugfs;
	return 0;

exit_debugfs:
	blk_debugfs_exit();
	blk_memory_exit();
	return err;
}
module_init(blkback_init);

static void __exit blkback_exit(void)
{
	dom0_backend_unregister(&blk_driver);
	blk_vbd_exit();
	blk_debugfs_exit();
	blk_memory_exit();
}
module_exit(blkback_exit);

MODULE_DESCRIPTION("Virtual disks for Xen guests");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
