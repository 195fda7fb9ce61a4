/* SPDX-License-Identifier: GPL-2.0 */
/* Mapping of resources of a domain in Xen. */
#ifndef _DOM0_PRIVCMD_RESOURCE_H
#define _DOM0_PRIVCMD_RESOURCE_H

#include <linux/compiler.h>

struct privcmd_file;

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_mmap_resource(struct privcmd_file *priv, void __user *arg);

#endif
