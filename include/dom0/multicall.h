/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Batches of hypercalls, issued as one.
 *
 * The functions of a batch are those of copy.h, except that it cannot be rolled back.
 */
#ifndef _DOM0_MULTICALL_H
#define _DOM0_MULTICALL_H

#include <xen/interface/xen.h>

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
 * Return: 0, -EINVAL if @max is out of range, or -ENOMEM.
 */
int dom0_multicall_init(struct dom0_multicall *mc, unsigned int max);

/**
 * dom0_multicall_exit() - free the memory
 * @mc: the batch; zeroed memory is fine. Gathered calls are dropped
 *
 * May sleep.
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
 *
 * Any context.
 */
static inline void dom0_multicall_reset(struct dom0_multicall *mc)
{
	mc->nr = 0;
}

#endif
