// SPDX-License-Identifier: GPL-2.0
/* Block devices: events while requests are in flight. */
#include "blk_cases.h"

#include <string.h>

/* All 256 operations, on a ring that is full of a pattern. */
static void run_every_operation(struct blk *blk, long operations)
{
	for (long operation = 0; operation < operations; operation++) {
		union blk_request request = blk_rw(blk, operation, 0, 0, 1);

		memset((uint8_t *)&request + offsetof(struct blkif_request, seg[1]), 0xa5,
		       sizeof(request) - offsetof(struct blkif_request, seg[1]));
		blk_ask(blk, &request, ANY);
		if (blk->asked_count == 32)
			blk_settle(blk);
	}
}

static void run_blk_flood_of_bad(struct blk *blk, long count)
{
	for (long i = 0; i < count; i++) {
		union blk_request request =
			blk_rw(blk, i & 1 ? 77 : BLKIF_OP_READ, 0, 0, i & 1 ? 1 : 12);

		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == 32)
			blk_settle(blk);
	}
}

static void run_blk_event_storm(struct blk *blk, long count)
{
	while (count--)
		evtchn_notify(blk->queue[0].port);
}

/* Writes and flushes, which the disk has to keep in order, as many as fit. */
static void run_flush_storm(struct blk *blk, long rounds)
{
	static const uint8_t operations[] = { BLKIF_OP_WRITE_BARRIER, BLKIF_OP_FLUSH_DISKCACHE };

	while (rounds--) {
		for (unsigned int i = 0; i < blk->queue[0].ring.size; i++) {
			union blk_request request =
				blk_rw(blk, operations[i & 1], 0, 0, 0);

			blk_ask(blk, &request, ANY);
		}
		blk_settle(blk);
	}
}

/* More requests than the backend has pages for, and events without further requests. */
static void run_events_while_full(struct blk *blk, long rounds)
{
	struct ring *ring = &blk->queue[0].ring;
	union blk_request request;
	uint64_t end;

	while (rounds--) {
		for (unsigned int i = 0; i < ring->size; i++) {
			request = blk_indirect(blk, BLKIF_OP_READ, i * 256 * PAGE_SECTORS, 256);
			blk_ask(blk, &request, OKAY);
		}
		blk_push(blk);
		end = now_ms() + PATIENCE;
		while (ring->index[RSP_PROD] != ring->req && now_ms() < end)
			evtchn_notify(blk->queue[0].port);
		if (!blk_settle(blk))
			return;
	}
}

static void run_blk_close_in_flight(struct blk *blk, long segments)
{
	for (unsigned int i = 0; i < blk->queue[0].ring.size; i++) {
		union blk_request request =
			blk_rw(blk, BLKIF_OP_READ, i * PAGE_SECTORS, i, segments);

		blk_ask(blk, &request, ANY);
	}
	blk_push(blk);
	device_close(&blk->dev);
	blk_take(blk);
	if (blk_still_answers(blk))
		wrong("responses after Closed");
}

const struct blk_case blk_time_cases[] = {
	{ "xsa-155-producer-toggle", SURVIVED, blk_run_race, BLK_RACE(BLK_TOGGLE_PRODUCER, 3000) },
	{ "xsa-155-nr-segments-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_SEGMENTS, 3000) },
	{ "xsa-155-operation-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_OPERATION, 3000) },
	{ "xsa-155-sectors-toggle", ANSWERED, blk_run_race, BLK_RACE(BLK_TOGGLE_SECTORS, 3000) },
	{ "xsa-155-gref-toggle", ANSWERED, blk_run_race, BLK_RACE(BLK_TOGGLE_GREF, 3000) },
	{ "xsa-155-sector-number-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_SECTOR_NUMBER, 3000) },
	{ "xsa-155-indirect-nr-segments-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_INDIRECT_SEGMENTS, 3000) },
	{ "xsa-155-indirect-sectors-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_INDIRECT_SECTORS, 3000) },
	{ "xsa-155-indirect-gref-toggle", ANSWERED, blk_run_race,
		BLK_RACE(BLK_TOGGLE_INDIRECT_GREF, 3000) },
	{ "xsa-216-response-padding", ANSWERED, run_every_operation, 256 },
	{ "xsa-216-response-padding-32", ANSWERED, run_every_operation, 256, { .abi32 = true } },
	{ "xsa-331-events-while-flapping", SURVIVED, blk_run_events_while_flapping, 100 },
	{ "leave-with-full-ring", SURVIVED, blk_run_leave_with_full_ring, 8 },
	{ "flush-storm", ANSWERED, run_flush_storm, 30 },
	{ "xsa-43-flood-of-bad-requests", ANSWERED, run_blk_flood_of_bad, 3000 },
	{ "xsa-332-event-storm", ANSWERED, run_blk_event_storm, 20000 },
	{ "events-while-full", ANSWERED, run_events_while_full, 3 },
	{ "close-in-flight", SURVIVED, run_blk_close_in_flight, DIRECT_SEGMENTS },
	{ "close-in-flight-persistent", SURVIVED, run_blk_close_in_flight, DIRECT_SEGMENTS,
		PERSISTENT },
	END_OF_CASES
};
