/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket: how much of something may pass in a time. Pure: uses no kernel service, compiles
 * in user space. Its owner serialises the calls.
 *
 * What comes takes its tokens at once, and is told when it may pass. So things pass in the order in
 * which they came, and small ones do not keep a large one from its turn.
 */
#ifndef _DOM0_BUCKET_H
#define _DOM0_BUCKET_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* Most that a rate and a burst can be, in bytes or in pieces. */
#define DOM0_RATE_MAX		BIT_ULL(40)
/* Longest period, in microseconds: an hour. */
#define DOM0_RATE_PERIOD_MAX	3600000000ULL

/**
 * struct dom0_rate - what an administrator allows
 * @amount: bytes, packets or operations in a period; 0 for no limit
 * @period_us: length of a period in microseconds, not 0 unless @amount is
 * @burst: what may pass at once after a pause. At least what comes in 20 ms counts
 */
struct dom0_rate {
	u64 amount;
	u64 period_us;
	u64 burst;
};

/**
 * struct dom0_bucket - one limit; all zeros is none
 * @rate: as it was set
 * @period_ns: length of a period
 * @burst: the most that @credit can be
 * @enough: with so much credit anything may pass, however large it is
 * @credit: what may pass now; less than 0 while things wait that have taken theirs
 * @last_ns: when @credit was last brought up to date
 * @generation: of the limit, another one each time that it changes
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
 * struct dom0_turn - what one thing that waits has taken from a bucket; all zeros is nothing
 * @due_ns: when it may pass
 * @paid: how much it has taken
 * @generation: of the limit that it has asked
 */
struct dom0_turn {
	u64 due_ns;
	u32 paid;
	u32 generation;
};

/**
 * dom0_bucket_set() - set or lift the limit
 * @bucket: the bucket; full afterwards, unless @rate is the one that it has
 * @rate: the limit; @amount and @burst up to DOM0_RATE_MAX, @period_us up to DOM0_RATE_PERIOD_MAX
 * @now_ns: the time
 *
 * What was told to wait asks again by dom0_bucket_turn().
 *
 * Return: 1, 0 if @rate is the one that it has, or -ERANGE; then nothing has changed.
 */
int dom0_bucket_set(struct dom0_bucket *bucket, const struct dom0_rate *rate, u64 now_ns);

/**
 * dom0_bucket_limits() - whether there is a limit
 * @bucket: the bucket
 *
 * Needs no serialising.
 *
 * Return: false if dom0_bucket_take() would say 0, whatever passes.
 */
static inline bool dom0_bucket_limits(const struct dom0_bucket *bucket)
{
	return READ_ONCE(bucket->rate.amount);
}

/**
 * dom0_bucket_take() - take what something needs, and hear when it may pass
 * @bucket: the bucket
 * @now_ns: the time, of a clock that does not go back
 * @n: how much it is
 *
 * It is paid for with this call: it passes when the time has come, and does not ask again. Over any
 * time t, what passes when it is told to is at most what the rate allows in t and the burst; or,
 * where one thing is larger than @enough, that thing and what comes in 10 ms. A caller that comes
 * up to 10 ms late loses nothing.
 *
 * Return: 0 if it may pass now, else the nanoseconds until it may.
 */
u64 dom0_bucket_take(struct dom0_bucket *bucket, u64 now_ns, u32 n);

/**
 * dom0_bucket_turn() - ask when something may pass, as often as one likes
 * @bucket: the bucket
 * @turn: what it has taken before; may be zeroed when it has passed
 * @now_ns: the time, of a clock that does not go back
 * @n: how much it is
 *
 * Takes tokens the first time, and again if the limit has changed since. Where another thing has
 * come into the place of the first, what it needs more is taken.
 *
 * Return: the time at which it may pass, @now_ns or earlier if that is now.
 */
u64 dom0_bucket_turn(struct dom0_bucket *bucket, struct dom0_turn *turn, u64 now_ns, u32 n);

/**
 * dom0_turn_is_old() - whether the limit has changed since it was asked
 * @bucket: the bucket
 * @turn: what has been taken from it
 *
 * Needs no serialising of the bucket's calls.
 *
 * Return: true if what waits for this turn should ask again.
 */
static inline bool dom0_turn_is_old(const struct dom0_bucket *bucket, const struct dom0_turn *turn)
{
	return turn->generation != READ_ONCE(bucket->generation);
}

#endif
