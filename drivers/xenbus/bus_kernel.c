// SPDX-License-Identifier: GPL-2.0
/* The xen-backend bus of a kernel with CONFIG_XEN_BACKEND. */
#include "bus.h"

#include <linux/module.h>
#include <xen/xenbus.h>

static int kernel_init(void)
{
	return 0;
}

static void kernel_exit(void)
{
}

static int kernel_add_driver(struct xenbus_driver *xb, struct module *owner)
{
	return __xenbus_register_backend(xb, owner, module_name(owner));
}

const struct dom0_bus_provider dom0_bus_provider = {
	.init = kernel_init,
	.exit = kernel_exit,
	.add_driver = kernel_add_driver,
	.remove_driver = xenbus_unregister_driver,
};
