// SPDX-License-Identifier: GPL-2.0
/* Token buckets, which all rate limits use: drivers/core/bucket.c. */
#include "unit.h"

#include <stdlib.h>

#include "drivers/core/bucket.c"

#define MS	1000000ULL
#define SEC	1000000000ULL
#define TAKES	300

typedef unsigned __int128 wide;

static struct dom0_bucket bucket_of(u64 amount, u64 period_us, u64 burst, u64 now)
{
	struct dom0_bucket bucket = { 0 };
	const struct dom0_rate rate = { amount, period_us, burst };

	assert_int_equal(dom0_bucket_set(&bucket, &rate, now), 1);
	return bucket;
}

static u64 any_u64(void)
{
	return (u64)random() << 42 ^ (u64)random() << 21 ^ random();
}

/* A random number with a random number of bits. */
static u64 any_up_to(u64 max)
{
	u64 value = any_u64() >> random() % 64;

	return value > max ? value % max : value;
}

static void no_limit(void **state)
{
	static const struct dom0_rate none = { 0 }, some = { 100, 1000, 0 };
	struct dom0_bucket bucket = { 0 };
	unsigned int i;

	for (i = 0; i < 1000; i++)
		assert_int_equal(dom0_bucket_take(&bucket, 5, U32_MAX), 0);
	assert_false(dom0_bucket_limits(&bucket));

	assert_int_equal(dom0_bucket_set(&bucket, &some, 5), 1);
	assert_true(dom0_bucket_limits(&bucket));
	dom0_bucket_take(&bucket, 5, U32_MAX);
	assert_int_not_equal(dom0_bucket_take(&bucket, 5, 1), 0);
	assert_int_equal(dom0_bucket_set(&bucket, &none, 5), 1);
	assert_int_equal(dom0_bucket_take(&bucket, 5, U32_MAX), 0);
	assert_false(dom0_bucket_limits(&bucket));
}

static void out_of_range(void **state)
{
	static const struct dom0_rate bad[] = {
		{ DOM0_RATE_MAX + 1, 1000, 0 }, { U64_MAX, 1000, 0 }, { 1, 0, 0 },
		{ 1, U64_MAX, 0 }, { 1, DOM0_RATE_PERIOD_MAX + 1, 0 },
		{ 1, 1000, DOM0_RATE_MAX + 1 }, { 1, 1000, U64_MAX },
	};
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 0, 7), before = bucket;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(dom0_bucket_set(&bucket, &bad[i], 9), -ERANGE);
		assert_memory_equal(&bucket, &before, sizeof(bucket));
	}
}

/* Setting the same limit again adds no tokens. A different limit begins with a full bucket. */
static void set_again(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 500, 0);
	const struct dom0_rate same = { 1000, 1000000, 500 }, other = { 1000, 1000000, 600 };

	assert_int_equal(dom0_bucket_take(&bucket, 0, 500), 0);
	assert_int_equal(dom0_bucket_set(&bucket, &same, 0), 0);
	assert_int_not_equal(dom0_bucket_take(&bucket, 0, 1), 0);
	assert_int_equal(dom0_bucket_set(&bucket, &other, 0), 1);
	assert_int_equal(dom0_bucket_take(&bucket, 0, 589), 0);
	assert_int_equal(dom0_bucket_take(&bucket, 0, 11), 0);
	assert_int_not_equal(dom0_bucket_take(&bucket, 0, 1), 0);
}

/*
 * A waiting request takes its tokens once, however often it asks. A larger one in its place takes
 * the difference.
 */
static void turn_pays_once(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 500, 1);
	struct dom0_turn turn = { 0 };
	u64 due;

	dom0_bucket_take(&bucket, 1, 500);
	due = dom0_bucket_turn(&bucket, &turn, 1, 100);
	assert_true(due > 1);
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 1, 100), due);
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 1 + 50 * MS, 60), due);
	assert_int_equal(bucket.credit, -100);
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 1, 150), due + 50 * MS);
	assert_int_equal(bucket.credit, -150);
}

/*
 * After a change of the limit, a request takes tokens again. Setting the same limit is no change.
 */
static void turn_of_a_changed_limit(void **state)
{
	static const struct dom0_rate none = { 0 }, faster = { 2000, 1000000, 500 };
	static const struct dom0_rate same = { 1000, 1000000, 500 };
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 500, 1);
	struct dom0_turn turn = { 0 };
	u64 due;

	dom0_bucket_take(&bucket, 1, 1000000);
	due = dom0_bucket_turn(&bucket, &turn, 1, 100);
	assert_false(dom0_turn_is_old(&bucket, &turn));
	assert_int_equal(dom0_bucket_set(&bucket, &same, 1), 0);
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 1, 100), due);
	assert_int_equal(dom0_bucket_set(&bucket, &faster, 1), 1);
	assert_true(dom0_turn_is_old(&bucket, &turn));
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 1, 100), 1);
	assert_int_equal(bucket.credit, 400);
	assert_int_equal(dom0_bucket_set(&bucket, &none, 1), 1);
	assert_int_equal(dom0_bucket_turn(&bucket, &turn, 7, U32_MAX), 7);
	assert_false(dom0_turn_is_old(&bucket, &turn));
}

/* A request larger than the bucket passes, and takes all its tokens. */
static void large_thing(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 0, 0);
	u64 wait;

	assert_int_equal(dom0_bucket_take(&bucket, 0, 65535), 0);
	wait = dom0_bucket_take(&bucket, 0, 60);
	assert_in_range(wait, 65 * SEC, 66 * SEC);
}

/* After a long pause the bucket is full, and holds no more than that. */
static void idle(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000, 50000, 1000, 0);

	assert_int_equal(dom0_bucket_take(&bucket, 1ULL << 62, 500), 0);
	assert_int_equal(dom0_bucket_take(&bucket, 1ULL << 62, 500), 0);
	assert_int_not_equal(dom0_bucket_take(&bucket, 1ULL << 62, 1), 0);
}

/* While time stands still, or goes back, the burst passes and no more, and the waits add up. */
static void no_time(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000, 1000000, 100, 50 * SEC);
	unsigned int i;

	for (i = 0; i < 100; i++)
		assert_int_equal(dom0_bucket_take(&bucket, i % 2 ? 50 * SEC : 49 * SEC, 1), 0);
	for (i = 1; i <= 1000; i++)
		assert_int_equal(dom0_bucket_take(&bucket, 50 * SEC, 1), i * MS);
	/* The clock goes back by a second and returns: no tokens have come meanwhile. */
	assert_int_equal(dom0_bucket_take(&bucket, 49 * SEC, 1), 1001 * MS);
	assert_int_equal(dom0_bucket_take(&bucket, 50 * SEC, 1), 1002 * MS);
}

/* Requests pass in the order of arrival, also a large one among small ones. */
static void in_order(void **state)
{
	struct dom0_bucket bucket = bucket_of(1000000, 1000000, 20000, 0);
	u64 now = 0, large;

	assert_int_equal(dom0_bucket_take(&bucket, now, 10000), 0);
	assert_int_equal(dom0_bucket_take(&bucket, now, 10000), 0);
	large = now + dom0_bucket_take(&bucket, now, 1 << 20);
	assert_in_range(large, 9 * MS, 11 * MS);
	for (now = 0; now < 20 * MS; now += MS)
		assert_true(now + dom0_bucket_take(&bucket, now, 1) > large);
}

struct passed {
	u64 when;
	u32 n;
};

/* Check how much passes between any two requests. */
static void check_windows(const struct dom0_bucket *bucket, const struct passed *passed,
			  u32 largest)
{
	wide most = max_t(u64, bucket->burst, largest + (bucket->burst - bucket->enough));
	unsigned int i, k;
	wide sum;

	for (i = 0; i < TAKES; i++) {
		for (k = i, sum = 0; k < TAKES; k++) {
			sum += passed[k].n;
			assert_true(sum <= most + (wide)(passed[k].when - passed[i].when) *
				    bucket->rate.amount / bucket->period_ns);
		}
	}
}

/*
 * With any limit, sizes and pauses, at most rate * t and the burst pass, in the order of arrival.
 * Some requests arrive while earlier ones wait.
 */
static void never_more(void **state)
{
	struct passed passed[TAKES];
	unsigned int i, run, whole = 0;

	srandom(1);
	for (run = 0; run < 400; run++) {
		u64 now = any_up_to(1ULL << 61), amount = 1 + any_up_to(DOM0_RATE_MAX - 1);
		u64 period = 1 + any_up_to(DOM0_RATE_PERIOD_MAX - 1), wait;
		struct dom0_bucket bucket =
			bucket_of(amount, period, any_up_to(DOM0_RATE_MAX), now);
		u32 most = any_up_to(U32_MAX) + 1U ?: 1, largest = 0;
		bool patient = random() % 2;
		u64 pause = bucket.period_ns / amount + 2;

		for (i = 0; i < TAKES; i++) {
			passed[i].n = any_up_to(most);
			largest = max(largest, passed[i].n);
			wait = dom0_bucket_take(&bucket, now, passed[i].n);
			passed[i].when = now + wait;
			assert_true(!i || passed[i].when >= passed[i - 1].when);
			if (patient)
				now += wait;
			now += any_up_to(pause);
			/* No clock of the kernel exceeds this value. */
			if (wait > WAIT_MAX / 2 || now > 1ULL << 62)
				break;
		}
		if (i < TAKES)
			continue;
		check_windows(&bucket, passed, largest);
		whole++;
	}
	assert_true(whole > 200);
}

/* A caller that is woken up to 10 ms late still gets the rate, with any period. */
static void one_woken_late(u64 a_second, u64 period_us, u32 size)
{
	u64 amount = a_second * period_us / 1000000, things = a_second * 20 / size;
	u64 now = 0, n, wait;
	struct dom0_bucket bucket = bucket_of(amount, period_us, amount, now);

	if (things < 100 || things > 300000)
		return;
	bucket.credit = 0;
	for (n = 0; n < things; n++) {
		wait = dom0_bucket_take(&bucket, now, size);
		if (wait)
			now += wait + random() % (10 * MS);
	}
	assert_in_range(now, 19 * SEC, 21 * SEC);
}

static void woken_late(void **state)
{
	static const u64 periods[] = { 1000, 2000, 5000, 10000, 50000, 1000000 };
	static const u64 rates[] = { 100, 5000, 50000, 1000000, 12500000, 125000000, 1250000000 };
	static const u32 sizes[] = { 1, 512, 1514, 65535, 1 << 20, 10 << 20 };
	unsigned int i;

	srandom(2);
	for (i = 0; i < ARRAY_SIZE(periods) * ARRAY_SIZE(rates) * ARRAY_SIZE(sizes); i++) {
		u64 period = periods[i % ARRAY_SIZE(periods)];
		u64 rate = rates[i / ARRAY_SIZE(periods) % ARRAY_SIZE(rates)];

		if (rate * period >= 1000000)
			one_woken_late(rate, period,
				       sizes[i / ARRAY_SIZE(periods) / ARRAY_SIZE(rates)]);
	}
}

/* Few operations a second: each passes at its time. */
static void slow_pieces(void **state)
{
	static const u64 rates[] = { 1, 3, 10, 100, 1000 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		struct dom0_bucket bucket = bucket_of(rates[i], 1000000, 1, 0);
		u64 now = 0;

		for (k = 0; k < 20 * rates[i] + bucket.burst; k++)
			now += dom0_bucket_take(&bucket, now, 1);
		assert_in_range(now, 20 * SEC - 20 * SEC / 1000, 20 * SEC + 20 * SEC / 1000);
	}
}

static void extremes(void **state)
{
	static const u64 amounts[] = { 1, DOM0_RATE_MAX }, periods[] = { 1, DOM0_RATE_PERIOD_MAX };
	static const u64 bursts[] = { 0, DOM0_RATE_MAX }, times[] = { 0, S64_MAX };
	static const u32 sizes[] = { 0, 1, U32_MAX };
	unsigned int i, k;

	for (i = 0; i < 16; i++) {
		u64 now = times[i >> 3 & 1];
		struct dom0_bucket bucket = bucket_of(amounts[i & 1], periods[i >> 1 & 1],
						      bursts[i >> 2 & 1], now);

		for (k = 0; k < 3000; k++) {
			assert_true(dom0_bucket_take(&bucket, now, sizes[k % 3]) <= WAIT_MAX);
			if (k % 500 == 499)
				now = times[k / 500 % 2];
		}
		assert_true(bucket.credit <= bucket.burst && bucket.credit >= -DEBT_MAX);
	}
}

/* Products that overflow 64 bits. */
static void products(void **state)
{
	struct dom0_bucket fast = bucket_of(DOM0_RATE_MAX, 1, 0, 0);
	struct dom0_bucket slow = bucket_of(1, 1U << 31, 1U << 31, 0);

	fast.credit = 0;
	assert_int_equal(dom0_bucket_take(&fast, (1ULL << 24) * 1000, 1), 0);
	assert_int_equal(dom0_bucket_take(&slow, 0, 1U << 31), 0);
	assert_true(dom0_bucket_take(&slow, 0, 1U << 30) == WAIT_MAX);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(no_limit),
	cmocka_unit_test(out_of_range),
	cmocka_unit_test(set_again),
	cmocka_unit_test(turn_pays_once),
	cmocka_unit_test(turn_of_a_changed_limit),
	cmocka_unit_test(large_thing),
	cmocka_unit_test(idle),
	cmocka_unit_test(no_time),
	cmocka_unit_test(in_order),
	cmocka_unit_test(never_more),
	cmocka_unit_test(woken_late),
	cmocka_unit_test(slow_pieces),
	cmocka_unit_test(extremes),
	cmocka_unit_test(products),
};

RUN_TESTS(tests)
