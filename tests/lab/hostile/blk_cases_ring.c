// SPDX-License-Identifier: GPL-2.0
/* Block devices: invalid indices of the ring. */
#include "blk_cases.h"

/* ---- the ring's indices ---- */

static void run_blk_producer(struct blk *blk, long distance)
{
	struct ring *ring = &blk->queue[0].ring;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(blk->queue[0].port);
}

static void run_producer_beyond_ring(struct blk *blk, long slots)
{
	run_blk_producer(blk, blk->queue[0].ring.size + slots);
}

static void run_blk_indices_overwritten(struct blk *blk, long rounds)
{
	struct ring *ring = &blk->queue[0].ring;

	for (long i = 0; i < rounds; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);

		blk_ask(blk, &request, OKAY);
		ring->index[REQ_EVENT] = random_u32();
		ring->index[RSP_EVENT] = random_u32();
		blk_settle(blk);
	}
}

/*
 * The backend has its own count of responses. What a frontend writes there lasts until the next
 * response.
 */
static void run_response_producer(struct blk *blk, long value)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);
	volatile uint32_t *produced = &blk->queue[0].ring.index[RSP_PROD];
	uint32_t before = *produced;
	uint64_t end = now_ms() + PATIENCE;

	blk_ask(blk, &request, OKAY);
	*produced = value;
	blk_push(blk);
	while (*produced != before + 1 && now_ms() < end)
		sleep_ms(5);
	if (*produced != before + 1)
		wrong("the response producer is %u and not %u", *produced, before + 1);
}

const struct blk_case blk_ring_cases[] = {
	{ "good", ANSWERED, NULL, 0 },
	{ "good-persistent", ANSWERED, NULL, 0, PERSISTENT },
	{ "good-16-pages", ANSWERED, NULL, 0, { .order = 4 } },
	{ "good-2-queues", ANSWERED, NULL, 0, { .queues = 2 } },
	{ "good-32-bit", ANSWERED, NULL, 0, { .abi32 = true } },
	{ "good-32-bit-persistent-4-pages", ANSWERED, NULL, 0,
		{ .abi32 = true, .persistent = true, .order = 2 } },

	{ "producer-size-plus-1", STOPPED, run_producer_beyond_ring, 1 },
	{ "indices-wrap", ANSWERED, run_blk_indices_overwritten, 64, { .start = -40u } },
	{ "indices-wrap-16-pages", ANSWERED, run_blk_indices_overwritten, 64,
		{ .order = 4, .start = -40u } },
	{ "cve-2010-4247-producer-2-31", STOPPED, run_blk_producer, 1l << 31 },
	{ "producer-backwards", STOPPED, run_blk_producer, -1 },
	{ "producer-size-plus-1-16-pages", STOPPED, run_producer_beyond_ring, 1, { .order = 4 } },
	{ "indices-overwritten", ANSWERED, run_blk_indices_overwritten, 64 },
	{ "response-producer-0", SURVIVED, run_response_producer, 0 },
	{ "response-producer-far", SURVIVED, run_response_producer, 1l << 31 },
	END_OF_CASES
};
