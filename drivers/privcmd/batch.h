/* SPDX-License-Identifier: GPL-2.0 */
/* Mapping of a list of frames. */
#ifndef _DOM0_PRIVCMD_BATCH_H
#define _DOM0_PRIVCMD_BATCH_H

#include <linux/compiler.h>

struct privcmd_file;

/* The ioctls; @arg is the argument structure of each in user memory. */
long privcmd_mmap_batch(struct privcmd_file *priv, void __user *arg);
long privcmd_mmap_batch_v2(struct privcmd_file *priv, void __user *arg);

#endif
