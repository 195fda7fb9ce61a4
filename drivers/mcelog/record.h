/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversion of the hypervisor's reports of machine checks to records of /dev/mcelog. Pure:
 * compiled in user space by tests/unit.
 */
#ifndef _MCELOG_RECORD_H
#define _MCELOG_RECORD_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/xen-mca.h>

/* Maximum number of banks in a report, from the size of a bank's entry. */
#define MCELOG_BANKS_MAX	(sizeof_field(struct mc_info, mi_data) / \
				 (sizeof(struct mcinfo_bank)))

/**
 * mcelog_convert() - turn a report into records
 * @info: the report, as the hypervisor has written it
 * @cpus: the processors that the hypervisor knows, or NULL: then a record has only what the report
 *	itself says about the processor
 * @nr_cpus: processors in @cpus
 * @records: room for MCELOG_BANKS_MAX records; those that are returned are filled in, except for
 *	their time
 *
 * Return: number of records, one for each bank that reported an error, perhaps 0; -EINVAL if the
 * report has no global part or an entry does not fit in it; -ENOENT if @cpus lacks the processor.
 */
int mcelog_convert(const struct mc_info *info, const struct mcinfo_logical_cpu *cpus,
		   unsigned int nr_cpus, struct xen_mce *records);

#endif
