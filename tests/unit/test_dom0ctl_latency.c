// SPDX-License-Identifier: GPL-2.0
/* Histograms as sysfs has them, their percentiles, and differences. */
#include "unit.h"

#include <stdio.h>

#include "tools/dom0ctl/counters.c"
#include "tools/dom0ctl/latency.c"
#include "drivers/blkback/latency.h"

/* The driver and the program have the same buckets and classes. */
static void buckets_of_the_driver(void **state)
{
	static const char * const names[] = {
#define C(name) #name,
		BLK_CLASSES(C)
#undef C
	};
	unsigned int i;

	assert_int_equal(LATENCY_BUCKETS, BLK_LATENCY_BUCKETS);
	for (i = 0; i < LATENCY_BUCKETS - 1; i++)
		assert_int_equal(latency_end(i), blk_latency_end(i));
	assert_int_equal(blk_latency_end(i), 0);
	assert_true(latency_end(i) == UINT64_MAX);
	assert_int_equal(LATENCY_CLASSES, BLK_NR_CLASSES);
	for (i = 0; i < LATENCY_CLASSES; i++)
		assert_string_equal(latency_class_name(i), names[i]);
}

static void a_line_of_sysfs(void **state)
{
	static const char line[] =
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 18446744073709551000";
	struct histogram histogram;

	assert_true(latency_parse(line, &histogram));
	assert_int_equal(histogram.counts[0], 1);
	assert_int_equal(histogram.counts[22], 23);
	assert_true(histogram.counts[23] == 18446744073709551000ull);
}

static void what_is_no_such_line(void **state)
{
	static const char * const bad[] = {
		"", "1", "x", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25",
		"1  2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 -24",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24x",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 18446744073709551616",
	};
	struct histogram histogram;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		histogram.counts[0] = 7;
		assert_false(latency_parse(bad[i], &histogram));
		assert_int_equal(latency_requests(&histogram), 0);
	}
}

static void percentiles(void **state)
{
	struct histogram histogram = { 0 };

	assert_int_equal(latency_percentile(&histogram, 50), 0);
	/* A single request is every percentile. */
	histogram.counts[4] = 1;
	assert_int_equal(latency_percentile(&histogram, 1), 128);
	assert_int_equal(latency_percentile(&histogram, 50), 128);
	assert_int_equal(latency_percentile(&histogram, 99), 128);
	/* 99 of 100 are within 128 us, and one is not. */
	histogram.counts[4] = 99;
	histogram.counts[10] = 1;
	assert_int_equal(latency_percentile(&histogram, 99), 128);
	assert_int_equal(latency_percentile(&histogram, 100), 8192);
	histogram.counts[10] = 2;
	assert_int_equal(latency_percentile(&histogram, 99), 8192);
	/* Half and half. */
	histogram.counts[10] = 99;
	assert_int_equal(latency_percentile(&histogram, 50), 128);
	histogram.counts[10] = 100;
	assert_int_equal(latency_percentile(&histogram, 50), 8192);
}

static void percentile_without_end(void **state)
{
	struct histogram histogram = { 0 };

	histogram.counts[0] = 3;
	histogram.counts[LATENCY_BUCKETS - 1] = 3;
	assert_int_equal(latency_percentile(&histogram, 50), 8);
	assert_true(latency_percentile(&histogram, 51) == UINT64_MAX);
}

static void percentile_of_many(void **state)
{
	struct histogram histogram = { 0 };

	histogram.counts[0] = 1ull << 62;
	histogram.counts[1] = 1ull << 62;
	assert_int_equal(latency_percentile(&histogram, 50), 8);
	assert_int_equal(latency_percentile(&histogram, 51), 16);
}

static void text_of_percentiles(void **state)
{
	char text[16];

	latency_text(text, sizeof(text), 0);
	assert_string_equal(text, "");
	latency_text(text, sizeof(text), 16);
	assert_string_equal(text, "16us");
	latency_text(text, sizeof(text), 1024);
	assert_string_equal(text, "1.0ms");
	latency_text(text, sizeof(text), 65536);
	assert_string_equal(text, "65.5ms");
	latency_text(text, sizeof(text), 1 << 25);
	assert_string_equal(text, "33.6s");
	latency_text(text, sizeof(text), UINT64_MAX);
	assert_string_equal(text, ">33.6s");
}

static void between_two_histograms(void **state)
{
	struct latency before = { .known = true }, after = { .known = true }, between;
	struct histogram all;

	before.of[LATENCY_READ].counts[2] = 10;
	after.of[LATENCY_READ].counts[2] = 12;
	after.of[LATENCY_DISCARD].counts[23] = 1;
	/* The counts have started again at 0. */
	before.of[LATENCY_WRITE].counts[0] = 100;
	after.of[LATENCY_WRITE].counts[0] = 4;
	latency_between(&before, &after, &between);
	assert_true(between.known);
	assert_int_equal(latency_requests(&between.of[LATENCY_READ]), 2);
	assert_int_equal(latency_requests(&between.of[LATENCY_WRITE]), 4);
	latency_all(&between, &all);
	assert_int_equal(latency_requests(&all), 7);
	assert_int_equal(all.counts[23], 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(buckets_of_the_driver),
	cmocka_unit_test(a_line_of_sysfs),
	cmocka_unit_test(what_is_no_such_line),
	cmocka_unit_test(percentiles),
	cmocka_unit_test(percentile_without_end),
	cmocka_unit_test(percentile_of_many),
	cmocka_unit_test(text_of_percentiles),
	cmocka_unit_test(between_two_histograms),
};

RUN_TESTS(tests)
