// SPDX-License-Identifier: GPL-2.0
/* The limit on the persistent grants of all disks, with guests that take what they can get. */
#include "unit.h"

#include "drivers/blkback/pgrants_limit.h"

#define LIMIT	65536UL
#define WANTED	1056U

static void rings_get_what_they_want_while_there_is_plenty(void **state)
{
	unsigned long reserved = 0;
	unsigned int rings;

	for (rings = 0; rings < 32; rings++) {
		assert_int_equal(blk_pgrants_share(LIMIT, reserved, WANTED), WANTED);
		reserved += WANTED;
	}
}

/* One guest with four disks of 64 queues each, then others. */
static void all_together_stay_below(void **state)
{
	unsigned long reserved = 0, before;
	unsigned int wanted, rings;

	for (wanted = 1; wanted <= 65536; wanted *= 4) {
		reserved = 0;
		for (rings = 0; rings < 4 * 64 * 64; rings++) {
			before = reserved;
			reserved += blk_pgrants_share(LIMIT, reserved, wanted);
			assert_true(reserved - before <= wanted);
			assert_true(reserved < LIMIT);
		}
	}
}

/* One that comes later still gets something, until the shares are too small to be of use. */
static void the_first_does_not_get_all(void **state)
{
	assert_int_equal(blk_pgrants_share(1000, 0, 100000), 500);
	assert_int_equal(blk_pgrants_share(1000, 500, 100000), 250);
	assert_int_equal(blk_pgrants_share(1000, 1000 - 2 * BLK_PGRANTS_MIN, 100000), BLK_PGRANTS_MIN);
	assert_int_equal(blk_pgrants_share(1000, 1002 - 2 * BLK_PGRANTS_MIN, 100000), 0);
}

static void limits_of_the_administrator(void **state)
{
	/* None at all, few for each ring, and a limit that was lowered. */
	assert_int_equal(blk_pgrants_share(0, 0, WANTED), 0);
	assert_int_equal(blk_pgrants_share(1, 0, WANTED), 0);
	assert_int_equal(blk_pgrants_share(LIMIT, 0, 8), 8);
	assert_int_equal(blk_pgrants_share(LIMIT, 0, 0), 0);
	assert_int_equal(blk_pgrants_share(10, 11, WANTED), 0);
	assert_int_equal(blk_pgrants_share(~0U, 0, ~0U), ~0U / 2);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rings_get_what_they_want_while_there_is_plenty),
	cmocka_unit_test(all_together_stay_below),
	cmocka_unit_test(the_first_does_not_get_all),
	cmocka_unit_test(limits_of_the_administrator),
};

RUN_TESTS(tests)
