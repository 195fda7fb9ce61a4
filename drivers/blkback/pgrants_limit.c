// SPDX-License-Identifier: GPL-2.0
/*
 * The limit on persistent grants of all devices. Each takes an entry of the hypervisor's table of
 * mappings, which this domain needs for everything else that it maps, such as the rings of all
 * guests. A ring reserves its grants when it connects.
 */
#include "params.h"
#include "pgrants_limit.h"

#include <dom0/memory.h>
#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

static DEFINE_MUTEX(claims_lock);	/* protects claimed_by_all and claimed_by_guest */
static unsigned long claimed_by_all;
static DEFINE_XARRAY(claimed_by_guest);	/* numbers, by domain */

static unsigned long claims_of(domid_t domid)
{
	void *number = xa_load(&claimed_by_guest, domid);

	lockdep_assert_held(&claims_lock);
	return number ? xa_to_value(number) : 0;
}

/* Cannot fail if the guest has claims: then there is memory for the number. */
static int set_claims(domid_t domid, unsigned long nr)
{
	lockdep_assert_held(&claims_lock);
	if (nr)
		return xa_err(xa_store(&claimed_by_guest, domid, xa_mk_value(nr), DOM0_GUEST_GFP));
	xa_erase(&claimed_by_guest, domid);
	return 0;
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
