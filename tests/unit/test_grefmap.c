// SPDX-License-Identifier: GPL-2.0
/* The hash table of persistent grants, compared with a plain array: drivers/blkback/grefmap.c. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/blkback/grefmap.c"

#define ORDER	3
#define SLOTS	BIT(ORDER)

/* With the multiplier 1 the home slot is the top three bits, so that a test can choose it. */
#define REF(slot, n)	(((u32)(slot) << 29) + (n))

struct fixture {
	struct blk_grefmap_slot slots[SLOTS];
	struct blk_grefmap map;
};

static void setup(struct fixture *f)
{
	memset(f->slots, 0xa5, sizeof(f->slots));
	blk_grefmap_init(&f->map, f->slots, ORDER, 0);
}

static void test_order_keeps_half_free(void **state)
{
	assert_int_equal(blk_grefmap_order(1), 1);
	assert_int_equal(blk_grefmap_order(2), 2);
	assert_int_equal(blk_grefmap_order(3), 3);
	assert_int_equal(blk_grefmap_order(1056), 12);
	assert_int_equal(blk_grefmap_order(1U << 29), 30);
}

static void test_empty_finds_nothing(void **state)
{
	struct fixture f;

	setup(&f);
	assert_int_equal(blk_grefmap_find(&f.map, 0), BLK_GREFMAP_NONE);
	assert_int_equal(blk_grefmap_find(&f.map, 0xa5a5a5a5), BLK_GREFMAP_NONE);
	assert_int_equal(blk_grefmap_find(&f.map, 0xffffffff), BLK_GREFMAP_NONE);
	assert_int_equal(blk_grefmap_remove(&f.map, 0), BLK_GREFMAP_NONE);
	assert_int_equal(f.map.nr, 0);
}

static void test_extreme_references(void **state)
{
	struct fixture f;

	setup(&f);
	assert_int_equal(blk_grefmap_insert(&f.map, 0, 7), 0);
	assert_int_equal(blk_grefmap_insert(&f.map, 0xffffffff, 0), 0);
	assert_int_equal(blk_grefmap_find(&f.map, 0), 7);
	assert_int_equal(blk_grefmap_find(&f.map, 0xffffffff), 0);
	assert_int_equal(blk_grefmap_remove(&f.map, 0xffffffff), 0);
	assert_int_equal(blk_grefmap_find(&f.map, 0xffffffff), BLK_GREFMAP_NONE);
	assert_int_equal(blk_grefmap_find(&f.map, 0), 7);
}

static void test_duplicate_is_refused(void **state)
{
	struct fixture f;

	setup(&f);
	assert_int_equal(blk_grefmap_insert(&f.map, 42, 1), 0);
	assert_int_equal(blk_grefmap_insert(&f.map, 42, 2), -EEXIST);
	assert_int_equal(blk_grefmap_find(&f.map, 42), 1);
	assert_int_equal(f.map.nr, 1);
}

static void test_full_table(void **state)
{
	struct fixture f;
	u32 n;

	setup(&f);
	for (n = 0; n < SLOTS - 1; n++)
		assert_int_equal(blk_grefmap_insert(&f.map, n, n), 0);
	assert_int_equal(blk_grefmap_insert(&f.map, 100, 100), -ENOSPC);
	assert_int_equal(blk_grefmap_insert(&f.map, 0, 100), -EEXIST);
	assert_int_equal(blk_grefmap_find(&f.map, 100), BLK_GREFMAP_NONE);
	for (n = 0; n < SLOTS - 1; n++)
		assert_int_equal(blk_grefmap_remove(&f.map, n), n);
	assert_int_equal(f.map.nr, 0);
	assert_int_equal(blk_grefmap_insert(&f.map, 100, 100), 0);
}

/*
 * Insert @refs, each with its place there as its value, and remove one of them: the others are
 * still found.
 */
static void remove_one_of(struct fixture *f, const u32 *refs, u32 nr, u32 gone)
{
	u32 n;

	setup(f);
	for (n = 0; n < nr; n++)
		assert_int_equal(blk_grefmap_insert(&f->map, refs[n], n), 0);
	assert_int_equal(blk_grefmap_remove(&f->map, refs[gone]), gone);
	for (n = 0; n < nr; n++)
		assert_int_equal(blk_grefmap_find(&f->map, refs[n]),
				 n == gone ? BLK_GREFMAP_NONE : n);
}

/* After any entry of a chain is removed, the others are still found. */
static void remove_one_of_chain(u32 home_slot)
{
	struct fixture f;
	u32 refs[4];
	u32 n;

	for (n = 0; n < ARRAY_SIZE(refs); n++)
		refs[n] = REF(home_slot, n);
	for (n = 0; n < ARRAY_SIZE(refs); n++)
		remove_one_of(&f, refs, ARRAY_SIZE(refs), n);
}

static void test_remove_in_chain(void **state)
{
	remove_one_of_chain(1);
}

static void test_remove_in_chain_around_the_end(void **state)
{
	remove_one_of_chain(SLOTS - 2);
}

static void test_gap_leaves_entries_at_home(void **state)
{
	static const u32 refs[] = { REF(1, 0), REF(2, 0), REF(1, 1) };
	struct fixture f;

	remove_one_of(&f, refs, ARRAY_SIZE(refs), 0);
	assert_int_equal(f.slots[2].ref, REF(2, 0));
	assert_int_equal(f.slots[1].ref, REF(1, 1));
}

static void test_gap_leaves_entries_near_home_around_the_end(void **state)
{
	static const u32 refs[] = { REF(5, 0), REF(6, 0), REF(7, 0), REF(7, 1) };
	struct fixture f;

	remove_one_of(&f, refs, ARRAY_SIZE(refs), 0);
}

/* The table is compared with a plain array that has one element for each reference. */
static void random_operations(u32 multiplier)
{
	enum { REFS = 48, LIMIT = 31, ROUNDS = 20000 };
	struct blk_grefmap_slot slots[32];
	u32 naive[REFS];
	struct blk_grefmap map;
	u32 nr = 0, n;

	blk_grefmap_init(&map, slots, 5, multiplier);
	memset(naive, 0xff, sizeof(naive));
	for (n = 0; n < ROUNDS; n++) {
		u32 at = random() % REFS;
		u32 ref = at * 0x01000193;

		assert_int_equal(blk_grefmap_find(&map, ref), naive[at]);
		if (random() & 1) {
			assert_int_equal(blk_grefmap_remove(&map, ref), naive[at]);
			nr -= naive[at] != BLK_GREFMAP_NONE;
			naive[at] = BLK_GREFMAP_NONE;
		} else if (naive[at] != BLK_GREFMAP_NONE) {
			assert_int_equal(blk_grefmap_insert(&map, ref, n), -EEXIST);
		} else if (nr < LIMIT) {
			assert_int_equal(blk_grefmap_insert(&map, ref, n), 0);
			naive[at] = n;
			nr++;
		}
		assert_int_equal(map.nr, nr);
	}
}

static void test_random_operations(void **state)
{
	u32 n;

	srandom(1);
	for (n = 0; n < 16; n++)
		random_operations(random());
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_order_keeps_half_free),
	cmocka_unit_test(test_empty_finds_nothing),
	cmocka_unit_test(test_extreme_references),
	cmocka_unit_test(test_duplicate_is_refused),
	cmocka_unit_test(test_full_table),
	cmocka_unit_test(test_remove_in_chain),
	cmocka_unit_test(test_remove_in_chain_around_the_end),
	cmocka_unit_test(test_gap_leaves_entries_at_home),
	cmocka_unit_test(test_gap_leaves_entries_near_home_around_the_end),
	cmocka_unit_test(test_random_operations),
};

RUN_TESTS(tests)
