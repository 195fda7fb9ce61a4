/* SPDX-License-Identifier: GPL-2.0 */
/* The file operations of /dev/xen/privcmd. dom0-xenfs uses them for /proc/xen/privcmd as well. */
#ifndef _DOM0_PRIVCMD_H
#define _DOM0_PRIVCMD_H

#include <linux/fs.h>

/* Its owner is dom0-privcmd: an open file keeps that module loaded. */
extern const struct file_operations dom0_privcmd_fops;

#endif
