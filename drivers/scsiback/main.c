// SPDX-License-Identifier: GPL-2.0
/* Module parameters, load and unload of the SCSI backend. */
#include "debugfs.h"
#include "fabric.h"
#include "host.h"
#include "params.h"
#include "ring.h"
#include "xenbus.h"

#include <dom0/xenbus.h>
#include <linux/module.h>

unsigned int vscsi_max_buffer_pages = 512;
module_param_named(max_buffer_pages, vscsi_max_buffer_pages, uint, 0644);
MODULE_PARM_DESC(max_buffer_pages,
		 "Pages that each host copies data through (default 512, at least those of one request; effective when a host connects)");

unsigned int vscsi_max_memory_mb;
module_param_named(max_memory_mb, vscsi_max_memory_mb, uint, 0644);
MODULE_PARM_DESC(max_memory_mb,
		 "MiB that all hosts together may have; a host that would exceed it waits (default 0: an eighth of Dom0's memory; effective at once)");

/*
 * The target core finds a fabric to unregister by its name, and takes the first one of that name.
 * So our fabric and that of the kernel's own driver must not exist at once.
 *
 * xenbus refuses a second driver of the same name. So the backend driver is registered before the
 * fabric, and unregistered after it. Devices may come before the fabric: configfs has no target yet
 * that they could look for.
 */
static int __init scsiback_init(void)
{
	int err;

	err = vscsi_rings_init();
	if (err)
		return err;
	vscsi_debugfs_init();
	err = dom0_backend_register(&vscsi_driver, THIS_MODULE);
	if (err)
		goto exit_debugfs;
	err = vscsi_fabric_init();
	if (err)
		goto unregister_backend;
	return 0;

unregister_backend:
	dom0_backend_unregister(&vscsi_driver);
exit_debugfs:
	vscsi_debugfs_exit();
	vscsi_rings_exit();
	return err;
}
module_init(scsiback_init);

static void __exit scsiback_exit(void)
{
	vscsi_fabric_exit();
	dom0_backend_unregister(&vscsi_driver);
	vscsi_debugfs_exit();
	vscsi_rings_exit();
}
module_exit(scsiback_exit);

MODULE_DESCRIPTION("Virtual SCSI hosts for Xen guests");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vscsi");
