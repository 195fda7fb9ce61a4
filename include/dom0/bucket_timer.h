/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A timer for requests that wait for tokens of a bucket.
 */
#ifndef _DOM0_BUCKET_TIMER_H
#define _DOM0_BUCKET_TIMER_H

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/time64.h>

/*
 * Shortest time until the timer expires, so that not each request costs a timer. A bucket holds the
 * tokens of at least 20 ms, so none are lost by this delay.
 */
#define DOM0_BUCKET_TIMER_MIN	(500 * NSEC_PER_USEC)

/**
 * dom0_bucket_timer() - start a timer that expires when a request may pass
 * @timer: the timer, on CLOCK_MONOTONIC, by absolute time
 * @due_ns: when the request may pass, as a time of ktime_get_ns()
 * @now_ns: ktime_get_ns()
 *
 * The timer expires at @due_ns or up to DOM0_BUCKET_TIMER_MIN later. A timer that is already set to
 * such a time is left alone, because setting one may cost a hypercall.
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
