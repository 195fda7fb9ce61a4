// SPDX-License-Identifier: GPL-2.0
/* The limit on the persistent grants of all disks, with guests that take what they can get. */
#include "unit.h"
#include "numbers.h"

/* ---- the parts of the kernel that pgrants_limit.c needs ---- */

struct mutex {
	int unused;
};

#define DEFINE_MUTEX(name) struct mutex name
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define lockdep_assert_held(lock) ((void)(lock))

#include "drivers/blkback/pgrants_limit.c"

unsigned int blk_max_all_persistent_grants;

#define LIMIT	65536UL
#define WANTED	1056U

static void rings_get_what_they_want_while_there_is_plenty(void **state)
{
	unsigned long own = 0;

	while (own + WANTED <= LIMIT / 2) {
		assert_int_equal(blk_pgrants_share(LIMIT, 0, own, WANTED), WANTED);
		own += WANTED;
	}
	assert_true(own >= 31 * WANTED);
}

/*
 * One guest with more idle disks than there are grants, then others: each gets half of what was
 * left.
 */
static void one_guest_does_not_get_all(void **state)
{
	unsigned long left = LIMIT, got;
	unsigned int guest, disk, nr[8][100];

	blk_max_all_persistent_grants = LIMIT;
	for (guest = 0; guest < 8; guest++) {
		for (got = 0, disk = 0; disk < 100; disk++) {
			nr[guest][disk] = blk_pgrants_claim(guest, WANTED);
			assert_in_range(nr[guest][disk], 0, WANTED);
			got += nr[guest][disk];
		}
		assert_in_range(got, left / 2 - BLK_PGRANTS_MIN, left / 2);
		assert_int_equal(claims_of(guest), got);
		left -= got;
		assert_int_equal(claimed_by_all, LIMIT - left);
	}
	for (guest = 0; guest < 8; guest++) {
		for (disk = 0; disk < 100; disk++)
			blk_pgrants_unclaim(guest, nr[guest][disk]);
		assert_int_equal(claims_of(guest), 0);
	}
	assert_int_equal(claimed_by_all, 0);
}

/* Shares shrink until they are too small to be useful. */
static void small_shares(void **state)
{
	assert_int_equal(blk_pgrants_share(1000, 0, 0, 100000), 500);
	assert_int_equal(blk_pgrants_share(1000, 0, 500, 100000), 0);
	assert_int_equal(blk_pgrants_share(1000, 500, 0, 100000), 250);
	assert_int_equal(blk_pgrants_share(1000, 500, 100, 100000), 150);
	assert_int_equal(blk_pgrants_share(1000, 1000 - 2 * BLK_PGRANTS_MIN, 0, 100000),
			 BLK_PGRANTS_MIN);
	assert_int_equal(blk_pgrants_share(1000, 1002 - 2 * BLK_PGRANTS_MIN, 0, 100000), 0);
}

static void limits_of_the_administrator(void **state)
{
	/* None at all, few for each ring, and a limit that was lowered. */
	assert_int_equal(blk_pgrants_share(0, 0, 0, WANTED), 0);
	assert_int_equal(blk_pgrants_share(1, 0, 0, WANTED), 0);
	assert_int_equal(blk_pgrants_share(LIMIT, 0, 0, 8), 8);
	assert_int_equal(blk_pgrants_share(LIMIT, 0, 0, 0), 0);
	assert_int_equal(blk_pgrants_share(10, 11, 0, WANTED), 0);
	assert_int_equal(blk_pgrants_share(10, 0, 11, WANTED), 0);
	assert_int_equal(blk_pgrants_share(~0U, 0, 0, ~0U), ~0U / 2);
}

static void guest_without_memory_copies(void **state)
{
	unsigned int nr;

	blk_max_all_persistent_grants = LIMIT;
	nr = blk_pgrants_claim(1, WANTED);
	claimed_by_guest.refuses = true;
	assert_int_equal(blk_pgrants_claim(2, WANTED), 0);
	assert_int_equal(claimed_by_all, nr);
	claimed_by_guest.refuses = false;
	blk_pgrants_unclaim(2, 0);
	blk_pgrants_unclaim(1, nr);
	assert_int_equal(claimed_by_all, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rings_get_what_they_want_while_there_is_plenty),
	cmocka_unit_test(one_guest_does_not_get_all),
	cmocka_unit_test(small_shares),
	cmocka_unit_test(limits_of_the_administrator),
	cmocka_unit_test(guest_without_memory_copies),
};

RUN_TESTS(tests)
