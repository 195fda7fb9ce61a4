/* SPDX-License-Identifier: GPL-2.0 */
/* The domains that a file may reach. */
#ifndef _DOM0_PRIVCMD_RESTRICT_H
#define _DOM0_PRIVCMD_RESTRICT_H

#include <linux/compiler.h>
#include <linux/init.h>
#include <xen/interface/xen.h>

struct privcmd_file;

/* The ioctl; @arg is its argument structure in user memory. */
long privcmd_restrict(struct privcmd_file *priv, void __user *arg);

/*
 * Return in @domid the domain to which a new file is restricted. Outside Dom0, waits until the
 * target has been read from xenstore. Returns 0 or -EINTR.
 */
int privcmd_restrict_initial(domid_t *domid);
void __init privcmd_restrict_init(void);
void privcmd_restrict_exit(void);

#endif
