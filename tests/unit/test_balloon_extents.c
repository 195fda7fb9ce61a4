// SPDX-License-Identifier: GPL-2.0
/* Which step the native balloon takes next, and when it tries again: drivers/balloon/extents.c. */
#include "unit.h"

#include "drivers/balloon/extents.c"

static const struct stock plenty = { .blocks = 100, .pages = 1000, .spare = 100000 };

static void assert_step(unsigned long target, unsigned long now, const struct stock *stock,
			enum step_kind kind, unsigned int nr)
{
	struct step step = balloon_extents_plan(target, now, stock);

	assert_int_equal(step.kind, kind);
	assert_int_equal(step.nr, nr);
}

static void blocks_come_first(void **state)
{
	assert_step(1000, 100000, &plenty, STEP_DECREASE_BLOCK, 512);
	assert_step(1000, 1512, &plenty, STEP_DECREASE_BLOCK, 512);
	assert_step(1000, 1511, &plenty, STEP_DECREASE_PAGES, 511);
	assert_step(1000, 1001, &plenty, STEP_DECREASE_PAGES, 1);
	assert_step(1000, 1000, &plenty, STEP_NONE, 0);
	assert_step(1001, 1000, &plenty, STEP_INCREASE_PAGES, 1);
	assert_step(1511, 1000, &plenty, STEP_INCREASE_PAGES, 511);
	assert_step(1512, 1000, &plenty, STEP_INCREASE_BLOCK, 512);
	assert_step(100000, 1000, &plenty, STEP_INCREASE_BLOCK, 512);
}

static void pages_do_where_blocks_are_gone(void **state)
{
	const struct stock pages = { .pages = 700 };
	const struct stock few = { .pages = 3 };
	const struct stock blocks = { .blocks = 1 };
	const struct stock nothing = { };

	assert_step(5000, 1000, &pages, STEP_INCREASE_PAGES, 512);
	assert_step(5000, 1000, &few, STEP_INCREASE_PAGES, 3);
	assert_step(1511, 1000, &blocks, STEP_BREAK_BLOCK, 0);
	assert_step(1001, 1000, &nothing, STEP_IMPORT, 0);
	assert_step(5000, 1000, &nothing, STEP_IMPORT, 0);
}

static void dom0_keeps_what_it_needs(void **state)
{
	const struct stock dry = { .spare = 0 };
	const struct stock tight = { .spare = 511 };
	const struct stock just = { .spare = 512 };

	assert_step(0, 10000, &dry, STEP_KEEP, 0);
	assert_step(9999, 10000, &dry, STEP_KEEP, 0);
	/*
	 * The step needs a block. With less to spare, memory is kept and not given away page by
	 * page.
	 */
	assert_step(0, 10000, &tight, STEP_KEEP, 0);
	assert_step(0, 10000, &just, STEP_DECREASE_BLOCK, 512);
	assert_step(9489, 10000, &tight, STEP_DECREASE_PAGES, 511);
}

static void extremes_do_not_overflow(void **state)
{
	assert_step(0, ~0UL, &plenty, STEP_DECREASE_BLOCK, 512);
	assert_step(~0UL, 0, &plenty, STEP_INCREASE_BLOCK, 512);
	assert_step(~0UL, ~0UL, &plenty, STEP_NONE, 0);
}

/*
 * From any amount to any other, in as many steps as there are blocks and one or two for the rest.
 */
static void each_plan_ends(void **state)
{
	unsigned long has = 50000;
	struct stock stock = { .spare = 100000 };
	static const unsigned long targets[] = {
		10000, 50000, 33333, 33334, 1, 50000, 49999, 512, 50000,
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		unsigned long between = abs_diff(has, targets[i]);
		unsigned int steps = 0;

		for (; has != targets[i]; steps++) {
			struct step step = balloon_extents_plan(targets[i], has, &stock);

			switch (step.kind) {
			case STEP_DECREASE_BLOCK:
				stock.blocks++;
				has -= 512;
				break;
			case STEP_DECREASE_PAGES:
				stock.pages += step.nr;
				has -= step.nr;
				break;
			case STEP_INCREASE_BLOCK:
				stock.blocks--;
				has += 512;
				break;
			case STEP_INCREASE_PAGES:
				stock.pages -= step.nr;
				has += step.nr;
				break;
			case STEP_BREAK_BLOCK:
				stock.blocks--;
				stock.pages += 512;
				break;
			default:
				fail();
			}
			assert_true(steps <= between / 512 + 3);
		}
	}
	/* All memory is back: nothing is left in the stock. */
	assert_int_equal(has, 50000);
	assert_int_equal(stock.blocks * 512 + stock.pages, 0);
}

static void extents_are_told_from_fragments(void **state)
{
	u64 frames[512];

	for (unsigned int i = 0; i < 512; i++)
		frames[i] = 7777 + i;
	assert_true(balloon_extents_contiguous(frames, 512));
	assert_true(balloon_extents_contiguous(frames, 1));
	frames[511] = 7777;
	assert_false(balloon_extents_contiguous(frames, 512));
	assert_true(balloon_extents_contiguous(frames, 511));
	frames[1] = 7777;
	assert_false(balloon_extents_contiguous(frames, 511));
	frames[0] = U64_MAX;
	frames[1] = 0;
	assert_true(balloon_extents_contiguous(frames, 2));
}

static void the_reserve_fits_the_memory(void **state)
{
	assert_int_equal(balloon_extents_reserve(MIB_PAGES(512)), MIB_PAGES(32));
	assert_int_equal(balloon_extents_reserve(MIB_PAGES(4096)), MIB_PAGES(64));
	assert_int_equal(balloon_extents_reserve(MIB_PAGES(1UL << 20)), MIB_PAGES(256));
	assert_int_equal(balloon_extents_spare(100, 30), 70);
	assert_int_equal(balloon_extents_spare(30, 30), 0);
	assert_int_equal(balloon_extents_spare(0, 30), 0);
}

static void tries_become_rarer(void **state)
{
	static const unsigned long delays[] = { 1, 2, 4, 8, 16, 32, 32, 32 };

	for (size_t i = 0; i + 1 < ARRAY_SIZE(delays); i++)
		assert_int_equal(balloon_backoff_next(delays[i], 32), delays[i + 1]);
	assert_int_equal(balloon_backoff_next(0, 32), 1);
	assert_int_equal(balloon_backoff_next(8, 10), 10);
	assert_int_equal(balloon_backoff_next(8, 0), 1);
	assert_int_equal(balloon_backoff_next(~0UL, ~0UL), ~0UL);
}

static void tries_may_end(void **state)
{
	assert_false(balloon_backoff_gives_up(1000000, 0));
	assert_false(balloon_backoff_gives_up(3, 4));
	assert_true(balloon_backoff_gives_up(4, 4));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(blocks_come_first),
	cmocka_unit_test(pages_do_where_blocks_are_gone),
	cmocka_unit_test(dom0_keeps_what_it_needs),
	cmocka_unit_test(extremes_do_not_overflow),
	cmocka_unit_test(each_plan_ends),
	cmocka_unit_test(extents_are_told_from_fragments),
	cmocka_unit_test(the_reserve_fits_the_memory),
	cmocka_unit_test(tries_become_rarer),
	cmocka_unit_test(tries_may_end),
};

RUN_TESTS(tests)
