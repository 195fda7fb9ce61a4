// SPDX-License-Identifier: GPL-2.0
/* Registration of a device node, unless another driver already owns its name. */
#include <dom0/device.h>

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/printk.h>
#include <linux/string.h>

/* Returns false if sysfs is not mounted. Then misc_register() finds the duplicate. */
static bool is_taken(const char *name)
{
	char node[64];
	struct path path;
	int len = snprintf(node, sizeof(node), "/sys/class/misc/");

	strscpy(node + len, name, sizeof(node) - len);
	strreplace(node + len, '/', '!');
	if (kern_path(node, 0, &path))
		return false;
	path_put(&path);
	return true;
}

int dom0_device_register(struct miscdevice *device)
{
	if (!is_taken(device->name))
		return misc_register(device);
	pr_err("/dev/%s belongs to another driver: the kernel's own, or a second copy of ours, has to be unloaded first\n",
	       device->name);
	/* Not -EEXIST, which modprobe would take for success. */
	return -EBUSY;
}
EXPORT_SYMBOL_GPL(dom0_device_register);
