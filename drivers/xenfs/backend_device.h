/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/xen/xenbus_backend, if the kernel has none. */
#ifndef _DOM0_XENFS_BACKEND_DEVICE_H
#define _DOM0_XENFS_BACKEND_DEVICE_H

#include <linux/init.h>

#ifdef CONFIG_XEN_BACKEND
static inline int __init xenfs_backend_device_init(void)
{
	return 0;
}

static inline void xenfs_backend_device_exit(void)
{
}
#else
int __init xenfs_backend_device_init(void);
void xenfs_backend_device_exit(void);
#endif

#endif
