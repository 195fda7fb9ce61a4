/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls through an entry of our own, typed wrappers, and batches over multicall.
 *
 * Every call is counted (debugfs dom0/core/hypercalls) and can be traced (dom0_core:hypercall).
 */
#ifndef _DOM0_HYPERCALL_H
#define _DOM0_HYPERCALL_H

#include <linux/types.h>
#include <xen/interface/xen.h>

/**
 * dom0_hypercall() - issue one hypercall
 * @op: hypercall number, __HYPERVISOR_*; counted if it is 0 to 63
 * @a1: first argument; unused arguments are 0
 * @a2: second argument
 * @a3: third argument
 * @a4: fourth argument
 * @a5: fifth argument
 *
 * Pointers that are passed must be to kernel memory that stays mapped. Any context; the hypervisor
 * may preempt and restart the call.
 *
 * Return: what the hypervisor returned: negative errno (-ENOSYS for an @op that it does not know)
 * or a value that depends on @op.
 */
long dom0_hypercall(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
		    unsigned long a4, unsigned long a5);

/**
 * dom0_hypercall_user() - issue a hypercall for a process, which may hand over its own memory
 * @op: as in dom0_hypercall()
 * @a1: first argument
 * @a2: second argument
 * @a3: third argument
 * @a4: fourth argument
 * @a5: fifth argument
 *
 * The hypervisor reaches user memory of the current process, as far as it is mapped at that moment:
 * pages are not faulted in. A call may take long, so that on a kernel without preemption the
 * process is scheduled away in the middle of it: process context, no spinlock, preemption enabled.
 *
 * Return: as dom0_hypercall().
 */
long dom0_hypercall_user(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
			 unsigned long a4, unsigned long a5);

/**
 * dom0_hypercall_grant() - grant-table operation over an array
 * @cmd: GNTTABOP_*
 * @ops: array of operations of the type that @cmd wants; statuses are written into it
 * @count: elements in @ops, at least 1
 *
 * Counted by @cmd as well, calls and elements. Any context.
 *
 * Return: 0 when each element has its own status, else negative errno (no status is valid).
 */
int dom0_hypercall_grant(unsigned int cmd, void *ops, unsigned int count);

/**
 * dom0_hypercall_evtchn() - event-channel operation
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
 * dom0_hypercall_memory() - memory operation
 * @cmd: XENMEM_*
 * @arg: argument structure of that command
 *
 * Any context; a long operation is worth a process context.
 *
 * Return: depends on @cmd: often the number of extents done; negative errno on failure.
 */
static inline long dom0_hypercall_memory(unsigned int cmd, void *arg)
{
	return dom0_hypercall(__HYPERVISOR_memory_op, cmd, (unsigned long)arg, 0, 0, 0);
}

/**
 * dom0_hypercall_version() - hypervisor version and feature queries
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

/**
 * struct dom0_multicall - hypercalls gathered to be issued as one
 * @entries: the gathered calls; after a flush, entries[i].result holds each result
 * @nr: calls gathered
 * @max: room in @entries
 *
 * Owned by one user at a time; no lock inside.
 */
struct dom0_multicall {
	struct multicall_entry *entries;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_multicall_init() - allocate room for a batch
 * @mc: the batch
 * @max: calls it shall hold, 1 to 4096
 *
 * May sleep.
 *
 * Return: 0, -EINVAL for a bad @max, -ENOMEM.
 */
int dom0_multicall_init(struct dom0_multicall *mc, unsigned int max);

/**
 * dom0_multicall_exit() - free the room; gathered calls are dropped
 * @mc: the batch; may be zeroed memory
 */
void dom0_multicall_exit(struct dom0_multicall *mc);

/**
 * dom0_multicall_add() - gather one call
 * @mc: the batch
 * @op: as in dom0_hypercall()
 * @a1: first argument
 * @a2: second argument
 * @a3: third argument
 * @a4: fourth argument
 * @a5: fifth argument
 *
 * Argument memory must stay valid until the flush. Any context.
 *
 * Return: index of the call in @mc, or -ENOSPC when the batch is full.
 */
int dom0_multicall_add(struct dom0_multicall *mc, unsigned int op, unsigned long a1,
		       unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5);

/**
 * dom0_multicall_flush() - issue all gathered calls as one hypercall and empty the batch
 * @mc: the batch; results stay readable in @mc->entries until the next add
 *
 * Any context.
 *
 * Return: 0 if each call has its own result, else the errno of the multicall itself.
 */
int dom0_multicall_flush(struct dom0_multicall *mc);

#endif
