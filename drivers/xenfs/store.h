/* SPDX-License-Identifier: GPL-2.0 */
/* Files for the xenstore daemon. */
#ifndef _DOM0_XENFS_STORE_H
#define _DOM0_XENFS_STORE_H

#include <linux/fs.h>

/* The ring page and event channel of Dom0's own connection. */
extern const struct file_operations xenfs_store_page_fops;
extern const struct file_operations xenfs_store_port_fops;
int xenfs_store_page_mmap(struct file *file, struct vm_area_struct *vma);

#endif
