// SPDX-License-Identifier: GPL-2.0
/*
 * The limit on persistent grants of all devices. Each takes an entry of the hypervisor's table of
 * mappings, which this domain needs for everything else that it maps, such as the rings of all
 * guests. A ring reserves its grants when it connects.
 */
#include "guest_sum.h"
#include "params.h"
#include "pgrants_limit.h"

#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

static DEFINE_MUTEX(claims_lock);	/* protects claimed_by_all and claimed_by_guest */
static unsigned long claimed_by_all;
static DEFINE_XARRAY(claimed_by_guest);	/* numbers, by domain */

static unsigned long claims_of(domid_t domid)
{
	lockdep_assert_held(&claims_lock);
	return blk_guest_sum(&claimed_by_guest, domid);
}

static int set_claims(domid_t domid, unsigned long nr)
{
	lockdep_assert_held(&claims_lock);
	return blk_guest_sum_set(&claimed_by_guest, domid, nr);
}

/* Return how many grants, of the wanted ones, a ring of the guest may keep mapped. */
unsigned int blk_pgrants_claim(domid_t domid, unsigned int wanted)
{
	unsigned long own;
	unsigned int nr;

	mutex_lock(&claims_lock);
	own = claims_of(domid);
	nr = blk_pgrants_share(READ_ONCE(blk_max_all_persistent_grants), claimed_by_all - own, own,
			       wanted);
	if (nr && set_claims(domid, own + nr))
		nr = 0;
	claimed_by_all += nr;
	mutex_unlock(&claims_lock);
	return nr;
}

void blk_pgrants_unclaim(domid_t domid, unsigned int nr)
{
	if (!nr)
		return;
	mutex_lock(&claims_lock);
	set_claims(domid, claims_of(domid) - nr);
	claimed_by_all -= nr;
	mutex_unlock(&claims_lock);
}
