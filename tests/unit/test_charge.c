// SPDX-License-Identifier: GPL-2.0
/* Charges to a sum that all guests share, in every order of their accesses. */
#include "interleave.h"
#include "unit.h"

typedef struct { long counter; } atomic_long_t;

static long atomic_long_read(const atomic_long_t *v)
{
	return READ_ONCE(v->counter);
}

static bool atomic_long_try_cmpxchg(atomic_long_t *v, long *old, long new)
{
	UNIT_ACCESS();
	if (v->counter == *old) {
		v->counter = new;
		return true;
	}
	*old = v->counter;
	return false;
}

#include <dom0/charge.h>

#define LIMIT	10

struct world {
	atomic_long_t sum;
	bool large, small, other;
};

static void charge_large(void *data)
{
	struct world *w = data;

	w->large = dom0_charge(&w->sum, 6, LIMIT);
}

static void charge_small(void *data)
{
	struct world *w = data;

	w->small = dom0_charge(&w->sum, 2, LIMIT);
}

static void charge_other(void *data)
{
	struct world *w = data;

	w->other = dom0_charge(&w->sum, 3, LIMIT);
}

static void half_full(void *data)
{
	*(struct world *)data = (struct world){ .sum = { 5 } };
}

/* A charge that fits succeeds, also while another one is refused. */
static bool those_that_fit_are_charged(void *data)
{
	const struct world *w = data;

	return !w->large && w->small && w->other && w->sum.counter == LIMIT;
}

static void a_refused_charge_refuses_no_other(void **state)
{
	static void (*const actors[])(void *data) = { charge_large, charge_small, charge_other };
	struct world w;

	assert_true(interleave_explore(actors, 3, INTERLEAVE_STEPS, half_full,
				       those_that_fit_are_charged, &w) > 1);
}

static void empty(void *data)
{
	*(struct world *)data = (struct world){ };
}

static bool the_limit_holds(void *data)
{
	const struct world *w = data;

	return w->sum.counter == 6 * w->large + 2 * w->small + 3 * w->other &&
	       w->sum.counter <= LIMIT && w->large + w->small + w->other == 2;
}

static void charges_at_once_stay_within_the_limit(void **state)
{
	static void (*const actors[])(void *data) = { charge_large, charge_small, charge_other };
	struct world w;

	assert_true(interleave_explore(actors, 3, INTERLEAVE_STEPS, empty,
				       the_limit_holds, &w) > 1);
}

/* The limit may be lowered below the sum. */
static void a_sum_beyond_the_limit(void **state)
{
	atomic_long_t sum = { 11 };

	assert_false(dom0_charge(&sum, 0, LIMIT));
	assert_false(dom0_charge(&sum, 1, LIMIT));
	assert_int_equal(sum.counter, 11);
	sum.counter = 10;
	assert_true(dom0_charge(&sum, 0, LIMIT));
	assert_false(dom0_charge(&sum, 1, LIMIT));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_refused_charge_refuses_no_other),
	cmocka_unit_test(charges_at_once_stay_within_the_limit),
	cmocka_unit_test(a_sum_beyond_the_limit),
};

RUN_TESTS(tests)
