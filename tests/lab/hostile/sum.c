// SPDX-License-Identifier: GPL-2.0
/* A frontend of the example backend dom0-sum: valid requests, invalid ones, then a broken ring. */
#include "hostile.h"

#include <errno.h>
#include <stdio.h>

#define PAGES 16
#define ROUNDS 8

struct sum_request {
	uint64_t id;
	uint32_t ref;
	uint32_t len;
};

struct sum_response {
	uint64_t id;
	int32_t status;
	uint32_t sum;
};

union sum_slot {
	struct sum_request req;
	struct sum_response rsp;
	uint8_t size[32];
};

struct sum {
	struct device dev;
	struct pages *ring_page, *data;
	struct ring ring;
	uint32_t port;
};

static void sum_connect(struct sum *sum, unsigned int id)
{
	device_open(&sum->dev, "sum", id);
	device_reset(&sum->dev);
	sum->ring_page = pages_alloc(0, 1, 0);
	sum->data = pages_alloc(0, PAGES, 0);
	ring_init(&sum->ring, page_at(sum->ring_page, 0), PAGE, sizeof(union sum_slot));
	sum->port = evtchn_alloc(0);
	device_put(&sum->dev, "ring-ref", "%u", page_gref(sum->ring_page, 0));
	device_put(&sum->dev, "event-channel", "%u", sum->port);
	device_set_state(&sum->dev, XenbusStateInitialised);
	device_wait_connected(&sum->dev);
	device_set_state(&sum->dev, XenbusStateConnected);
}

static void sum_close(struct sum *sum)
{
	device_close(&sum->dev);
	evtchn_free(sum->port);
	ring_exit(&sum->ring);
	pages_check_guards(sum->data, "data");
	pages_free(sum->data);
	pages_free(sum->ring_page);
}

static void push(struct sum *sum)
{
	ring_publish(&sum->ring);
	evtchn_notify(sum->port);
}

static void sum_take(struct sum *sum, struct sum_response *rsp)
{
	uint64_t end = now_ms() + PATIENCE;

	while (!ring_take(&sum->ring, rsp, sizeof(*rsp))) {
		if (now_ms() > end)
			die("no answer");
		evtchn_wait(100);
	}
}

static uint32_t fill_page(uint8_t *page, uint32_t len)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < PAGE; i++) {
		page[i] = random_u32();
		total += i < len ? page[i] : 0;
	}
	return total;
}

/* More requests at once than the backend takes in one batch. */
static void ask_and_compare(struct sum *sum)
{
	struct sum_response rsp;
	uint32_t wanted[PAGES];

	for (uint32_t i = 0; i < PAGES; i++) {
		struct sum_request req = {
			.id = 1000 + i, .ref = page_gref(sum->data, i),
			.len = 1 + random_below(PAGE),
		};

		wanted[i] = fill_page(page_at(sum->data, i), req.len);
		ring_put(&sum->ring, &req, sizeof(req));
	}
	push(sum);
	for (uint32_t i = 0; i < PAGES; i++) {
		sum_take(sum, &rsp);
		if (rsp.id != 1000 + i || rsp.status || rsp.sum != wanted[i])
			wrong("request %u: id %u, status %d, sum %u instead of %u", i,
			      (unsigned int)rsp.id, rsp.status, rsp.sum, wanted[i]);
	}
}

static void ask_badly(struct sum *sum, uint32_t ref, uint32_t len)
{
	struct sum_request req = { .id = 7, .ref = ref, .len = len };
	struct sum_response rsp;

	ring_put(&sum->ring, &req, sizeof(req));
	push(sum);
	sum_take(sum, &rsp);
	if (rsp.id != 7 || rsp.status >= 0 || rsp.sum)
		wrong("grant %u, %u bytes: status %d, sum %u", ref, len, rsp.status, rsp.sum);
}

static void break_ring(struct sum *sum)
{
	sum->ring.index[REQ_PROD] = sum->ring.req + sum->ring.size + 1;
	evtchn_notify(sum->port);
	if (!((1u << device_wait(&sum->dev, STATES(Closing, Closed), PATIENCE)) &
	      STATES(Closing, Closed)))
		wrong("the backend goes on with a broken ring");
}

bool sum_example(unsigned int id)
{
	struct sum sum = { 0 };

	case_begin("sum", "example");
	seed_random(1);
	sum_connect(&sum, id);
	for (int i = 0; i < ROUNDS; i++)
		ask_and_compare(&sum);
	ask_badly(&sum, page_gref(sum.data, 0), 0);
	ask_badly(&sum, page_gref(sum.data, 0), PAGE + 1);
	ask_badly(&sum, page_gref(sum.data, 0), UINT32_MAX);
	ask_badly(&sum, gref_never(), PAGE);
	ask_and_compare(&sum);
	break_ring(&sum);
	sum_close(&sum);
	sum_connect(&sum, id);
	ask_and_compare(&sum);
	sum_close(&sum);
	note("%u sums, two connections", (ROUNDS + 2) * PAGES);
	return case_end();
}
