// SPDX-License-Identifier: GPL-2.0
/*
 * The receive ring's two sides in the backend, ndo_start_xmit and NAPI, beside an honest frontend
 * on another CPU, in every order of their accesses.
 */
#include "interleave.h"
#include "unit.h"

#include "drivers/netback/rx_ring.h"

#define NOW	5000

/* ---- one after the other ---- */

static struct dom0_sring page;

static struct vif_rx_ring ring_with(RING_IDX posted)
{
	memset(&page, 0, sizeof(page));
	page.req_prod = posted;
	return (struct vif_rx_ring) { .sring = &page };
}

static void waits_only_for_what_is_missing(void **state)
{
	struct vif_rx_ring ring = ring_with(16);

	assert_int_equal(vif_rx_ring_free(&ring), 16);
	assert_int_equal(vif_rx_ring_wait(&ring, 16, NOW), 16);
	assert_int_equal(ring.stopped_at, 0);
	assert_int_equal(vif_rx_ring_wait(&ring, 17, NOW), 16);
	assert_int_equal(ring.stopped_at, NOW);
	assert_int_equal(page.req_event, 17);
}

/* A second wait, for any number of slots, does not restart the clock. */
static void one_clock(void **state)
{
	struct vif_rx_ring ring = ring_with(2);

	vif_rx_ring_wait(&ring, 17, NOW);
	vif_rx_ring_wait(&ring, 3, NOW + 100);
	assert_int_equal(ring.stopped_at, NOW);
	assert_false(vif_rx_ring_waited(&ring, 100, NOW + 99));
	assert_true(vif_rx_ring_waited(&ring, 100, NOW + 100));
	/* A time before the start of the clock does not count as a long wait. */
	assert_false(vif_rx_ring_waited(&ring, 100, NOW - 1));

	assert_int_equal(vif_rx_ring_recheck(&ring), 2);
	assert_int_equal(ring.stopped_at, NOW);
	page.req_prod = 3;
	assert_int_equal(vif_rx_ring_recheck(&ring), 3);
	assert_int_equal(ring.stopped_at, 0);
	assert_false(vif_rx_ring_waited(&ring, 0, NOW + 100));
}

static void a_clock_that_begins_at_zero(void **state)
{
	struct vif_rx_ring ring = ring_with(0);

	vif_rx_ring_wait(&ring, 1, 0);
	assert_true(vif_rx_ring_waited(&ring, 9, 10));
}

static void a_producer_out_of_range(void **state)
{
	struct vif_rx_ring ring = ring_with(VIF_RING_SIZE + 1);

	assert_int_equal(vif_rx_ring_free(&ring), -EPROTO);
	assert_int_equal(vif_rx_ring_wait(&ring, 1, NOW), -EPROTO);
	assert_int_equal(ring.stopped_at, 0);
	assert_int_equal(vif_rx_ring_recheck(&ring), -EPROTO);
	/* Less than what has been taken. */
	ring = ring_with(4);
	ring.req_cons = 5;
	assert_int_equal(vif_rx_ring_free(&ring), -EPROTO);
	/*
	 * More than a ring's size beyond the responses, but not beyond the requests that were
	 * taken.
	 */
	ring = ring_with(VIF_RING_SIZE + 4);
	ring.req_cons = 8;
	assert_int_equal(vif_rx_ring_free(&ring), -EPROTO);
	ring.rsp_prod_pvt = 4;
	assert_int_equal(vif_rx_ring_free(&ring), VIF_RING_SIZE - 4);
}

/* ---- all actors together: few large packets, so that the ring is often full and empty ---- */

#define PACKETS	2
#define NEED	160		/* slots of a packet: two do not fit into the ring */
/* Where the test begins: one packet has been sent, and no slot posted since. */
#define FIRST	NEED
#define LAST	(FIRST + PACKETS * NEED)

static struct model {
	struct dom0_sring sring;
	struct vif_rx_ring ring;
	unsigned int batch;	/* slots that NAPI has to answer */
	bool locked;		/* the queue's lock */
	bool stopped;		/* the stack's queue */
	bool scheduled;		/* NAPI */
	bool bad;
} m;

/* The functions under test, or faulty ones that the explorer must find. */
struct ways {
	bool lock;
	int (*wait)(struct vif_rx_ring *ring, unsigned int need, unsigned long now);
	int (*look)(struct vif_rx_ring *ring);
};

static struct ways ways;

static void model_reset(void *data)
{
	memset(&m, 0, sizeof(m));
	m.ring.sring = &m.sring;
	m.ring.req_cons = FIRST;
	m.ring.rsp_prod_pvt = FIRST;
	m.sring.rsp_prod = FIRST;
	m.sring.req_prod = VIF_RING_SIZE;
	m.sring.req_event = 1;
	/* NAPI may run at any time, such as for packets from the guest. */
	m.scheduled = true;
}

static bool lock_is_free(void *data)
{
	return !m.locked;
}

static void lock(void)
{
	if (!ways.lock)
		return;
	interleave_wait(lock_is_free);
	m.locked = true;
}

static void unlock(void)
{
	m.locked = false;
}

static bool stack_runs(void *data)
{
	return !m.stopped;
}

/* Slots for one packet; false if the stack has been stopped for lack of them. */
static bool take(void)
{
	int avail = vif_rx_ring_free(&m.ring);

	if (avail >= 0 && avail < NEED) {
		WRITE_ONCE(m.stopped, true);
		avail = ways.wait(&m.ring, NEED, NOW);
		if (avail < 0 || avail >= NEED)
			m.stopped = false;
	}
	m.bad |= avail < 0;
	if (avail < NEED)
		return false;
	WRITE_ONCE(m.ring.req_cons, m.ring.req_cons + NEED);
	m.batch += NEED;
	vif_rx_ring_end_wait(&m.ring);
	return true;
}

static void start_xmit(void *data)
{
	unsigned int sent = 0;

	while (sent < PACKETS && !m.bad) {
		interleave_wait(stack_runs);
		lock();
		sent += take();
		if (m.batch)
			m.scheduled = true;
		unlock();
	}
}

static bool napi_scheduled(void *data)
{
	return m.scheduled;
}

static void poll_once(void)
{
	unsigned int batch;
	int avail;

	lock();
	avail = ways.look(&m.ring);
	if (!m.ring.stopped_at)
		m.stopped = false;
	batch = m.batch;
	m.batch = 0;
	/* The time stands still. */
	m.bad |= avail < 0 || vif_rx_ring_waited(&m.ring, 1, NOW);
	unlock();
	if (batch)
		vif_rx_ring_push(&m.ring, batch);
}

static void poll(void *data)
{
	while (m.ring.rsp_prod_pvt != LAST && !m.bad) {
		interleave_wait(napi_scheduled);
		m.scheduled = false;
		poll_once();
	}
	m.stopped = false;
}

static bool answers_to_take(void *data)
{
	return m.bad || m.sring.req_prod - m.sring.rsp_prod < VIF_RING_SIZE;
}

/* Posts answered slots again, and sends an event if one was asked for. */
static void frontend(void *data)
{
	while (m.sring.req_prod != LAST + VIF_RING_SIZE && !m.bad) {
		RING_IDX old = m.sring.req_prod, new;

		interleave_wait(answers_to_take);
		new = READ_ONCE(m.sring.rsp_prod) + VIF_RING_SIZE;
		WRITE_ONCE(m.sring.req_prod, new);
		if (new - READ_ONCE(m.sring.req_event) < new - old)
			m.scheduled = true;
	}
	/* After an error no actor waits. */
	m.scheduled |= m.bad;
}

static bool all_sent(void *data)
{
	return !m.bad && m.ring.req_cons == LAST && m.ring.rsp_prod_pvt == LAST;
}

static unsigned long explore(const struct ways *with)
{
	void (*const actors[])(void *) = { start_xmit, poll, frontend };

	ways = *with;
	return interleave_explore(actors, 3, 2, model_reset, all_sent, NULL);
}

static void an_honest_frontend_is_served(void **state)
{
	const struct ways right = { true, vif_rx_ring_wait, vif_rx_ring_recheck };

	assert_true(explore(&right) > 1000);
}

/*
 * Faulty: no lock, and the producer is read first. Slots taken since then make the result negative.
 */
static int look_at_producer_first(struct vif_rx_ring *ring)
{
	RING_IDX avail;

	if (!READ_ONCE(m.stopped))
		return 0;
	avail = vif_ring_ask_event(ring->sring, READ_ONCE(ring->req_cons) + NEED);
	avail -= READ_ONCE(ring->req_cons);
	if (avail > VIF_RING_SIZE)
		return -EPROTO;
	if (avail >= NEED)
		vif_rx_ring_end_wait(ring);
	return avail;
}

static void a_look_without_the_lock_is_found(void **state)
{
	const struct ways wrong = { false, vif_rx_ring_wait, look_at_producer_first };

	assert_int_equal(explore(&wrong), 0);
}

/* A slot that is posted between the check and the request for an event comes without an event. */
static int ask_too_late(struct vif_rx_ring *ring, unsigned int need, unsigned long now)
{
	int avail = vif_rx_ring_free(ring);

	ring->need = need;
	if (avail < (int)need) {
		ring->stopped_at = now;
		dom0_ring_ask_event(ring->sring, ring->req_cons + need);
	}
	return avail;
}

static void a_lost_event_is_found(void **state)
{
	const struct ways wrong = { true, ask_too_late, vif_rx_ring_recheck };

	assert_int_equal(explore(&wrong), 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(waits_only_for_what_is_missing),
	cmocka_unit_test(one_clock),
	cmocka_unit_test(a_clock_that_begins_at_zero),
	cmocka_unit_test(a_producer_out_of_range),
	cmocka_unit_test(an_honest_frontend_is_served),
	cmocka_unit_test(a_look_without_the_lock_is_found),
	cmocka_unit_test(a_lost_event_is_found),
};

RUN_TESTS(tests)
