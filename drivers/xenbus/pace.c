// SPDX-License-Identifier: GPL-2.0
/*
 * A token bucket, stored as the time at which it is full. The device's queue serialises the calls.
 * Pure: compiled in user space by tests/unit.
 */
#include "pace.h"

#include <linux/minmax.h>

/*
 * Each token delays the time at which the bucket is full by one interval. The bucket is empty when
 * that time is a whole burst ahead.
 */
u64 dom0_pace_take(struct dom0_pace *pace, u64 now_ms)
{
	u64 full_at = max(pace->full_at_ms, now_ms) + DOM0_PACE_INTERVAL_MS;
	u64 latest = now_ms + DOM0_PACE_BURST * DOM0_PACE_INTERVAL_MS;

	if (full_at > latest)
		return full_at - latest;
	pace->full_at_ms = full_at;
	return 0;
}
