// SPDX-License-Identifier: GPL-2.0
/*
 * The limit on persistent grants of all devices. Each takes an entry of the hypervisor's table of
 * mappings, which this domain needs for everything else that it maps, such as the rings of all
 * guests. A ring reserves its grants when it connects.
 */
#include "params.h"
#include "pgrants_limit.h"

#include <linux/atomic.h>
#include <linux/compiler.h>

static atomic_long_t claimed_by_all;

/* Return how many grants, of the wanted ones, the ring may keep mapped. */
unsigned int blk_pgrants_claim(unsigned int wanted)
{
	long old = atomic_long_read(&claimed_by_all);
	unsigned int nr;

	do {
		nr = blk_pgrants_share(READ_ONCE(blk_max_all_persistent_grants), old, wanted);
	} while (nr && !atomic_long_try_cmpxchg(&claimed_by_all, &old, old + nr));
	return nr;
}

void blk_pgrants_unclaim(unsigned int nr)
{
	atomic_long_sub(nr, &claimed_by_all);
}
