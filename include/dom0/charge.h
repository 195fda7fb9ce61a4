/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Charging an amount to a sum that all guests share.
 */
#ifndef _DOM0_CHARGE_H
#define _DOM0_CHARGE_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * dom0_charge() - add an amount to a sum if the sum stays within its limit
 * @sum: the sum
 * @nr: the amount
 * @limit: the most that the sum may be
 *
 * An amount that does not fit is never added, not even for a moment: a smaller one that fits would
 * be refused meanwhile. Any context. Subtract the amount to undo it.
 *
 * Return: true if it was added.
 */
static inline bool dom0_charge(atomic_long_t *sum, long nr, long limit)
{
	long old = atomic_long_read(sum);

	do {
		if (old + nr > limit)
			return false;
	} while (!atomic_long_try_cmpxchg(sum, &old, old + nr));
	return true;
}

#endif
