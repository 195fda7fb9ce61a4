/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A memory limit that all queues share. Pure.
 */
#ifndef _VIF_SHARE_H
#define _VIF_SHARE_H

#include <linux/types.h>

/**
 * vif_share_exceeded() - check whether a queue exceeds its share of the limit
 * @limit: bytes that all queues together may have
 * @total: bytes that they have, those of this queue included
 * @own: bytes of this queue
 *
 * A queue may have as many bytes as all queues together leave free. So one greedy queue gets half
 * of the limit, and each of N greedy queues gets 1 / (N + 1) of it. The same share stays free for
 * another queue, which loses nothing because others are greedy.
 *
 * Return: true if the queue must drop packets.
 */
static inline bool vif_share_exceeded(u64 limit, u64 total, u64 own)
{
	return total > limit || own > limit - total;
}

#endif
