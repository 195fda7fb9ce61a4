// SPDX-License-Identifier: GPL-2.0
/* The oldest request of a disk, from the text in debugfs. */
#include "unit.h"

#include "tools/dom0ctl/oldest.c"

static struct oldest parsed(const char *text)
{
	struct oldest oldest;

	memset(&oldest, 0xff, sizeof(oldest));
	oldest_parse(text, &oldest);
	return oldest;
}

static void one_queue(void **state)
{
	struct oldest o =
		parsed("queue 0\n  abi 64\n  broken 0\n  oldest_ms 45012\n  oldest_state disk\n"
		       "  oldest_op write\n  oldest_sector 4294967296\n  oldest_nr_sectors 8\n"
		       "  oldest_id 18446744073709551615\n  pages 256\n");

	assert_int_equal(o.ms, 45012);
	assert_int_equal(o.queue, 0);
	assert_string_equal(o.state, "disk");
	assert_string_equal(o.op, "write");
	assert_int_equal(o.sector, 4294967296);
	assert_int_equal(o.nr_sectors, 8);
	assert_true(o.id == UINT64_MAX);
}

static void the_oldest_of_queues(void **state)
{
	struct oldest o = parsed("queue 0\n  oldest_ms 5\n  oldest_op read\n"
				 "queue 1\n  abi 64\n"
				 "queue 2\n  oldest_ms 31000\n  oldest_state limit\n"
				 "  oldest_op flush\n  oldest_id 3\n"
				 "queue 3\n  oldest_ms 30999\n  oldest_state disk\n");

	assert_int_equal(o.ms, 31000);
	assert_int_equal(o.queue, 2);
	assert_string_equal(o.state, "limit");
	assert_string_equal(o.op, "flush");
	assert_int_equal(o.id, 3);
	/* A line that a queue lacks is not taken from another queue. */
	assert_int_equal(o.sector, 0);
}

static void no_request(void **state)
{
	static const char * const texts[] = {
		"", "\n", "queue 0\n", "queue 0\n  abi 64\n", "queue 0\n  oldest_ms\n",
		"queue 0\n  oldest_ms x", "queue 0\n  oldest_op write\n",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(parsed(texts[i]).ms, 0);
}

static void words_that_are_too_long(void **state)
{
	struct oldest o =
		parsed("queue 0\n  oldest_ms 1\n  oldest_state a_word_of_more_than_sixteen\n");

	assert_string_equal(o.state, "a_word_of_more_");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(one_queue),
	cmocka_unit_test(the_oldest_of_queues),
	cmocka_unit_test(no_request),
	cmocka_unit_test(words_that_are_too_long),
};

RUN_TESTS(tests)
