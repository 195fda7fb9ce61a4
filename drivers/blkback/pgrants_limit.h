/* SPDX-License-Identifier: GPL-2.0 */
/* The limit on persistent grants of all devices. */
#ifndef _BLKBACK_PGRANTS_LIMIT_H
#define _BLKBACK_PGRANTS_LIMIT_H

#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/interface/xen.h>

/* A cache with fewer grants than a request of a Linux frontend names is of no use. */
#define BLK_PGRANTS_MIN	32U

/**
 * blk_pgrants_share() - compute how many grants a ring may keep mapped
 * @limit: grants that all rings together may have
 * @others: grants that the rings of other guests have
 * @own: grants that other rings of its guest have
 * @wanted: grants that the ring wants
 *
 * A guest gets at most half of what others have left, with all its rings together. So those that
 * come first do not take all, however many disks they have. Pure.
 *
 * Return: the number; 0 if the ring has to copy all data.
 */
static inline unsigned int blk_pgrants_share(unsigned long limit, unsigned long others,
					     unsigned long own, unsigned int wanted)
{
	unsigned long most = others < limit ? (limit - others) / 2 : 0;

	most -= min(own, most);
	if (most < min(wanted, BLK_PGRANTS_MIN))
		return 0;
	return min_t(unsigned long, wanted, most);
}

unsigned int blk_pgrants_claim(domid_t domid, unsigned int wanted);
void blk_pgrants_unclaim(domid_t domid, unsigned int nr);

#endif
