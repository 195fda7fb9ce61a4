/* SPDX-License-Identifier: GPL-2.0 */
/* Counters over all users of the module, per CPU and without a lock. */
#ifndef _GNTTAB_COUNTERS_H
#define _GNTTAB_COUNTERS_H

#include <linux/percpu.h>
#include <linux/types.h>

struct dentry;

/*
 * The one list of counters. The storage and the lines of debugfs dom0/gnttab/counters are made from
 * it. A counter that ends in _now goes up and down, and is zero when nothing is mapped.
 */
#define GNTTAB_COUNTERS(C) \
	C(copies)		/* grant copies that succeeded */ \
	C(copy_bytes)		/* bytes that they copied */ \
	C(copy_errors) \
	C(copy_flushes)		/* batches of copies */ \
	C(maps)			/* grants mapped at a page, rings not included */ \
	C(map_errors) \
	C(map_flushes)		/* batches of mappings */ \
	C(unmaps) \
	C(unmap_errors) \
	C(unmap_flushes)	/* batches of unmappings */ \
	C(eagain_retries)	/* copies tried again because the guest's frame was paged out */ \
	C(pages_quarantined)	/* never used again because they could not be unmapped */ \
	C(rings_mapped_now) \
	C(pages_mapped_now)	/* persistent grants included, rings not */

enum gnttab_counter {
#define C(name) GNTTAB_COUNT_##name,
	GNTTAB_COUNTERS(C)
#undef C
	GNTTAB_NR_COUNTERS
};

DECLARE_PER_CPU(s64[GNTTAB_NR_COUNTERS], gnttab_counters);

/* Any context. */
static inline void gnttab_count(enum gnttab_counter counter, s64 delta)
{
	this_cpu_add(gnttab_counters[counter], delta);
}

void gnttab_counters_init(struct dentry *dir);

#endif
