// SPDX-License-Identifier: GPL-2.0
/* Block devices: the fields of a request. */
#include "blk_cases.h"

#include <string.h>

/* ---- fields ---- */

static void run_opcodes(struct blk *blk, long range)
{
	for (long opcode = range >> 8; opcode <= (range & 255); opcode++) {
		union blk_request request = blk_rw(blk, opcode, 0, 0, 1);

		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == 32)
			blk_settle(blk);
	}
}

static void run_indirect_opcode(struct blk *blk, long opcode)
{
	union blk_request request = blk_indirect(blk, opcode, 0, 8);

	blk_ask(blk, &request, ERROR);
}

static void run_blk_segments(struct blk *blk, long count)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, count);

	blk_ask(blk, &request, ERROR);
	request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, count);
	blk_ask(blk, &request, ERROR);
}

static void run_flush_with_segments(struct blk *blk, long count)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_FLUSH_DISKCACHE, 0, 0, count);

	blk_ask(blk, &request, ANY);
}

/* ---- write barriers ---- */

static union blk_request barrier(struct blk *blk, unsigned int segments)
{
	return blk_rw(blk, BLKIF_OP_WRITE_BARRIER, 0, 0, segments);
}

#define BARRIER_BEFORE 6
#define BARRIER_BEHIND 12

/* Large reads, a barrier, small reads: without the barrier the small ones would complete first. */
static void ask_around_barrier(struct blk *blk, unsigned int segments)
{
	union blk_request request;

	for (unsigned int i = 0; i < BARRIER_BEFORE; i++) {
		request = blk_indirect(blk, BLKIF_OP_READ, i * 256 * PAGE_SECTORS, 256);
		blk_ask(blk, &request, OKAY);
	}
	request = barrier(blk, segments);
	blk_ask(blk, &request, OKAY);
	for (unsigned int i = 0; i < BARRIER_BEHIND; i++) {
		request = blk_rw(blk, BLKIF_OP_READ, i * PAGE_SECTORS, i, 1);
		blk_ask(blk, &request, OKAY);
	}
}

static void run_barrier_order(struct blk *blk, long rounds)
{
	for (long round = 0; round < rounds; round++) {
		unsigned int first = blk->answers;

		ask_around_barrier(blk, round % 3);
		if (!blk_settle(blk))
			return;
		for (unsigned int i = 0; i < BARRIER_BEFORE + 1 + BARRIER_BEHIND; i++) {
			unsigned int place = blk->asked[i].place - first;

			if (i < BARRIER_BEFORE ? place >= BARRIER_BEFORE :
			    i == BARRIER_BEFORE ? place != BARRIER_BEFORE :
						  place <= BARRIER_BEFORE)
				wrong("request %u around a barrier was answered as number %u", i,
				      place);
		}
	}
}

/*
 * Many requests on ring 1, then a barrier on ring 0. When the barrier is answered, all others are.
 */
static void run_barrier_queues(struct blk *blk, long rounds)
{
	struct ring *other = &blk->queue[1].ring;
	struct blkif_response response;
	union blk_request request;
	unsigned int waiting;

	for (long round = 0; round < rounds; round++) {
		for (unsigned int i = 0; i < BARRIER_BEFORE; i++) {
			request = blk_indirect(blk, BLKIF_OP_READ, i * 256 * PAGE_SECTORS, 256);
			ring_put(other, &request, sizeof(request));
		}
		ring_publish(other);
		evtchn_notify(blk->queue[1].port);
		request = barrier(blk, 1);
		blk_ask(blk, &request, OKAY);
		if (!blk_settle(blk))
			return;
		while (ring_take(other, &response, sizeof(response)))
			if (response.status != BLKIF_RSP_OKAY)
				wrong("a read is answered with %d", response.status);
		waiting = ring_unanswered(other);
		if (waiting)
			wrong("%u requests of another ring outlast a barrier", waiting);
		while (ring_unanswered(other) && !device_stopped(&blk->dev))
			if (!ring_take(other, &response, sizeof(response)))
				sleep_ms(5);
	}
}

static void wait_for_answers(struct ring *ring)
{
	uint64_t end = now_ms() + PATIENCE;
	struct blkif_response response;

	while (ring_unanswered(ring) && now_ms() < end)
		if (!ring_take(ring, &response, sizeof(response)))
			sleep_ms(1);
}

/* Barriers on both rings at once: their order is free, but each is answered. */
static void run_barriers_at_once(struct blk *blk, long rounds)
{
	struct ring *other = &blk->queue[1].ring;
	union blk_request request;

	for (long round = 0; round < rounds; round++) {
		for (unsigned int i = 0; i < BARRIER_BEFORE; i++) {
			request = i & 1 ? barrier(blk, 1) : blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);
			ring_put(other, &request, sizeof(request));
			request.rw.id = 0;
			blk_ask(blk, &request, OKAY);
		}
		ring_publish(other);
		evtchn_notify(blk->queue[1].port);
		if (!blk_settle(blk))
			return;
		wait_for_answers(other);
	}
	if (ring_unanswered(other))
		wrong("%u requests are not answered", ring_unanswered(other));
}

/*
 * A barrier on ring 0 that the disk needs time for, with a bad request behind it. A read on ring 1
 * is held back until the barrier is complete. Ring 0 gets no more events meanwhile.
 */
static void run_barrier_and_bad(struct blk *blk, long rounds)
{
	struct ring *other = &blk->queue[1].ring;
	union blk_request request;

	for (long round = 0; round < rounds; round++) {
		request = barrier(blk, 1);
		blk_ask(blk, &request, OKAY);
		blk_push(blk);
		/* Let the barrier begin. */
		sleep_ms(100);
		request = blk_rw(blk, 77, 0, 0, 1);
		blk_ask(blk, &request, ERROR);
		blk_push(blk);
		request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);
		ring_put(other, &request, sizeof(request));
		ring_publish(other);
		evtchn_notify(blk->queue[1].port);
		wait_for_answers(other);
		if (ring_unanswered(other))
			wrong("a read of another ring is not answered after a barrier");
		if (!blk_settle(blk))
			return;
	}
}

static void run_barrier_with_segments(struct blk *blk, long count)
{
	union blk_request request = barrier(blk, count);

	blk_ask(blk, &request, ERROR);
}

static void run_indirect_segments(struct blk *blk, long count)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, count);

	blk_ask(blk, &request, ERROR);
}

/* References that the request does not need may be anything. */
static void run_indirect_unused_grefs(struct blk *blk, long count)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, count);

	memset(&request.indirect.indirect_grefs[1], 0xff, 7 * sizeof(grant_ref_t));
	blk_ask(blk, &request, OKAY);
}

/* A page holds eight sectors. The first and last sector of the bad segment come as 0xFFLL. */
static void run_sectors_of_page(struct blk *blk, long first_last)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 3);

	request.rw.seg[1].first_sect = first_last >> 8;
	request.rw.seg[1].last_sect = first_last;
	blk_ask(blk, &request, ERROR);
	request = blk_indirect(blk, BLKIF_OP_READ, 0, 20);
	blk_segment(blk, 19)->first_sect = first_last >> 8;
	blk_segment(blk, 19)->last_sect = first_last;
	blk_ask(blk, &request, ERROR);
}

static void ask_at(struct blk *blk, uint64_t sector, enum hope hope)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, sector, 0, 1);

	blk_ask(blk, &request, hope);
	if (hope == OKAY)
		return;
	request = blk_rw(blk, BLKIF_OP_WRITE, sector, 0, 1);
	blk_ask(blk, &request, hope);
	request = blk_indirect(blk, BLKIF_OP_READ, sector, 1);
	blk_ask(blk, &request, hope);
}

static void run_sector(struct blk *blk, long sector)
{
	ask_at(blk, sector, ERROR);
}

static void run_sector_near_end(struct blk *blk, long distance)
{
	ask_at(blk, blk->sectors - PAGE_SECTORS + distance, distance ? ERROR : OKAY);
}

static void run_duplicate_ids(struct blk *blk, long count)
{
	for (long i = 0; i < count; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, i * PAGE_SECTORS, i, 1);

		request.rw.id = ~0ull;
		blk_ask(blk, &request, OKAY);
	}
}

static void run_wrong_handle(struct blk *blk, long handle)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);

	request.rw.handle = handle;
	blk_ask(blk, &request, ANY);
}

/* ---- writing where it is forbidden ---- */

static void run_operation(struct blk *blk, long operation)
{
	union blk_request request = blk_rw(blk, operation, 0, 0, 1);

	blk_ask(blk, &request, ERROR);
}

static void run_indirect_write(struct blk *blk, long count)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_WRITE, 0, count);

	blk_ask(blk, &request, ERROR);
}

static union blk_request discard(uint64_t sector, uint64_t count, uint8_t flag)
{
	union blk_request request;

	memset(&request, 0, sizeof(request));
	request.discard.operation = BLKIF_OP_DISCARD;
	request.discard.flag = flag;
	request.discard.sector_number = sector;
	request.discard.nr_sectors = count;
	return request;
}

static void run_discard(struct blk *blk, long count)
{
	union blk_request request = discard(0, count, 0);

	blk_ask(blk, &request, count ? ERROR : ANY);
}

static void run_discard_past_end(struct blk *blk, long sectors)
{
	union blk_request request = discard(blk->sectors - 8, 8 + sectors, 0);

	blk_ask(blk, &request, ERROR);
	request = discard(~0ull - 7, 16, 0);
	blk_ask(blk, &request, ERROR);
}

static void run_discard_secure(struct blk *blk, long sectors)
{
	union blk_request request = discard(0, sectors, BLKIF_DISCARD_SECURE);
	bool offered = device_number(&blk->dev, "discard-secure") == 1;

	blk_ask(blk, &request, offered ? OKAY : ANY);
}

static void run_discard_secure_refused(struct blk *blk, long sectors)
{
	union blk_request request = discard(0, sectors, BLKIF_DISCARD_SECURE);

	blk_ask(blk, &request, ERROR);
}

const struct blk_case blk_request_cases[] = {
	{ "opcode-4", ANSWERED, run_opcodes, 4 << 8 | 4 },
	{ "opcodes-7-255", ANSWERED, run_opcodes, 7 << 8 | 255 },
	{ "indirect-nested", ANSWERED, run_indirect_opcode, BLKIF_OP_INDIRECT },
	{ "indirect-flush", ANSWERED, run_indirect_opcode, BLKIF_OP_FLUSH_DISKCACHE },
	{ "indirect-discard", ANSWERED, run_indirect_opcode, BLKIF_OP_DISCARD },
	{ "indirect-opcode-255", ANSWERED, run_indirect_opcode, 255 },
	{ "segments-0", ANSWERED, run_blk_segments, 0 },
	{ "segments-12", ANSWERED, run_blk_segments, 12 },
	{ "segments-255", ANSWERED, run_blk_segments, 255 },
	{ "flush-1-segment", ANSWERED, run_flush_with_segments, 1 },
	{ "flush-255-segments", ANSWERED, run_flush_with_segments, 255 },
	{ "barrier-order", ANSWERED, run_barrier_order, 6 },
	{ "barrier-queues", ANSWERED, run_barrier_queues, 4, { .queues = 2 } },
	{ "barriers-at-once", ANSWERED, run_barriers_at_once, 20, { .queues = 2 } },
	{ "barrier-and-bad", ANSWERED, run_barrier_and_bad, 4, { .queues = 2 } },
	{ "barrier-producer-to-and-fro", SURVIVED, blk_run_barrier_to_and_fro, 10,
		{ .queues = 2 } },
	{ "barrier-12-segments", ANSWERED, run_barrier_with_segments, 12 },
	{ "indirect-barrier", ANSWERED, run_indirect_opcode, BLKIF_OP_WRITE_BARRIER },
	{ "indirect-segments-0", ANSWERED, run_indirect_segments, 0 },
	{ "indirect-segments-257", ANSWERED, run_indirect_segments, 257 },
	{ "indirect-segments-65535", ANSWERED, run_indirect_segments, 65535 },
	{ "indirect-unused-grefs", ANSWERED, run_indirect_unused_grefs, 32 },
	{ "sectors-first-after-last", ANSWERED, run_sectors_of_page, 0x0504 },
	{ "sectors-last-8", ANSWERED, run_sectors_of_page, 0x0008 },
	{ "sectors-last-255", ANSWERED, run_sectors_of_page, 0x00ff },
	{ "sectors-first-8", ANSWERED, run_sectors_of_page, 0x0808 },
	{ "sectors-first-255", ANSWERED, run_sectors_of_page, 0xffff },
	{ "sector-all-ones", ANSWERED, run_sector, -1 },
	{ "sector-overflow", ANSWERED, run_sector, -8 },
	{ "sector-sign", ANSWERED, run_sector, 1l << 62 },
	{ "sector-bytes-overflow", ANSWERED, run_sector, 1l << 55 },
	{ "sector-at-end", ANSWERED, run_sector_near_end, 0 },
	{ "sector-end-plus-1", ANSWERED, run_sector_near_end, 1 },
	{ "sector-behind-end", ANSWERED, run_sector_near_end, PAGE_SECTORS },
	{ "ids-equal", ANSWERED, run_duplicate_ids, 30 },
	{ "handle-wrong", ANSWERED, run_wrong_handle, 0xffff },

	{ "cve-2013-2140-readonly-write", ANSWERED, run_operation, BLKIF_OP_WRITE,
		.disk = READONLY },
	{ "cve-2013-2140-readonly-barrier", ANSWERED, run_operation, BLKIF_OP_WRITE_BARRIER,
		.disk = READONLY },
	{ "cve-2013-2140-readonly-flush-with-data", ANSWERED, run_flush_with_segments, 1,
		.disk = READONLY },
	{ "cve-2013-2140-readonly-indirect-write", ANSWERED, run_indirect_write, 16,
		.disk = READONLY },
	{ "cve-2013-2140-readonly-discard", ANSWERED, run_discard, 8, .disk = READONLY },
	{ "cve-2013-2140-readonly-discard-secure", ANSWERED, run_discard_secure_refused, 8,
		.disk = READONLY },
	{ "discard-0", ANSWERED, run_discard, 0 },
	{ "discard-all-ones", ANSWERED, run_discard, -1 },
	{ "discard-past-end", ANSWERED, run_discard_past_end, 1 },
	{ "discard-secure", ANSWERED, run_discard_secure, 8 },
	END_OF_CASES
};
