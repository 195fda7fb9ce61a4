// SPDX-License-Identifier: GPL-2.0
/* The entry into the hypervisor, chosen once at load. Counts calls per CPU, and traces them. */
#include "hypercall.h"

#include <asm/processor.h>
#include <dom0/hypercall.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <trace/events/dom0_core.h>
#include <xen/interface/grant_table.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#define NR_HYPERCALLS	64
#define NR_GRANT_OPS	16

struct hypercall_counters {
	u64 calls[NR_HYPERCALLS];
	u64 grant_calls[NR_GRANT_OPS];
	u64 grant_elements[NR_GRANT_OPS];
};

static DEFINE_PER_CPU(struct hypercall_counters, counters);

static const char *const hypercall_names[NR_HYPERCALLS] = {
	[__HYPERVISOR_mmu_update] = "mmu_update",
	[__HYPERVISOR_platform_op] = "platform_op",
	[__HYPERVISOR_update_va_mapping] = "update_va_mapping",
	[__HYPERVISOR_memory_op] = "memory_op",
	[__HYPERVISOR_multicall] = "multicall",
	[__HYPERVISOR_xen_version] = "xen_version",
	[__HYPERVISOR_console_io] = "console_io",
	[__HYPERVISOR_grant_table_op] = "grant_table_op",
	[__HYPERVISOR_vcpu_op] = "vcpu_op",
	[__HYPERVISOR_mmuext_op] = "mmuext_op",
	[__HYPERVISOR_sched_op] = "sched_op",
	[__HYPERVISOR_event_channel_op] = "event_channel_op",
	[__HYPERVISOR_physdev_op] = "physdev_op",
	[__HYPERVISOR_hvm_op] = "hvm_op",
	[__HYPERVISOR_sysctl] = "sysctl",
	[__HYPERVISOR_domctl] = "domctl",
	[__HYPERVISOR_dm_op] = "dm_op",
};

static const char *const grant_names[NR_GRANT_OPS] = {
	[GNTTABOP_map_grant_ref] = "map_grant_ref",
	[GNTTABOP_unmap_grant_ref] = "unmap_grant_ref",
	[GNTTABOP_setup_table] = "setup_table",
	[GNTTABOP_transfer] = "transfer",
	[GNTTABOP_copy] = "copy",
	[GNTTABOP_query_size] = "query_size",
	[GNTTABOP_unmap_and_replace] = "unmap_and_replace",
	[GNTTABOP_set_version] = "set_version",
	[GNTTABOP_get_status_frames] = "get_status_frames",
	[GNTTABOP_get_version] = "get_version",
};

/* The instruction that enters this hypervisor from this kind of domain. */
static enum { ENTRY_SYSCALL, ENTRY_VMCALL, ENTRY_VMMCALL } entry __ro_after_init;

int __init dom0_hypercall_init(void)
{
	if (!xen_domain())
		return -ENODEV;

	if (xen_pv_domain())
		entry = ENTRY_SYSCALL;
	else if (boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
		 boot_cpu_data.x86_vendor == X86_VENDOR_HYGON)
		entry = ENTRY_VMMCALL;
	else
		entry = ENTRY_VMCALL;
	return 0;
}

void dom0_hypercall_count(unsigned int op)
{
	if (likely(op < NR_HYPERCALLS))
		this_cpu_inc(counters.calls[op]);
}

/*
 * A switch rather than a function pointer, because direct calls need no retpoline. @user is a
 * constant in each caller, so the compiler drops its branches.
 */
static __always_inline long enter_hypervisor(bool user, unsigned int op, unsigned long a1,
					     unsigned long a2, unsigned long a3, unsigned long a4,
					     unsigned long a5)
{
	switch (entry) {
	case ENTRY_SYSCALL:
		return dom0_hypercall_syscall(op, a1, a2, a3, a4, a5);
	case ENTRY_VMCALL:
		return user ? dom0_hypercall_vmcall_user(op, a1, a2, a3, a4, a5) :
			      dom0_hypercall_vmcall(op, a1, a2, a3, a4, a5);
	default:
		return user ? dom0_hypercall_vmmcall_user(op, a1, a2, a3, a4, a5) :
			      dom0_hypercall_vmmcall(op, a1, a2, a3, a4, a5);
	}
}

long dom0_hypercall(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
		    unsigned long a4, unsigned long a5)
{
	long ret;

	dom0_hypercall_count(op);
	ret = enter_hypervisor(false, op, a1, a2, a3, a4, a5);
	trace_dom0_hypercall(op, a1, a2, a3, a4, a5, ret);
	return ret;
}
EXPORT_SYMBOL_GPL(dom0_hypercall);

long dom0_hypercall_user(unsigned int op, unsigned long a1, unsigned long a2, unsigned long a3,
			 unsigned long a4, unsigned long a5)
{
	long ret;

	dom0_hypercall_count(op);
	/* Around the instruction only: between these two, an interrupt may schedule. */
	xen_preemptible_hcall_begin();
	ret = enter_hypervisor(true, op, a1, a2, a3, a4, a5);
	xen_preemptible_hcall_end();
	trace_dom0_hypercall(op, a1, a2, a3, a4, a5, ret);
	return ret;
}
EXPORT_SYMBOL_GPL(dom0_hypercall_user);

int dom0_hypercall_grant(unsigned int cmd, void *ops, unsigned int count)
{
	long ret;

	if (likely(cmd < NR_GRANT_OPS)) {
		this_cpu_inc(counters.grant_calls[cmd]);
		this_cpu_add(counters.grant_elements[cmd], count);
	}
	ret = dom0_hypercall(__HYPERVISOR_grant_table_op, cmd, (unsigned long)ops, count, 0, 0);
	/* A positive return is the number of unprocessed elements, whose statuses are not set. */
	return ret > 0 ? -EIO : ret;
}
EXPORT_SYMBOL_GPL(dom0_hypercall_grant);

/* Return the sum over all CPUs of the counter at @offset in struct hypercall_counters. */
static u64 hypercall_sum(size_t offset)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*(u64 *)((char *)per_cpu_ptr(&counters, cpu) + offset));
	return sum;
}

static int hypercalls_show(struct seq_file *seq, void *unused)
{
	u64 calls, total = 0;
	unsigned int op;

	seq_puts(seq, "version 1\n");
	for (op = 0; op < NR_HYPERCALLS; op++) {
		calls = hypercall_sum(offsetof(struct hypercall_counters, calls[op]));
		total += calls;
		if (!calls)
			continue;
		if (hypercall_names[op])
			seq_printf(seq, "%s %llu\n", hypercall_names[op], calls);
		else
			seq_printf(seq, "hypercall_%u %llu\n", op, calls);
	}
	seq_printf(seq, "total %llu\n", total);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hypercalls);

static int grant_ops_show(struct seq_file *seq, void *unused)
{
	u64 calls, elements;
	unsigned int cmd;

	seq_puts(seq, "version 1\n");
	for (cmd = 0; cmd < NR_GRANT_OPS; cmd++) {
		if (!grant_names[cmd])
			continue;
		calls = hypercall_sum(offsetof(struct hypercall_counters, grant_calls[cmd]));
		elements = hypercall_sum(offsetof(struct hypercall_counters, grant_elements[cmd]));
		seq_printf(seq, "%s %llu %llu\n", grant_names[cmd], calls, elements);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(grant_ops);

void dom0_hypercall_debugfs(struct dentry *dir)
{
	debugfs_create_file("hypercalls", 0444, dir, NULL, &hypercalls_fops);
	debugfs_create_file("grant_ops", 0444, dir, NULL, &grant_ops_fops);
}
