/* SPDX-License-Identifier: GPL-2.0 */
/* Events since the module was loaded, shown in sysfs. Counted in any context, without a lock. */
#ifndef _DOM0_BALLOON_COUNTERS_H
#define _DOM0_BALLOON_COUNTERS_H

#include <linux/atomic.h>

/* The one list of counters; Documentation/ABI/sysfs-kernel-dom0-balloon says what they count. */
#define BALLOON_COUNTERS(count)	\
	count(requests)		\
	count(refused)		\
	count(raised)		\
	count(lowered)		\
	count(corrected)	\
	count(hypercalls)	\
	count(decreased_2m)	\
	count(decreased_4k)	\
	count(increased_2m)	\
	count(increased_4k)	\
	count(no_block)		\
	count(xen_no_block)	\
	count(xen_refused)	\
	count(reserve_hit)	\
	count(retries)		\
	count(leaked)

enum balloon_counter {
#define COUNTER(name)	COUNT_##name,
	BALLOON_COUNTERS(COUNTER)
#undef COUNTER
	BALLOON_NR_COUNTERS
};

extern atomic64_t balloon_counters[BALLOON_NR_COUNTERS];

static inline void balloon_count(enum balloon_counter counter, unsigned int n)
{
	atomic64_add(n, &balloon_counters[counter]);
}

#endif
