// SPDX-License-Identifier: GPL-2.0
/*
 * Convert a report of the hypervisor to records. A report has entries of different types and sizes.
 */
#include "record.h"

#include <asm/msr-index.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define VENDOR_UNKNOWN	0xff
#define CPU_UNKNOWN	0xffffffff

/* Return the entry of the report at @offset, or NULL if no complete entry is there. */
static const struct mcinfo_common *entry_at(const struct mc_info *info, size_t offset)
{
	const struct mcinfo_common *entry;

	if (offset + sizeof(*entry) > sizeof(info->mi_data))
		return NULL;
	entry = (const void *)((const u8 *)info->mi_data + offset);
	/* A size is a multiple of 8, so that each entry is aligned. */
	if (entry->size < sizeof(*entry) || entry->size % sizeof(u64) ||
	    offset + entry->size > sizeof(info->mi_data))
		return NULL;
	return entry;
}

/* Return Linux' number of the vendor, which user space expects; the hypervisor's numbers differ. */
static u8 cpu_vendor(const struct mcinfo_logical_cpu *cpu)
{
	static const struct {
		char name[13];
		u8 number;
	} vendors[] = {
		{ "GenuineIntel", 0 },
		{ "AuthenticAMD", 2 },
		{ "CentaurHauls", 5 },
		{ "HygonGenuine", 9 },
		{ "  Shanghai  ", 10 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vendors); i++)
		if (!strncmp(cpu->mc_vendorid, vendors[i].name, sizeof(cpu->mc_vendorid)))
			return vendors[i].number;
	return VENDOR_UNKNOWN;
}

/* Return CPUID leaf 1 as the processor itself shows it; user space decodes the model from this. */
static u32 cpu_signature(const struct mcinfo_logical_cpu *cpu)
{
	u32 base = min_t(u32, cpu->mc_family, 0xf);

	return (cpu->mc_family - base) << 20 | (cpu->mc_model >> 4 & 0xf) << 16 | base << 8 |
	       (cpu->mc_model & 0xf) << 4 | (cpu->mc_step & 0xf);
}

static void fill_msrs(struct xen_mce *record, const struct mcinfo_logical_cpu *cpu)
{
	u32 i, nr = min_t(u32, cpu->mc_nmsrvals, ARRAY_SIZE(cpu->mc_msrvalues));

	for (i = 0; i < nr; i++)
		switch (cpu->mc_msrvalues[i].reg) {
		case MSR_IA32_MCG_CAP:
			record->mcgcap = cpu->mc_msrvalues[i].value;
			break;
		case MSR_PPIN:
		case MSR_AMD_PPIN:
			record->ppin = cpu->mc_msrvalues[i].value;
			break;
		}
}

static void fill_cpu(struct xen_mce *record, const struct mcinfo_logical_cpu *cpu)
{
	record->socketid = cpu->mc_chipid;
	record->cpu = cpu->mc_cpunr;
	record->extcpu = cpu->mc_cpunr;
	record->cpuvendor = cpu_vendor(cpu);
	record->cpuid = cpu_signature(cpu);
	fill_msrs(record, cpu);
}

/* Fill in what all records of a report have in common. */
static int fill_global(struct xen_mce *record, const struct mcinfo_global *global,
		       const struct mcinfo_logical_cpu *cpus, unsigned int nr_cpus)
{
	unsigned int i;

	*record = (struct xen_mce) {
		.mcgstatus = global->mc_gstatus,
		.apicid = global->mc_apicid,
		.socketid = global->mc_socketid,
		.cpu = (u8)CPU_UNKNOWN,
		.extcpu = CPU_UNKNOWN,
		.cpuvendor = VENDOR_UNKNOWN,
	};
	if (!cpus)
		return 0;
	for (i = 0; i < nr_cpus; i++)
		if (cpus[i].mc_apicid == global->mc_apicid)
			break;
	if (i == nr_cpus)
		return -ENOENT;
	fill_cpu(record, &cpus[i]);
	return 0;
}

static void fill_bank(struct xen_mce *record, const struct mcinfo_bank *bank)
{
	record->bank = bank->mc_bank;
	record->status = bank->mc_status;
	record->addr = bank->mc_addr;
	record->misc = bank->mc_misc;
	record->tsc = bank->mc_tsc;
	record->finished = 1;
}

int mcelog_convert(const struct mc_info *info, const struct mcinfo_logical_cpu *cpus,
		   unsigned int nr_cpus, struct xen_mce *records)
{
	const struct mcinfo_common *entry;
	struct xen_mce common;
	bool have_global = false;
	size_t offset = 0;
	u32 i;
	int err, nr = 0;

	for (i = 0; i < info->mi_nentries; i++, offset += entry->size) {
		entry = entry_at(info, offset);
		if (!entry)
			return -EINVAL;
		if (entry->type == MC_TYPE_GLOBAL && entry->size >= sizeof(struct mcinfo_global)) {
			err = fill_global(&common, (const void *)entry, cpus, nr_cpus);
			if (err)
				return err;
			have_global = true;
		}
		if (entry->type != MC_TYPE_BANK || entry->size < sizeof(struct mcinfo_bank))
			continue;
		/* The hypervisor writes the global entry first. */
		if (!have_global)
			return -EINVAL;
		records[nr] = common;
		fill_bank(&records[nr++], (const void *)entry);
	}
	return have_global ? nr : -EINVAL;
}
