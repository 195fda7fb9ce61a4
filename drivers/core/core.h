/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of dom0-core share. */
#ifndef _DOM0_CORE_H
#define _DOM0_CORE_H

#include <linux/init.h>

struct dentry;

/* The hypercall instructions of arch/x86: the number, then five arguments. */
long dom0_hypercall_syscall(unsigned long op, unsigned long a1, unsigned long a2,
			    unsigned long a3, unsigned long a4, unsigned long a5);
long dom0_hypercall_vmcall(unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3,
			   unsigned long a4, unsigned long a5);
long dom0_hypercall_vmmcall(unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3,
			    unsigned long a4, unsigned long a5);
/* The same with user memory made accessible to the hypervisor. */
long dom0_hypercall_vmcall_user(unsigned long op, unsigned long a1, unsigned long a2,
				unsigned long a3, unsigned long a4, unsigned long a5);
long dom0_hypercall_vmmcall_user(unsigned long op, unsigned long a1, unsigned long a2,
				 unsigned long a3, unsigned long a4, unsigned long a5);

/* Chooses the instruction; the platform's kind must not be asked for before. */
int __init dom0_hypercall_init(void);
void dom0_hypercall_debugfs(struct dentry *dir);
/* Counts a hypercall that the kernel's own code makes for us. */
void dom0_hypercall_count(unsigned int op);

/* The first hypercalls: an error says that the chosen instruction does not reach the hypervisor. */
int __init dom0_platform_init(void);

void dom0_evtchn_debugfs(struct dentry *dir);

#ifdef DOM0_FAULT_POINTS
void dom0_fault_points_debugfs(struct dentry *dir);
#else
static inline void dom0_fault_points_debugfs(struct dentry *dir) { }
#endif

void __init dom0_debugfs_init(void);
void dom0_debugfs_exit(void);

#endif
