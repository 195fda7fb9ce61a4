// SPDX-License-Identifier: GPL-2.0
/* The buckets and classes of a disk's histograms of latency, and their sums. */
#include "unit.h"

#include "drivers/blkback/latency.c"

static void ends_of_buckets(void **state)
{
	unsigned int i;

	assert_int_equal(blk_latency_end(0), 8);
	assert_int_equal(blk_latency_end(1), 16);
	assert_int_equal(blk_latency_end(BLK_LATENCY_BUCKETS - 2), 1 << 25);
	assert_int_equal(blk_latency_end(BLK_LATENCY_BUCKETS - 1), 0);
	for (i = 0; i < BLK_LATENCY_BUCKETS - 1; i++) {
		assert_int_equal(blk_latency_bucket(blk_latency_end(i) - 1), i);
		assert_int_equal(blk_latency_bucket(blk_latency_end(i)), i + 1);
	}
}

static void the_shortest_and_the_longest(void **state)
{
	assert_int_equal(blk_latency_bucket(0), 0);
	assert_int_equal(blk_latency_bucket(1), 0);
	assert_int_equal(blk_latency_bucket(1UL << 32), BLK_LATENCY_BUCKETS - 1);
	assert_int_equal(blk_latency_bucket(~0UL), BLK_LATENCY_BUCKETS - 1);
}

/* The bucket of 33 to 66 ms, which the lab expects of a disk that takes 50 ms. */
static void fifty_milliseconds(void **state)
{
	unsigned int bucket = blk_latency_bucket(50000);

	assert_int_equal(blk_latency_end(bucket), 65536);
	assert_int_equal(blk_latency_end(bucket - 1), 32768);
}

static void classes_of_operations(void **state)
{
	assert_int_equal(blk_class_of(BLKIF_OP_READ), BLK_CLASS_read);
	assert_int_equal(blk_class_of(BLKIF_OP_WRITE), BLK_CLASS_write);
	assert_int_equal(blk_class_of(BLKIF_OP_FLUSH_DISKCACHE), BLK_CLASS_flush);
	assert_int_equal(blk_class_of(BLKIF_OP_WRITE_BARRIER), BLK_CLASS_flush);
	assert_int_equal(blk_class_of(BLKIF_OP_DISCARD), BLK_CLASS_discard);
	assert_int_equal(blk_class_of(4), BLK_NR_CLASSES);
	assert_int_equal(blk_class_of(BLKIF_OP_INDIRECT), BLK_NR_CLASSES);
	assert_int_equal(blk_class_of(255), BLK_NR_CLASSES);
}

static u64 counted_in(const struct blk_latency *latency, unsigned int class)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < BLK_LATENCY_BUCKETS; i++)
		sum += latency->counts[class][i];
	return sum;
}

/* Any operation and any time counts once, and in its own row. */
static void each_request_counts_once(void **state)
{
	struct blk_latency latency = { 0 };
	unsigned int op, shift, class;
	u64 sum = 0;

	for (op = 0; op < 256; op++)
		for (shift = 0; shift < 64; shift++)
			blk_latency_count(&latency, op, 1UL << shift);
	for (class = 0; class <= BLK_NR_CLASSES; class++)
		sum += counted_in(&latency, class);
	assert_int_equal(sum, 256 * 64);
	assert_int_equal(counted_in(&latency, BLK_CLASS_read), 64);
	assert_int_equal(counted_in(&latency, BLK_CLASS_flush), 2 * 64);
	assert_int_equal(latency.counts[BLK_CLASS_read][0], 3);
	assert_int_equal(latency.counts[BLK_CLASS_read][1], 1);
}

static void sums_of_histograms(void **state)
{
	struct blk_latency sum = { 0 }, part = { 0 };

	blk_latency_count(&sum, BLKIF_OP_READ, 5);
	blk_latency_count(&part, BLKIF_OP_READ, 5);
	blk_latency_count(&part, BLKIF_OP_DISCARD, ~0UL);
	blk_latency_add(&sum, &part);
	assert_int_equal(sum.counts[BLK_CLASS_read][0], 2);
	assert_int_equal(sum.counts[BLK_CLASS_discard][BLK_LATENCY_BUCKETS - 1], 1);
	assert_int_equal(counted_in(&sum, BLK_CLASS_write), 0);
	assert_int_equal(counted_in(&part, BLK_CLASS_read), 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(ends_of_buckets),
	cmocka_unit_test(the_shortest_and_the_longest),
	cmocka_unit_test(fifty_milliseconds),
	cmocka_unit_test(classes_of_operations),
	cmocka_unit_test(each_request_counts_once),
	cmocka_unit_test(sums_of_histograms),
};

RUN_TESTS(tests)
