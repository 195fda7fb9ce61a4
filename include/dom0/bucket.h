/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket, which limits the rate of bytes, packets or operations. Pure: uses no kernel
 * service, compiles in user space. Its owner serialises the calls.
 *
 * A request or packet takes its tokens at once, even if the bucket has too few. The bucket returns
 * the time when it may pass. So requests pass in order, and small ones do not starve a large one.
 */
#ifndef _DOM0_BUCKET_H
#define _DOM0_BUCKET_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* Largest amount of a rate and largest burst, in bytes, packets or operations. */
#define DOM0_RATE_MAX		BIT_ULL(40)
/* Longest period, in microseconds: an hour. */
#define DOM0_RATE_PERIOD_MAX	3600000000ULL

/**
 * struct dom0_rate - a rate that an administrator has set
 * @amount: bytes, packets or operations in a period; 0 for no limit
 * @period_us: length of a period in microseconds; 0 only if @amount is 0
 * @burst: amount that may pass at once after a pause. Raised to the amount of 20 ms if it is less
 */
struct dom0_rate {
	u64 amount;
	u64 period_us;
	u64 burst;
};

/**
 * struct dom0_bucket - one limit; all zeros means no limit
 * @rate: the rate as it was set
 * @period_ns: length of a period in nanoseconds
 * @burst: the largest value of @credit
 * @enough: the credit at which a request of any size may pass
 * @credit: tokens in the bucket; negative while requests wait that have already taken their tokens
 * @last_ns: time of the last update of @credit, in nanoseconds
 * @generation: changes each time that the limit changes
 */
struct dom0_bucket {
	struct dom0_rate rate;
	u64 period_ns;
	s64 burst;
	s64 enough;
	s64 credit;
	u64 last_ns;
	u32 generation;
};

/**
 * struct dom0_turn - tokens that one waiting request has taken; all zeros means none
 * @due_ns: when the request may pass, in nanoseconds
 * @paid: how many tokens it has taken
 * @generation: generation of the limit when it took them
 */
struct dom0_turn {
	u64 due_ns;
	u32 paid;
	u32 generation;
};

/**
 * dom0_bucket_set() - set or lift the limit
 * @bucket: the bucket; full afterwards, unless @rate is the one that it already has
 * @rate: the limit; @amount and @burst up to DOM0_RATE_MAX, @period_us up to DOM0_RATE_PERIOD_MAX
 * @now_ns: the time, of a clock that does not go back
 *
 * A request that waits for its turn calls dom0_bucket_turn() again. Any context.
 *
 * Return: 1 if the limit has changed, 0 if @rate is the one that the bucket already has, or -ERANGE
 * if @rate is invalid.
 */
int dom0_bucket_set(struct dom0_bucket *bucket, const struct dom0_rate *rate, u64 now_ns);

/**
 * dom0_bucket_limits() - check whether there is a limit
 * @bucket: the bucket
 *
 * Callers need not serialise. Any context.
 *
 * Return: false if there is no limit, so that dom0_bucket_take() always returns 0.
 */
static inline bool dom0_bucket_limits(const struct dom0_bucket *bucket)
{
	return READ_ONCE(bucket->rate.amount);
}

/**
 * dom0_bucket_take() - take the tokens of a request, and compute when it may pass
 * @bucket: the bucket
 * @now_ns: the time, of a clock that does not go back
 * @n: tokens that the request needs
 *
 * The request waits for the returned time, then passes without asking again. In any time t, at most
 * the rate's amount for t and one burst pass. If a request is larger than @enough, its size and the
 * amount of 10 ms take the place of the burst. A caller that is up to 10 ms late loses no tokens.
 * Any context.
 *
 * Return: 0 if the request may pass now, else the nanoseconds until it may.
 */
u64 dom0_bucket_take(struct dom0_bucket *bucket, u64 now_ns, u32 n);

/**
 * dom0_bucket_turn() - ask when a request may pass; may be called repeatedly
 * @bucket: the bucket
 * @turn: what the request has taken so far; the caller may zero it when the request has passed
 * @now_ns: the time, of a clock that does not go back
 * @n: tokens that the request needs
 *
 * Takes tokens at the first call, and again if the limit has changed since. If @n has grown, for
 * example because another request has taken the place of the first, takes the difference. Any
 * context.
 *
 * Return: the time at which the request may pass; @now_ns or earlier if it may pass now.
 */
u64 dom0_bucket_turn(struct dom0_bucket *bucket, struct dom0_turn *turn, u64 now_ns, u32 n);

/**
 * dom0_turn_is_old() - check whether the limit has changed since dom0_bucket_turn()
 * @bucket: the bucket
 * @turn: a turn of this bucket
 *
 * The bucket's owner need not serialise this call. Any context.
 *
 * Return: true if the request that waits for this turn should ask again.
 */
static inline bool dom0_turn_is_old(const struct dom0_bucket *bucket, const struct dom0_turn *turn)
{
	return turn->generation != READ_ONCE(bucket->generation);
}

#endif
