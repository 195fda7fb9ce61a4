// SPDX-License-Identifier: GPL-2.0
/* How often a frontend may connect: drivers/xenbus/pace.c. */
#include "unit.h"

#include "drivers/xenbus/pace.c"

static unsigned int burst(struct dom0_pace *pace, u64 now)
{
	unsigned int taken = 0;

	while (!dom0_pace_take(pace, now))
		assert_true(++taken <= DOM0_PACE_BURST);
	return taken;
}

static void a_burst_and_no_more(void **state)
{
	struct dom0_pace pace = { 0 };
	u64 now = 1000000;

	assert_int_equal(burst(&pace, now), DOM0_PACE_BURST);
	assert_true(dom0_pace_take(&pace, now) == DOM0_PACE_INTERVAL_MS);
	assert_true(dom0_pace_take(&pace, now + 1) == DOM0_PACE_INTERVAL_MS - 1);
}

/* A frontend that returns at the time it was given is served, once. */
static void the_wait_is_true(void **state)
{
	struct dom0_pace pace = { 0 };
	u64 now = 0, wait;

	burst(&pace, now);
	wait = dom0_pace_take(&pace, now);
	assert_true(dom0_pace_take(&pace, now + wait - 1) == 1);
	assert_true(dom0_pace_take(&pace, now + wait) == 0);
	assert_true(dom0_pace_take(&pace, now + wait) == DOM0_PACE_INTERVAL_MS);
}

static void it_fills_again(void **state)
{
	struct dom0_pace pace = { 0 };
	u64 now = 5;

	burst(&pace, now);
	now += 3 * DOM0_PACE_INTERVAL_MS;
	assert_int_equal(burst(&pace, now), 3);
	now += 1000 * DOM0_PACE_INTERVAL_MS;
	assert_int_equal(burst(&pace, now), DOM0_PACE_BURST);
}

/*
 * A frontend that tries without pause connects as often as a minute allows. Refused tries cost it
 * nothing.
 */
static void a_flapping_frontend(void **state)
{
	struct dom0_pace pace = { 0 };
	unsigned int taken = 0;
	u64 now;

	for (now = 7000; now < 67000; now++)
		taken += !dom0_pace_take(&pace, now);
	assert_int_equal(taken, DOM0_PACE_BURST + (60000 - 1) / DOM0_PACE_INTERVAL_MS);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_burst_and_no_more),
	cmocka_unit_test(the_wait_is_true),
	cmocka_unit_test(it_fills_again),
	cmocka_unit_test(a_flapping_frontend),
};

RUN_TESTS(tests)
