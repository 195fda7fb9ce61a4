/* SPDX-License-Identifier: GPL-2.0 */
/* Declarations that the files of dom0-xenfs share. */
#ifndef _DOM0_XENFS_H
#define _DOM0_XENFS_H

#include <linux/fs.h>
#include <linux/init.h>

/* For the xenstore daemon: the ring page and event channel of Dom0's own connection. */
extern const struct file_operations xenfs_store_page_fops;
extern const struct file_operations xenfs_store_port_fops;
int xenfs_store_page_mmap(struct file *file, struct vm_area_struct *vma);

/* /dev/xen/xenbus_backend, if the kernel has none. */
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
