/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A timer for what waits for a token bucket.
 */
#ifndef _DOM0_BUCKET_TIMER_H
#define _DOM0_BUCKET_TIMER_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/time64.h>

/* No timer for each thing: far less than a bucket holds. */
#define DOM0_BUCKET_TIMER_MIN	(500 * NSEC_PER_USEC)

/**
 * dom0_bucket_timer() - have a timer expire when something may pass
 * @timer: on CLOCK_MONOTONIC, by absolute time
 * @due_ns: when it may pass, of ktime_get_ns()
 * @now_ns: ktime_get_ns()
 *
 * It expires then, or a little later. To set a timer may be a hypercall, so one that has been set
 * for this is left alone.
 *
 * Context: any; the caller serialises the calls for one timer.
 */
static inline void dom0_bucket_timer(struct hrtimer *timer, u64 due_ns, u64 now_ns)
{
	ktime_t due = ns_to_ktime(due_ns);
	ktime_t at = max(due, ns_to_ktime(now_ns + DOM0_BUCKET_TIMER_MIN));

	if (!hrtimer_is_queued(timer) || hrtimer_get_expires(timer) < due ||
	    hrtimer_get_expires(timer) > at)
		hrtimer_start(timer, at, HRTIMER_MODE_ABS);
}

#endif
