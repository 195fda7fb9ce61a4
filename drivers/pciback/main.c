// SPDX-License-Identifier: GPL-2.0
/* Module parameters, load and unload of the PCI backend. */
#include "driver.h"
#include "guest.h"
#include "params.h"
#include "xenbus.h"

#include <dom0/platform.h>
#include <linux/module.h>

/* Runs what may sleep: ops of guests, and checks for a device or an interrupt to wait for. */
struct workqueue_struct *pciback_queue;

static char *hide;
module_param(hide, charp, 0444);
MODULE_PARM_DESC(hide,
		 "Devices to seize at load: a list of (DDDD:BB:SS.F), * for any function or slot");

bool pciback_passthrough;
module_param_named(passthrough, pciback_passthrough, bool, 0444);
MODULE_PARM_DESC(passthrough,
		 "Show guests devices at their addresses in the machine (default N: on one virtual bus)");

bool pciback_permissive;
module_param_named(permissive, pciback_permissive, bool, 0444);
MODULE_PARM_DESC(permissive,
		 "Let guests write registers that can harm the machine (default N; effective when a device is seized)");

/* Only a PV Dom0 can bind interrupts for another domain. In any other, devices are only seized. */
static bool serves_frontends(void)
{
	return dom0_platform()->kind == DOM0_DOMAIN_PV;
}

static int __init pciback_init(void)
{
	int err;

	if (!dom0_platform()->initial) {
		pr_info("only Dom0 has devices to give, and this is another domain\n");
		return -ENODEV;
	}
	pciback_queue = alloc_workqueue("dom0-pciback", WQ_UNBOUND, 0);
	if (!pciback_queue)
		return -ENOMEM;
	err = pciback_driver_register(hide);
	if (err)
		goto destroy_queue;
	if (!serves_frontends())
		return 0;
	err = dom0_backend_register(&pciback_backend_driver, THIS_MODULE);
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	pciback_driver_unregister();
destroy_queue:
	destroy_workqueue(pciback_queue);
	return err;
}
module_init(pciback_init);

static void __exit pciback_exit(void)
{
	if (serves_frontends())
		dom0_backend_unregister(&pciback_backend_driver);
	pciback_driver_unregister();
	destroy_workqueue(pciback_queue);
}
module_exit(pciback_exit);

MODULE_DESCRIPTION("PCI devices for Xen guests");
MODULE_AUTHOR("The xen-dom0 maintainers");
MODULE_VERSION(DOM0_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:pci");
