/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket that limits how often a frontend may connect, or change something. Pure: no kernel
 * service.
 */
#ifndef _DOM0_XENBUS_PACE_H
#define _DOM0_XENBUS_PACE_H

#include <linux/types.h>

/* Allow a few at once, which a restart needs, but slow down a frontend that goes on. */
#define DOM0_PACE_BURST		16
#define DOM0_PACE_INTERVAL_MS	500

/**
 * struct dom0_pace - the bucket of one device
 * @full_at_ms: when it is full again; 0 in a new bucket, which is full
 */
struct dom0_pace {
	u64 full_at_ms;
};

/**
 * dom0_pace_take() - take a token
 * @pace: the bucket
 * @now_ms: the time, of a clock that does not go back
 *
 * Return: 0 if there was one, else the milliseconds until there is one.
 */
u64 dom0_pace_take(struct dom0_pace *pace, u64 now_ms);

#endif
