/* SPDX-License-Identifier: GPL-2.0 */
/* The entry into the hypervisor, for the files of dom0-core. */
#ifndef _DOM0_CORE_HYPERCALL_H
#define _DOM0_CORE_HYPERCALL_H

#include <linux/init.h>

struct dentry;

/* The hypercall instructions of arch/x86: the number, then five arguments. */
long dom0_hypercall_syscall(unsigned long op, unsigned long a1, unsigned long a2,
			    unsigned long a3, unsigned long a4, unsigned long a5);
long dom0_hypercall_vmcall(unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3,
			   unsigned long a4, unsigned long a5);
long dom0_hypercall_vmmcall(unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3,
			    unsigned long a4, unsigned long a5);
/* The same, but the hypervisor may access user memory. */
long dom0_hypercall_vmcall_user(unsigned long op, unsigned long a1, unsigned long a2,
				unsigned long a3, unsigned long a4, unsigned long a5);
long dom0_hypercall_vmmcall_user(unsigned long op, unsigned long a1, unsigned long a2,
				 unsigned long a3, unsigned long a4, unsigned long a5);

/* Choose the hypercall instruction. Must run before dom0_platform_init(). */
int __init dom0_hypercall_init(void);
void dom0_hypercall_debugfs(struct dentry *dir);
/* Count a hypercall that the kernel's own code makes for us. */
void dom0_hypercall_count(unsigned int op);

#endif
