/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A limit of memory that all queues share. Pure.
 */
#ifndef _VIF_SHARE_H
#define _VIF_SHARE_H

#include <linux/types.h>

/**
 * vif_share_exceeded() - whether a queue has more than it may
 * @limit: bytes that all queues together may have
 * @total: bytes that they have, those of this queue included
 * @own: bytes of this queue
 *
 * A queue may have as much as all of them leave free. So one that takes all it can get has half of
 * the limit, and each of N such queues has a part of N + 1. There is always room for one more: it
 * loses nothing because others are greedy.
 *
 * Return: true if the queue must get rid of something.
 */
static inline bool vif_share_exceeded(u64 limit, u64 total, u64 own)
{
	return total > limit || own > limit - total;
}

#endif
