// SPDX-License-Identifier: GPL-2.0
/* How dom0ctl finds and prints counters. */
#include "unit.h"

#include <stdio.h>

#include "tools/dom0ctl/counters.c"

static const struct counter_kind kinds[] = {
	{ "rd_req", "reads", false },
	{ "failed", "failures", false },
	{ "in_flight", "now", true },
};

static struct counters parsed(const char *text)
{
	struct counters counters = { 0 };

	counters_parse(&counters, text, kinds, ARRAY_SIZE(kinds));
	return counters;
}

static void queues_are_summed(void **state)
{
	struct counters c = parsed("queue 0\n  abi 64\n  in_flight 3\n  rd_req 10\n  failed 0\n"
				   "queue 1\n  abi 64\n  in_flight 4\n  rd_req 32\n  failed 1\n");

	assert_int_equal(c.number, 3);
	assert_int_equal(counters_value(&c, "rd_req"), 42);
	assert_int_equal(counters_value(&c, "in_flight"), 7);
	assert_int_equal(counters_value(&c, "failed"), 1);
	assert_true(counters_find(&c, "in_flight")->gauge);
	assert_null(counters_find(&c, "abi"));
	assert_int_equal(counters_value(&c, "abi"), 0);
}

static void what_is_no_counter_is_passed_over(void **state)
{
	static const char * const bad[] = {
		"", "\n\n", "rd_req", "rd_req ", "rd_req x", "rd_req -1", "rd_req +1",
		"rd_req 1 2", "rd_req  1", "rd_req 1x", " 1", "rd_reqs 1", "rd_re 1",
		"rd_req 0x10", "rd_req 18446744073709551616",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parsed(bad[i]).number, 0);
}

static void the_largest_and_a_last_line_without_its_end(void **state)
{
	struct counters c = parsed("rd_req 18446744073709551615\nfailed 5");

	assert_true(counters_value(&c, "rd_req") == UINT64_MAX);
	assert_int_equal(counters_value(&c, "failed"), 5);
}

static void no_more_than_there_is_room_for(void **state)
{
	struct counters c = { 0 };
	char name[16];
	unsigned int i;

	for (i = 0; i < COUNTERS_MOST + 5; i++) {
		const struct counter_kind kind = { name, "", false };

		snprintf(name, sizeof(name), "c%u", i);
		counters_add(&c, &kind, i);
	}
	assert_int_equal(c.number, COUNTERS_MOST);
	assert_int_equal(counters_value(&c, "c95"), 95);
	assert_null(counters_find(&c, "c96"));
}

static void a_name_that_is_too_long(void **state)
{
	const struct counter_kind kind = { "a_name_that_has_forty_characters_and_more", "", false };
	struct counters c = { 0 };

	counters_add(&c, &kind, 1);
	assert_int_equal(c.number, 0);
}

static void differences(void **state)
{
	assert_int_equal(counter_difference(5, 5), 0);
	assert_int_equal(counter_difference(5, 7), 2);
	/* The counter has wrapped. */
	assert_int_equal(counter_difference(UINT64_MAX, 4), 5);
	assert_int_equal(counter_difference(UINT64_MAX - 9, 0), 10);
	/* The counters have started again at 0: the new value is the difference. */
	assert_int_equal(counter_difference(1000, 3), 3);
	assert_int_equal(counter_difference(1, 0), 0);
}

static void between_two_looks(void **state)
{
	struct counters before = parsed("rd_req 18446744073709551610\nin_flight 9\n");
	struct counters after = parsed("rd_req 4\nin_flight 2\nfailed 3\n"), between;

	counters_between(&before, &after, &between);
	assert_int_equal(between.number, 3);
	assert_int_equal(counters_value(&between, "rd_req"), 10);
	assert_int_equal(counters_value(&between, "in_flight"), 2);
	assert_int_equal(counters_value(&between, "failed"), 3);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(queues_are_summed),
	cmocka_unit_test(what_is_no_counter_is_passed_over),
	cmocka_unit_test(the_largest_and_a_last_line_without_its_end),
	cmocka_unit_test(no_more_than_there_is_room_for),
	cmocka_unit_test(a_name_that_is_too_long),
	cmocka_unit_test(differences),
	cmocka_unit_test(between_two_looks),
};

RUN_TESTS(tests)
