/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records that no process has read yet. Pure; the caller's lock guards it.
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
 * @flags: bit XEN_MCE_OVERFLOW is set since a record was dropped
 */
struct mcelog_log {
	struct xen_mce entries[XEN_MCE_LOG_LEN];
	unsigned int nr;
	u32 flags;
};

/* Where there is no room, the newest record is dropped: the first errors tell most of a cause. */
void mcelog_append(struct mcelog_log *log, const struct xen_mce *record);
/* Drops the oldest @nr, at most those that are there. */
void mcelog_drop(struct mcelog_log *log, unsigned int nr);

#endif
