// SPDX-License-Identifier: GPL-2.0
/*
 * A bucket as the moment at which it is full; its device's queue serialises. Pure: compiled in user
 * space by tests/unit.
 */
#include "pace.h"

#include <linux/minmax.h>

/* Each token taken puts the moment off at which the bucket is full: so far, and no further. */
u64 dom0_pace_take(struct dom0_pace *pace, u64 now_ms)
{
	u64 full_at = max(pace->full_at_ms, now_ms) + DOM0_PACE_INTERVAL_MS;
	u64 latest = now_ms + DOM0_PACE_BURST * DOM0_PACE_INTERVAL_MS;

	if (full_at > latest)
		return full_at - latest;
	pace->full_at_ms = full_at;
	return 0;
}
