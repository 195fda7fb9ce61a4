/* SPDX-License-Identifier: GPL-2.0 */
/* Mapping of consecutive frames. */
#ifndef _DOM0_PRIVCMD_RANGE_H
#define _DOM0_PRIVCMD_RANGE_H

#include <linux/compiler.h>

struct privcmd_file;

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_mmap_range(struct privcmd_file *priv, void __user *arg);

#endif
