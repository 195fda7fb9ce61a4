/* SPDX-License-Identifier: GPL-2.0 */
/* Hypercalls for processes. */
#ifndef _DOM0_PRIVCMD_CALL_H
#define _DOM0_PRIVCMD_CALL_H

#include <linux/compiler.h>

struct privcmd_file;

/* The ioctls; @arg is the argument structure of each in user memory. */
long privcmd_hypercall(struct privcmd_file *priv, void __user *arg);
long privcmd_dm_op(struct privcmd_file *priv, void __user *arg);

#endif
