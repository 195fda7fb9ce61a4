// SPDX-License-Identifier: GPL-2.0
/* The ring of ports with events: drivers/evtchn/port_ring.c. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/evtchn/port_ring.c"

#define SIZE	8

struct fixture {
	struct port_ring ring;
	u32 slots[SIZE];
	u32 more[2 * SIZE];
	u32 out[4 * SIZE];
};

static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->ring.ports = f->slots;
	f->ring.size = SIZE;
}

static u32 take(struct fixture *f, u32 max)
{
	u32 nr = evtchn_port_ring_peek(&f->ring, f->out, max);

	evtchn_port_ring_skip(&f->ring, nr);
	return nr;
}

static void test_first_order_and_wakeups(void **state)
{
	struct fixture f;

	setup(&f);
	assert_true(port_ring_idle(&f.ring));
	assert_true(evtchn_port_ring_push(&f.ring, 7));
	assert_false(evtchn_port_ring_push(&f.ring, 5));
	assert_false(port_ring_idle(&f.ring));
	assert_int_equal(take(&f, SIZE), 2);
	assert_int_equal(f.out[0], 7);
	assert_int_equal(f.out[1], 5);
	assert_true(port_ring_idle(&f.ring));
	assert_true(evtchn_port_ring_push(&f.ring, 5));
}

static void test_peek_takes_nothing(void **state)
{
	struct fixture f;

	setup(&f);
	evtchn_port_ring_push(&f.ring, 1);
	evtchn_port_ring_push(&f.ring, 2);
	assert_int_equal(evtchn_port_ring_peek(&f.ring, f.out, 1), 1);
	assert_int_equal(evtchn_port_ring_peek(&f.ring, f.out, SIZE), 2);
	evtchn_port_ring_skip(&f.ring, 1);
	assert_int_equal(evtchn_port_ring_peek(&f.ring, f.out, SIZE), 1);
	assert_int_equal(f.out[0], 2);
}

static void test_overflow_wakes_once_and_stays(void **state)
{
	struct fixture f;
	u32 n;

	setup(&f);
	for (n = 0; n < SIZE; n++)
		evtchn_port_ring_push(&f.ring, n);
	assert_false(f.ring.overflow);
	assert_true(evtchn_port_ring_push(&f.ring, 99));
	assert_true(f.ring.overflow);
	assert_false(evtchn_port_ring_push(&f.ring, 99));
	assert_int_equal(take(&f, SIZE), SIZE);
	assert_int_equal(f.out[SIZE - 1], SIZE - 1);
	assert_false(port_ring_idle(&f.ring));
	evtchn_port_ring_clear(&f.ring);
	assert_true(port_ring_idle(&f.ring));
	assert_true(evtchn_port_ring_push(&f.ring, 1));
	assert_int_equal(take(&f, SIZE), 1);
}

static void test_dropped_port_leaves_its_slot(void **state)
{
	struct fixture f;
	u32 n;

	setup(&f);
	evtchn_port_ring_drop(&f.ring, 0);
	assert_true(port_ring_idle(&f.ring));
	for (n = 0; n < SIZE; n++)
		evtchn_port_ring_push(&f.ring, n);
	evtchn_port_ring_drop(&f.ring, 1);
	evtchn_port_ring_drop(&f.ring, SIZE);
	assert_false(evtchn_port_ring_push(&f.ring, 99));
	assert_false(f.ring.overflow);
	assert_int_equal(take(&f, SIZE), SIZE);
	assert_int_equal(f.out[0], 0);
	assert_int_equal(f.out[1], 2);
	assert_int_equal(f.out[SIZE - 2], SIZE - 1);
	assert_int_equal(f.out[SIZE - 1], 99);
}

static void test_ring_without_slots_overflows(void **state)
{
	struct port_ring ring = {};

	assert_true(evtchn_port_ring_push(&ring, 1));
	assert_true(ring.overflow);
	assert_int_equal(evtchn_port_ring_peek(&ring, NULL, 8), 0);
}

static void test_room(void **state)
{
	struct port_ring ring = {};

	assert_int_equal(evtchn_port_ring_room(&ring, 1), 64);
	assert_int_equal(evtchn_port_ring_room(&ring, 64), 64);
	assert_int_equal(evtchn_port_ring_room(&ring, 65), 128);
	ring.size = 256;
	assert_int_equal(evtchn_port_ring_room(&ring, 3), 256);
	assert_int_equal(evtchn_port_ring_room(&ring, 131072), 131072);
}

/* At any value of the counters, also when they wrap, a move keeps the ports and their order. */
static void move_at(u32 index, u32 nr)
{
	struct fixture f;
	u32 n;

	setup(&f);
	f.ring.prod = index;
	f.ring.cons = index;
	for (n = 0; n < nr; n++)
		evtchn_port_ring_push(&f.ring, 100 + n);
	assert_ptr_equal(evtchn_port_ring_move(&f.ring, f.more, 2 * SIZE), f.slots);
	for (; n < 2 * SIZE; n++)
		evtchn_port_ring_push(&f.ring, 100 + n);
	assert_false(f.ring.overflow);
	assert_int_equal(take(&f, 4 * SIZE), 2 * SIZE);
	for (n = 0; n < 2 * SIZE; n++)
		assert_int_equal(f.out[n], 100 + n);
}

static void test_move(void **state)
{
	u32 index, nr;

	for (index = 0; index < 2 * SIZE; index++) {
		for (nr = 0; nr <= SIZE; nr++) {
			move_at(index, nr);
			move_at(index - SIZE, nr);
		}
	}
}

static void test_first_slots(void **state)
{
	struct port_ring ring = {};
	u32 slots[SIZE], out[SIZE];

	assert_null(evtchn_port_ring_move(&ring, slots, SIZE));
	assert_true(evtchn_port_ring_push(&ring, 3));
	assert_int_equal(evtchn_port_ring_peek(&ring, out, SIZE), 1);
	assert_int_equal(out[0], 3);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_first_order_and_wakeups),
	cmocka_unit_test(test_peek_takes_nothing),
	cmocka_unit_test(test_overflow_wakes_once_and_stays),
	cmocka_unit_test(test_dropped_port_leaves_its_slot),
	cmocka_unit_test(test_ring_without_slots_overflows),
	cmocka_unit_test(test_room),
	cmocka_unit_test(test_move),
	cmocka_unit_test(test_first_slots),
};

RUN_TESTS(tests)
