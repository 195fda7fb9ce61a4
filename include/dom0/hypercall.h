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

/**
 * struct dom0_multicall - a batch of hypercalls, issued as one
 * @entries: the gathered calls
 * @nr: calls gathered
 * @max: size of @entries
 *
 * Owned by one user at a time; no lock inside.
 */
struct dom0_multicall {
	struct multicall_entry *entries;
	unsigned int nr;
	unsigned int max;
};

/**
 * dom0_multicall_init() - allocate memory for a batch
 * @mc: the batch
 * @max: most calls that it can hold, 1 to 4096
 *
 * May sleep.
 *
 * Return: 0, -EINVAL for a bad @max, -ENOMEM.
 */
int dom0_multicall_init(struct dom0_multicall *mc, unsigned int max);

/**
 * dom0_multicall_exit() - free the memory; gathered calls are dropped
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
 * Memory that the arguments point to must stay valid until the flush. Any context.
 *
 * Return: index of the call in @mc, or -ENOSPC when the batch is full.
 */
int dom0_multicall_add(struct dom0_multicall *mc, unsigned int op, unsigned long a1,
		       unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5);

/**
 * dom0_multicall_flush() - issue all gathered calls as one hypercall
 * @mc: the batch; empty is fine
 *
 * Any context. Results are valid until dom0_multicall_reset().
 *
 * Return: 0 if each call has its own result, else the negative errno of the multicall itself.
 */
int dom0_multicall_flush(struct dom0_multicall *mc);

/**
 * dom0_multicall_result() - result of one call, after the flush
 * @mc: the batch
 * @index: index of the call
 *
 * Any context.
 *
 * Return: what the call returned; depends on the call.
 */
static inline long dom0_multicall_result(const struct dom0_multicall *mc, unsigned int index)
{
	return mc->entries[index].result;
}

/**
 * dom0_multicall_reset() - empty the batch, for the next round
 * @mc: the batch
 */
static inline void dom0_multicall_reset(struct dom0_multicall *mc)
{
	mc->nr = 0;
}

#endif
