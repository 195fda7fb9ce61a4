/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records that no process has read yet. Pure: the caller holds the lock that protects it.
 */
#ifndef _MCELOG_LOG_H
#define _MCELOG_LOG_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/xen-mca.h>

/**
 * struct mcelog_log - records in the order of their errors
 * @entries: the first @nr are filled
 * @nr: records
 * @flags: bit XEN_MCE_OVERFLOW is set when a record has been dropped
 */
struct mcelog_log {
	struct xen_mce entries[XEN_MCE_LOG_LEN];
	unsigned int nr;
	u32 flags;
};

/*
 * Append a record. If the log is full, drop the record: the first errors say most about the cause.
 */
void mcelog_append(struct mcelog_log *log, const struct xen_mce *record);
/* Drop the oldest @nr records, or all if there are fewer. */
void mcelog_drop(struct mcelog_log *log, unsigned int nr);

#endif
