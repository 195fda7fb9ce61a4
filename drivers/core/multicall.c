// SPDX-License-Identifier: GPL-2.0
/* Batches of hypercalls that are issued as one. The owner of a batch serialises the calls. */
#include <dom0/hypercall.h>
#include <dom0/multicall.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/slab.h>

#define MULTICALL_MAX	4096

int dom0_multicall_init(struct dom0_multicall *mc, unsigned int max)
{
	if (!max || max > MULTICALL_MAX)
		return -EINVAL;

	mc->entries = kvcalloc(max, sizeof(*mc->entries), GFP_KERNEL);
	if (!mc->entries)
		return -ENOMEM;
	mc->nr = 0;
	mc->max = max;
	return 0;
}
EXPORT_SYMBOL_GPL(dom0_multicall_init);

void dom0_multicall_exit(struct dom0_multicall *mc)
{
	kvfree(mc->entries);
	mc->entries = NULL;
	mc->nr = 0;
	mc->max = 0;
}
EXPORT_SYMBOL_GPL(dom0_multicall_exit);

int dom0_multicall_add(struct dom0_multicall *mc, unsigned int op, unsigned long a1,
		       unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5)
{
	struct multicall_entry *call;

	if (mc->nr == mc->max)
		return -ENOSPC;

	call = &mc->entries[mc->nr];
	call->op = op;
	call->args[0] = a1;
	call->args[1] = a2;
	call->args[2] = a3;
	call->args[3] = a4;
	call->args[4] = a5;
	return mc->nr++;
}
EXPORT_SYMBOL_GPL(dom0_multicall_add);

int dom0_multicall_flush(struct dom0_multicall *mc)
{
	if (!mc->nr)
		return 0;
	return dom0_hypercall(__HYPERVISOR_multicall, (unsigned long)mc->entries, mc->nr, 0, 0, 0);
}
EXPORT_SYMBOL_GPL(dom0_multicall_flush);
