// SPDX-License-Identifier: GPL-2.0
/*
 * The token bucket of dom0/bucket.h. Each call adds the tokens that are due, so no timer runs.
 * Pure: compiled in user space by tests/unit.
 */
#include <dom0/bucket.h>

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/time64.h>

/*
 * Timers fire late, by milliseconds when Dom0 is busy. The bucket has room above @enough for the
 * tokens that come in this time, so they are not lost.
 */
#define LATE_NS		(10 * NSEC_PER_MSEC)

/* Limits that keep later additions from overflowing 64 bits. */
#define DEBT_MAX	((s64)BIT_ULL(60))
#define WAIT_MAX	BIT_ULL(61)

/* Return the tokens that come in @ns, rounded down; U64_MAX if they do not fit into 64 bits. */
static u64 amount_in(const struct dom0_bucket *bucket, u64 ns)
{
	u64 periods = div64_u64(ns, bucket->period_ns);
	u64 rest = ns - periods * bucket->period_ns;
	u64 sum;

	if (check_mul_overflow(periods, bucket->rate.amount, &sum) ||
	    check_add_overflow(sum, mul_u64_u64_div_u64(rest, bucket->rate.amount,
							bucket->period_ns), &sum))
		return U64_MAX;
	return sum;
}

/* Return the nanoseconds in which @amount tokens come, rounded up; WAIT_MAX at most. */
static u64 time_for(const struct dom0_bucket *bucket, u64 amount)
{
	u64 periods = div64_u64(amount, bucket->rate.amount);
	u64 rest = amount - periods * bucket->rate.amount;
	u64 ns;

	if (check_mul_overflow(periods, bucket->period_ns, &ns) || ns > WAIT_MAX)
		return WAIT_MAX;
	ns += mul_u64_u64_div_u64(rest, bucket->period_ns, bucket->rate.amount);
	ns += amount_in(bucket, ns) < amount;
	return min(ns, WAIT_MAX);
}

static bool rate_valid(const struct dom0_rate *rate)
{
	if (!rate->amount)
		return true;
	return rate->amount <= DOM0_RATE_MAX && rate->burst <= DOM0_RATE_MAX &&
	       rate->period_us && rate->period_us <= DOM0_RATE_PERIOD_MAX;
}

static bool same_rate(const struct dom0_rate *a, const struct dom0_rate *b)
{
	return a->amount == b->amount && a->period_us == b->period_us && a->burst == b->burst;
}

int dom0_bucket_set(struct dom0_bucket *bucket, const struct dom0_rate *rate, u64 now_ns)
{
	s64 late;

	if (!rate_valid(rate))
		return -ERANGE;
	if (same_rate(&bucket->rate, rate))
		return 0;
	bucket->period_ns = rate->period_us * NSEC_PER_USEC;
	bucket->rate.period_us = rate->period_us;
	bucket->rate.burst = rate->burst;
	/* dom0_bucket_limits() and dom0_turn_is_old() read these two without a lock. */
	WRITE_ONCE(bucket->rate.amount, rate->amount);
	WRITE_ONCE(bucket->generation, bucket->generation + 1);
	if (!rate->amount)
		return 1;
	late = amount_in(bucket, LATE_NS) + 1;
	bucket->burst = max_t(s64, rate->burst, 2 * late);
	bucket->enough = bucket->burst - late;
	bucket->credit = bucket->burst;
	bucket->last_ns = now_ns;
	return 1;
}
EXPORT_SYMBOL_GPL(dom0_bucket_set);

static void refill_bucket(struct dom0_bucket *bucket, u64 now_ns)
{
	s64 elapsed = now_ns - bucket->last_ns;
	u64 gain;

	if (elapsed <= 0)
		return;
	gain = amount_in(bucket, elapsed);
	if (elapsed > WAIT_MAX || gain >= (u64)(bucket->burst - bucket->credit)) {
		bucket->credit = bucket->burst;
		bucket->last_ns = now_ns;
	} else if (gain) {
		bucket->credit += gain;
		/* Keep the rest of the time, too short for a whole token, for the next refill. */
		bucket->last_ns += time_for(bucket, gain);
	}
}

/* The nanoseconds in which a part of the next token has already come. */
static u64 since_refill(const struct dom0_bucket *bucket, u64 now_ns)
{
	return max_t(s64, now_ns - bucket->last_ns, 0);
}

u64 dom0_bucket_take(struct dom0_bucket *bucket, u64 now_ns, u32 n)
{
	s64 target = min_t(s64, n, bucket->enough);
	u64 wait = 0;

	if (!bucket->rate.amount)
		return 0;
	refill_bucket(bucket, now_ns);
	if (bucket->credit < target)
		wait = time_for(bucket, target - bucket->credit) - since_refill(bucket, now_ns);
	bucket->credit = max_t(s64, bucket->credit - n, -DEBT_MAX);
	return wait;
}
EXPORT_SYMBOL_GPL(dom0_bucket_take);

static void take_for(struct dom0_bucket *bucket, struct dom0_turn *turn, u64 now_ns, u32 n)
{
	turn->due_ns = max(turn->due_ns, now_ns + dom0_bucket_take(bucket, now_ns, n));
	turn->paid += n;
}

u64 dom0_bucket_turn(struct dom0_bucket *bucket, struct dom0_turn *turn, u64 now_ns, u32 n)
{
	if (dom0_turn_is_old(bucket, turn))
		*turn = (struct dom0_turn) { .generation = bucket->generation };
	if (!dom0_bucket_limits(bucket))
		return now_ns;
	if (!turn->due_ns || n > turn->paid)
		take_for(bucket, turn, now_ns, n - turn->paid);
	return turn->due_ns;
}
EXPORT_SYMBOL_GPL(dom0_bucket_turn);
