// SPDX-License-Identifier: GPL-2.0
#include "unit.h"

#include <stdlib.h>

#include "drivers/netback/rate.c"

#define SEC	1000000000ULL

static void texts(void **state)
{
	static const struct {
		const char *text;
		int err;
		u64 bytes, usec;
	} cases[] = {
		{ "12500,50000", 0, 12500, 50000 },
		{ "0,0", 0, 0, 0 },
		{ "1099511627776,3600000000", 0, 1ULL << 40, 3600000000ULL },
		{ "1099511627777,50000", -EINVAL },
		{ "12500,3600000001", -EINVAL },
		{ "18446744073709551617,50000", -EINVAL },
		{ "", -EINVAL }, { ",", -EINVAL }, { "1", -EINVAL }, { "1,", -EINVAL }, { ",1", -EINVAL },
		{ "1,2,3", -EINVAL }, { "-1,5", -EINVAL }, { "1,-5", -EINVAL }, { " 1,5", -EINVAL },
		{ "1, 5", -EINVAL }, { "1,5\n", -EINVAL }, { "0x10,5", -EINVAL }, { "1e3,5", -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 bytes = 77, usec = 77;

		assert_int_equal(vif_rate_parse(cases[i].text, &bytes, &usec), cases[i].err);
		assert_int_equal(bytes, cases[i].err ? 77 : cases[i].bytes);
		assert_int_equal(usec, cases[i].err ? 77 : cases[i].usec);
	}
}

static void no_limit(void **state)
{
	struct vif_rate rate;
	unsigned int i;

	vif_rate_set(&rate, 0, 50000, 5);
	for (i = 0; i < 1000; i++)
		assert_int_equal(vif_rate_take(&rate, 5, 65535), 0);
	vif_rate_set(&rate, 1000, 0, 5);
	for (i = 0; i < 1000; i++)
		assert_int_equal(vif_rate_take(&rate, 5, 65535), 0);
}

/* A packet larger than the bucket passes, and is paid for. */
static void large_packet(void **state)
{
	struct vif_rate rate;
	u64 wait;

	vif_rate_set(&rate, 1000, 1000000, 0);
	assert_int_equal(vif_rate_take(&rate, 0, 65535), 0);
	wait = vif_rate_take(&rate, 0, 60);
	assert_in_range(wait, 64 * SEC, 65 * SEC);
	assert_int_not_equal(vif_rate_take(&rate, wait - SEC / 100, 60), 0);
	assert_int_equal(vif_rate_take(&rate, wait, 60), 0);
}

/* A queue that asks again as soon as it may gets exactly the rate, whatever its packets. */
static void long_run(void **state)
{
	static const struct {
		u64 bytes, usec;
	} rates[] = { { 12500, 50000 }, { 1, 1000000 }, { 125000000, 1000 }, { 100, 1 }, { 1ULL << 40, 1 } };
	unsigned int i, k;

	srandom(1);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		u64 now = 12345, start = now, passed = 0, allowed;
		struct vif_rate rate;

		vif_rate_set(&rate, rates[i].bytes, rates[i].usec, now);
		for (k = 0; k < 20000; k++) {
			u32 len = 1 + random() % 65535;
			u64 wait = vif_rate_take(&rate, now, len);

			if (wait)
				now += wait;
			else
				passed += len;
			now += random() % 3;
		}
		allowed = (unsigned __int128)(now - start) * rates[i].bytes / (rates[i].usec * 1000) +
			  rate.burst + 65536;
		assert_true(passed <= allowed + allowed / 1000);
		/* It waits no longer than it must. */
		if (now - start > SEC)
			assert_true(passed >= allowed - allowed / 100 - 2 * 65536 - rate.burst);
	}
}

/* After a long silence the bucket is full, not fuller. */
static void idle(void **state)
{
	struct vif_rate rate;

	vif_rate_set(&rate, 1000, 50000, 0);
	assert_int_equal(vif_rate_take(&rate, 1ULL << 62, 1000), 0);
	assert_int_not_equal(vif_rate_take(&rate, 1ULL << 62, 1), 0);

	/* A short period's bucket holds 10 ms. */
	vif_rate_set(&rate, 1000, 1000, 0);
	assert_int_equal(vif_rate_take(&rate, 1ULL << 62, 9999), 0);
	assert_int_equal(vif_rate_take(&rate, 1ULL << 62, 1), 0);
	assert_int_not_equal(vif_rate_take(&rate, 1ULL << 62, 1), 0);
}

/* A queue whose timer is up to 4 ms late gets the rate all the same, however short the period. */
static void woken_late(void **state)
{
	static const u64 periods[] = { 1000, 2000, 5000, 10000, 50000, 1000000 };
	static const u64 rates[] = { 1000000, 12500000, 125000000 };	/* bytes a second */
	unsigned int i, k;

	srandom(2);
	for (i = 0; i < ARRAY_SIZE(periods) * ARRAY_SIZE(rates); i++) {
		u64 usec = periods[i / ARRAY_SIZE(rates)], a_second = rates[i % ARRAY_SIZE(rates)];
		u64 now = 0, passed = 0;
		struct vif_rate rate;

		vif_rate_set(&rate, a_second * usec / 1000000, usec, now);
		rate.credit = 0;
		for (k = 0; now < 20 * SEC; k++) {
			u64 wait = vif_rate_take(&rate, now, 1514);

			if (wait)
				now += wait + random() % 4000000;
			else
				passed += 1514;
		}
		assert_in_range(passed, 19 * a_second, 21 * a_second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(no_limit),
		cmocka_unit_test(large_packet),
		cmocka_unit_test(long_run),
		cmocka_unit_test(idle),
		cmocka_unit_test(woken_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
