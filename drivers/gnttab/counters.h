/* SPDX-License-Identifier: GPL-2.0 */
/* Counters over all users of the module, per CPU and without a lock. */
#ifndef _GNTTAB_COUNTERS_H
#define _GNTTAB_COUNTERS_H

#include <linux/percpu.h>
#include <linux/types.h>

struct dentry;

/*
 * Each counter is a line of debugfs dom0/gnttab/counters. One that ends in _NOW goes up and down,
 * and is zero when nothing is mapped.
 */
enum gnttab_counter {
	GNTTAB_COPIES,
	GNTTAB_COPY_BYTES,
	GNTTAB_COPY_ERRORS,
	GNTTAB_COPY_FLUSHES,
	GNTTAB_MAPS,
	GNTTAB_MAP_ERRORS,
	GNTTAB_MAP_FLUSHES,
	GNTTAB_UNMAPS,
	GNTTAB_UNMAP_ERRORS,
	GNTTAB_UNMAP_FLUSHES,
	GNTTAB_EAGAIN_RETRIES,
	GNTTAB_PAGES_QUARANTINED,
	GNTTAB_RINGS_MAPPED_NOW,
	GNTTAB_PAGES_MAPPED_NOW,
	GNTTAB_PGRANTS_NOW,
	GNTTAB_NR_COUNTERS,
};

DECLARE_PER_CPU(s64[GNTTAB_NR_COUNTERS], gnttab_counters);

/* Any context. */
static inline void gnttab_count(enum gnttab_counter counter, s64 delta)
{
	this_cpu_add(gnttab_counters[counter], delta);
}

void gnttab_counters_init(struct dentry *dir);

#endif
