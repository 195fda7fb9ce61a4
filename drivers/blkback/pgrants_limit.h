/* SPDX-License-Identifier: GPL-2.0 */
/* The limit on persistent grants of all devices. */
#ifndef _BLKBACK_PGRANTS_LIMIT_H
#define _BLKBACK_PGRANTS_LIMIT_H

#include <linux/minmax.h>
#include <linux/types.h>

/* A cache with fewer grants than a request of a Linux frontend names is of no use. */
#define BLK_PGRANTS_MIN	32U

/**
 * blk_pgrants_share() - compute how many grants a ring may keep mapped
 * @limit: grants that all rings together may have
 * @reserved: grants that they have
 * @wanted: grants that the ring wants
 *
 * A ring gets at most half of what is left, so that the first to come do not take all. Pure.
 *
 * Return: the number; 0 if the ring has to copy all data.
 */
static inline unsigned int blk_pgrants_share(unsigned long limit, unsigned long reserved,
					     unsigned int wanted)
{
	unsigned long most = reserved < limit ? (limit - reserved) / 2 : 0;

	if (most < min(wanted, BLK_PGRANTS_MIN))
		return 0;
	return min_t(unsigned long, wanted, most);
}

unsigned int blk_pgrants_claim(unsigned int wanted);
void blk_pgrants_unclaim(unsigned int nr);

#endif
