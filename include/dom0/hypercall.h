/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls through an entry of our own, and typed wrappers.
 *
 * Every call is counted (debugfs dom0/core/hypercalls) and can be traced
 * (dom0_core:dom0_hypercall).
 */
#ifndef _DOM0_HYPERCALL_H
#define _DOM0_HYPERCALL_H

#include <linux/types.h>
#include <xen/interface/xen.h>

/**
 * dom0_hypercall() - issue one hypercall
 * @op: hypercall number, __HYPERVISOR_*; only numbers below 64 are counted
 * @a1: first argument; unused arguments are 0
 * @a2: second argument
 * @a3: third argument
 * @a4: fourth argument
 * @a5: fifth argument
 *
 * Pointers in the arguments must be to kernel memory that stays mapped. Any context; the hypervisor
 * may preempt and restart the call.
 *
 * Return: what the hypervisor returned: negative errno (-ENOSYS for an @op that it does not know)
 * or a value that depends on @op.
 */
long dom0_hypercall(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
		    unsigned long a4, unsigned long a5);

/**
 * dom0_hypercall_user() - issue a hypercall whose arguments may point to user memory
 * @op: as in dom0_hypercall()
 * @a1: first argument
 * @a2: second argument
 * @a3: third argument
 * @a4: fourth argument
 * @a5: fifth argument
 *
 * The hypervisor accesses user memory of the current process. It does not fault pages in: each must
 * be mapped already. A call may take long, so a kernel without preemption may schedule in the
 * middle of it. Context: process context, no spinlock, preemption enabled.
 *
 * Return: as dom0_hypercall().
 */
long dom0_hypercall_user(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
			 unsigned long a4, unsigned long a5);

/**
 * dom0_hypercall_grant() - issue a grant-table operation on an array
 * @cmd: GNTTABOP_*
 * @ops: array of operations of the type of @cmd; the hypervisor writes their statuses into it
 * @count: elements in @ops, at least 1
 *
 * Calls and elements are also counted for each @cmd. Any context.
 *
 * Return: 0 if each element has its own status, else negative errno; then no status is valid.
 */
int dom0_hypercall_grant(unsigned int cmd, void *ops, unsigned int count);

/**
 * dom0_hypercall_evtchn() - issue an event-channel operation
 * @cmd: EVTCHNOP_*
 * @arg: argument structure of that command
 *
 * Any context.
 *
 * Return: 0 or negative errno.
 */
static inline int dom0_hypercall_evtchn(unsigned int cmd, void *arg)
{
	return dom0_hypercall(__HYPERVISOR_event_channel_op, cmd, (unsigned long)arg, 0, 0, 0);
}

/**
 * dom0_hypercall_memory() - issue a memory operation
 * @cmd: XENMEM_*
 * @arg: argument structure of that command
 *
 * Any context; prefer process context for an operation that takes long.
 *
 * Return: depends on @cmd, often the number of extents done; negative errno on failure.
 */
static inline long dom0_hypercall_memory(unsigned int cmd, void *arg)
{
	return dom0_hypercall(__HYPERVISOR_memory_op, cmd, (unsigned long)arg, 0, 0, 0);
}

/**
 * dom0_hypercall_version() - query the hypervisor's version or features
 * @cmd: XENVER_*
 * @arg: buffer of the command, or NULL
 *
 * Any context.
 *
 * Return: value of the command or negative errno.
 */
static inline long dom0_hypercall_version(unsigned int cmd, void *arg)
{
	return dom0_hypercall(__HYPERVISOR_xen_version, cmd, (unsigned long)arg, 0, 0, 0);
}

#endif
