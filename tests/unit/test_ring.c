// SPDX-License-Identifier: GPL-2.0
/*
 * The backend's side of a shared ring: indices, events, and what two contexts do to them at once.
 */
#include "interleave.h"
#include "unit.h"

#include <dom0/ring.h>

#define SIZE	32

static struct dom0_sring sring;

static int unconsumed(RING_IDX prod, RING_IDX cons, RING_IDX rsp)
{
	sring.req_prod = prod;
	return dom0_ring_unconsumed(&sring, cons, &rsp, SIZE);
}

static void counts_what_waits(void **state)
{
	assert_int_equal(unconsumed(0, 0, 0), 0);
	assert_int_equal(unconsumed(5, 2, 1), 3);
	assert_int_equal(unconsumed(SIZE, 0, 0), SIZE);
	assert_int_equal(unconsumed(3, (RING_IDX)-2, (RING_IDX)-4), 5);
}

static void refuses_an_impossible_producer(void **state)
{
	assert_int_equal(unconsumed(SIZE + 1, 0, 0), -EPROTO);
	assert_int_equal(unconsumed((RING_IDX)-1, 0, 0), -EPROTO);
	assert_int_equal(unconsumed(1U << 31, 0, 0), -EPROTO);
	/* Two in flight: two fewer may be produced. */
	assert_int_equal(unconsumed(2 + SIZE - 2, 2, 0), SIZE - 2);
	assert_int_equal(unconsumed(2 + SIZE - 1, 2, 0), -EPROTO);
	/* All in flight. */
	assert_int_equal(unconsumed(SIZE, SIZE, 0), 0);
	assert_int_equal(unconsumed(SIZE + 1, SIZE, 0), -EPROTO);
}

static void attaches_where_responses_ended(void **state)
{
	RING_IDX rsp = 0;

	sring.rsp_prod = 7;
	sring.req_prod = 7 + SIZE;
	assert_int_equal(dom0_ring_attach(&sring, SIZE, &rsp), 0);
	assert_int_equal(rsp, 7);
	sring.req_prod = 7 + SIZE + 1;
	assert_int_equal(dom0_ring_attach(&sring, SIZE, &rsp), -EPROTO);
	sring.req_prod = 6;
	assert_int_equal(dom0_ring_attach(&sring, SIZE, &rsp), -EPROTO);
}

static bool push(RING_IDX old, RING_IDX new, RING_IDX event)
{
	bool wanted;

	sring.rsp_event = event;
	wanted = dom0_ring_push(&sring, old, new);
	assert_int_equal(sring.rsp_prod, new);
	return wanted;
}

static void notifies_when_asked(void **state)
{
	assert_true(push(0, 1, 1));
	assert_true(push(0, 3, 2));
	assert_true(push(0, 3, 3));
	assert_false(push(0, 3, 4));
	assert_false(push(1, 3, 1));
	assert_true(push((RING_IDX)-1, 1, 0));
	assert_false(push(3, 3, 3));
}

static void asks_for_the_next_request(void **state)
{
	RING_IDX rsp = 4;

	sring.req_prod = 9;
	assert_int_equal(dom0_ring_final_check(&sring, 9, &rsp, SIZE), 0);
	assert_int_equal(sring.req_event, 10);
}

static void copies_words(void **state)
{
	u32 from[4] = { 1, 2, 3, 4 }, to[4] = { 0 };

	dom0_ring_copy(to, from, 3 * sizeof(u32));
	assert_int_equal(to[2], 3);
	assert_int_equal(to[3], 0);
}

/* ---- two contexts of the backend and an honest frontend that keeps its ring full ---- */

#define FEW	2	/* slots: the fewer, the fewer orders */
#define REFILLS	2

static struct full_ring {
	struct dom0_sring sring;
	RING_IDX req_cons;
	RING_IDX rsp_prod_pvt;
	bool broken;
} ring;

typedef int (*look_fn)(void);
static look_fn look;

static int look_in_order(void)
{
	return dom0_ring_unconsumed(&ring.sring, ring.req_cons, &ring.rsp_prod_pvt, FEW);
}

/* A faulty check. A test shows that the explorer finds the fault. */
static int look_in_wrong_order(void)
{
	RING_IDX in_flight = ring.req_cons - READ_ONCE(ring.rsp_prod_pvt);
	RING_IDX waiting = READ_ONCE(ring.sring.req_prod) - ring.req_cons;

	return waiting > FEW - in_flight ? -EPROTO : (int)waiting;
}

static void full_reset(void *data)
{
	memset(&ring, 0, sizeof(ring));
	ring.sring.req_prod = FEW;
}

static void take_requests(void *data)
{
	int i, nr;

	for (i = 0; i < 3 && !ring.broken; i++) {
		nr = look();
		if (nr < 0)
			ring.broken = true;
		else
			WRITE_ONCE(ring.req_cons, ring.req_cons + nr);
	}
}

static bool in_flight(void *data)
{
	return ring.req_cons != ring.rsp_prod_pvt;
}

static void answer_requests(void *data)
{
	int i;

	for (i = 0; i < REFILLS; i++) {
		RING_IDX old = ring.rsp_prod_pvt;

		interleave_wait(in_flight);
		WRITE_ONCE(ring.rsp_prod_pvt, old + 1);
		dom0_ring_push(&ring.sring, old, old + 1);
	}
}

static bool answered(void *data)
{
	return ring.sring.req_prod - ring.sring.rsp_prod < FEW;
}

static void refill(void *data)
{
	int i;

	for (i = 0; i < REFILLS; i++) {
		interleave_wait(answered);
		WRITE_ONCE(ring.sring.req_prod, ring.sring.req_prod + 1);
	}
}

static bool not_broken(void *data)
{
	return !ring.broken;
}

static unsigned long explore_full_ring(look_fn how)
{
	void (*const actors[])(void *) = { take_requests, answer_requests, refill };

	look = how;
	return interleave_explore(actors, 3, 3, full_reset, not_broken, NULL);
}

static void an_honest_frontend_is_never_broken(void **state)
{
	assert_true(explore_full_ring(look_in_order) > 100);
}

static void the_wrong_order_is_found(void **state)
{
	assert_int_equal(explore_full_ring(look_in_wrong_order), 0);
}

/* ---- going to sleep beside a frontend that produces ---- */

#define PRODUCED	3

static struct sleeper {
	struct dom0_sring sring;
	RING_IDX req_cons;
	RING_IDX rsp_prod_pvt;
	bool event;
	bool bad;
} sleeper;

static void sleeper_reset(void *data)
{
	memset(&sleeper, 0, sizeof(sleeper));
	sleeper.sring.req_event = 1;
}

static void produce(void *data)
{
	RING_IDX i;

	for (i = 0; i < PRODUCED; i++) {
		WRITE_ONCE(sleeper.sring.req_prod, i + 1);
		if (READ_ONCE(sleeper.sring.req_event) == i + 1)
			sleeper.event = true;
	}
}

static bool event_pending(void *data)
{
	return sleeper.event;
}

static void consume(void *data)
{
	while (sleeper.req_cons < PRODUCED && !sleeper.bad) {
		int nr;

		interleave_wait(event_pending);
		sleeper.event = false;
		while ((nr = dom0_ring_final_check(&sleeper.sring, sleeper.req_cons,
						   &sleeper.rsp_prod_pvt, SIZE)) > 0)
			sleeper.req_cons += nr;
		sleeper.bad = nr < 0;
	}
}

static bool all_consumed(void *data)
{
	return !sleeper.bad && sleeper.req_cons == PRODUCED;
}

static void no_request_is_slept_through(void **state)
{
	void (*const actors[])(void *) = { consume, produce };

	assert_true(interleave_explore(actors, 2, INTERLEAVE_STEPS, sleeper_reset, all_consumed,
				       NULL) > 20);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(counts_what_waits),
	cmocka_unit_test(refuses_an_impossible_producer),
	cmocka_unit_test(attaches_where_responses_ended),
	cmocka_unit_test(notifies_when_asked),
	cmocka_unit_test(asks_for_the_next_request),
	cmocka_unit_test(copies_words),
	cmocka_unit_test(an_honest_frontend_is_never_broken),
	cmocka_unit_test(the_wrong_order_is_found),
	cmocka_unit_test(no_request_is_slept_through),
};

RUN_TESTS(tests)
