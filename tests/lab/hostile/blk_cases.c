// SPDX-License-Identifier: GPL-2.0
/* What a block frontend may do wrong: one named case for each. */
#include "blk.h"
#include "cases.h"

#include <stdio.h>
#include <string.h>

/* ---- the ring's indices ---- */

static void run_producer(struct blk *blk, long distance)
{
	struct ring *ring = &blk->queue[0].ring;

	ring->index[REQ_PROD] = ring->req + distance;
	evtchn_notify(blk->queue[0].port);
}

static void run_producer_beyond_ring(struct blk *blk, long slots)
{
	run_producer(blk, blk->queue[0].ring.size + slots);
}

static void run_indices_overwritten(struct blk *blk, long rounds)
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
 * The backend has its own count of responses: what a frontend writes there lasts until the next
 * answer.
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

/* ---- what a request says ---- */

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

static void run_segments(struct blk *blk, long count)
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

/* Large reads, a barrier, small ones: by themselves the small ones would be done first. */
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

/* Ring 1 is asked for a lot, then ring 0 for a barrier: when that is answered all else is. */
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

/* Barriers on both rings at once: their order is free, but each is answered. */
static void run_barriers_at_once(struct blk *blk, long rounds)
{
	struct ring *other = &blk->queue[1].ring;
	uint64_t end = now_ms() + PATIENCE;
	struct blkif_response response;
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
		while (ring_unanswered(other) && now_ms() < end)
			if (!ring_take(other, &response, sizeof(response)))
				sleep_ms(1);
	}
	if (ring_unanswered(other))
		wrong("%u requests are not answered", ring_unanswered(other));
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

/* A page may hold eight sectors: first and last sector of the bad segment come as 0xFFLL. */
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

/* ---- grants ---- */

enum bad_gref { ALL_ONES, NEVER, REVOKED, READ_ONLY, OF_ANOTHER };


static uint32_t bad_gref(struct blk *blk, enum bad_gref kind)
{
	switch (kind) {
	case NEVER:
		return gref_never();
	case REVOKED:
		return gref_revoked();
	case READ_ONLY:
		return blk_strange_gref(blk, 0, PAGES_READONLY);
	case OF_ANOTHER:
		return blk_strange_gref(blk, SOME_OTHER_DOMAIN, 0);
	case ALL_ONES:
		break;
	}
	return ~0u;
}

#define GREF(kind, place) ((kind) << 16 | (place))

static void run_bad_gref(struct blk *blk, long kind_place)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

	request.rw.seg[kind_place & 0xffff].gref = bad_gref(blk, kind_place >> 16);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_bad_gref_indirect(struct blk *blk, long kind_place)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 256);

	blk_segment(blk, kind_place & 0xffff)->gref = bad_gref(blk, kind_place >> 16);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_bad_indirect_page(struct blk *blk, long kind)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 20);

	request.indirect.indirect_grefs[0] = bad_gref(blk, kind);
	blk_ask(blk, &request, ERROR);
	blk_settle(blk);
	blk_check_strange(blk);
}

static void run_all_grefs_bad(struct blk *blk, long kind)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, DIRECT_SEGMENTS);
	uint32_t gref = bad_gref(blk, kind);

	for (unsigned int i = 0; i < DIRECT_SEGMENTS; i++)
		request.rw.seg[i].gref = gref;
	blk_ask(blk, &request, ERROR);
}

/*
 * A full ring of writes, every third of them bad, then reads: only the good ones have reached the
 * disk.
 */
static void run_good_and_bad(struct blk *blk, long count)
{
	union blk_request request;

	for (long i = 0; i < count; i++)
		memset(page_at(blk->data, i), 0, PAGE);
	request = blk_indirect(blk, BLKIF_OP_WRITE, 0, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 0; i < count; i++) {
		memset(page_at(blk->data, i), i + 1, PAGE);
		request = blk_rw(blk, BLKIF_OP_WRITE, i * PAGE_SECTORS, i, 1);
		if (i % 3 == 1)
			request.rw.seg[0].gref = ~0u;
		blk_ask(blk, &request, i % 3 == 1 ? ERROR : OKAY);
	}
	blk_settle(blk);
	for (long i = 0; i < count; i++)
		memset(page_at(blk->data, i), 0xee, PAGE);
	request = blk_indirect(blk, BLKIF_OP_READ, 0, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 0; i < count; i++)
		if (*page_at(blk->data, i) != (i % 3 == 1 ? 0 : i + 1))
			wrong("page %ld holds %u", i, *page_at(blk->data, i));
}

/*
 * One frame under two references, side by side on the disk: it is there as often as it was named,
 * and what lies behind the frame must not be read.
 */
static void run_same_gref(struct blk *blk, long count)
{
	union blk_request request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, count);

	for (unsigned int i = 0; i < PAGE; i++)
		page_at(blk->data, 0)[i] = i * 7;
	for (long i = 1; i < count; i++)
		request.rw.seg[i].gref = request.rw.seg[0].gref;
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	request = blk_rw(blk, BLKIF_OP_READ, 0, 1, count);
	blk_ask(blk, &request, OKAY);
	blk_settle(blk);
	for (long i = 1; i <= count; i++)
		if (memcmp(page_at(blk->data, i), page_at(blk->data, 0), PAGE))
			wrong("page %ld on the disk is no copy of the frame", i);
	request = blk_rw(blk, BLKIF_OP_READ, 0, 0, count);
	for (long i = 1; i < count; i++)
		request.rw.seg[i].gref = request.rw.seg[0].gref;
	blk_ask(blk, &request, OKAY);
	/* Xen lets a page be mapped 127 times at once. */
	request = blk_indirect(blk, BLKIF_OP_READ, 0, 100);
	for (unsigned int i = 0; i < 100; i++)
		blk_segment(blk, i)->gref = page_gref(blk->data, 0);
	blk_ask(blk, &request, OKAY);
}

/* Every operation there can be, out of a ring that is full of a pattern. */
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

/* References that the backend has kept, and one that is bad: the good ones have to stay usable. */
static void run_kept_and_bad(struct blk *blk, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

		blk_ask(blk, &request, OKAY);
		request.rw.id = 0;
		request.rw.seg[i % DIRECT_SEGMENTS].gref = ~0u;
		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == 16)
			blk_settle(blk);
	}
}

/* More bad requests than a backend has room for at a time; a good one must then still find room. */
static void run_bad_then_good(struct blk *blk, long count)
{
	union blk_request request;

	for (long i = 0; i < count; i++) {
		request = blk_rw(blk, BLKIF_OP_WRITE, 0, 0, 1);
		request.rw.seg[0].gref = ~0u;
		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == blk->queue[0].ring.size)
			blk_settle(blk);
	}
	blk_settle(blk);
}

/* Reference 0 is the console's page, which Dom0 may have: only what we write is at stake. */
static void run_gref_0(struct blk *blk, long operation)
{
	union blk_request request = blk_rw(blk, operation, 0, 0, 1);

	request.rw.seg[0].gref = 0;
	blk_ask(blk, &request, ANY);
}

/* The same page in many requests at a time. */
static void run_gref_in_flight_twice(struct blk *blk, long requests)
{
	for (long i = 0; i < requests; i++) {
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, i * PAGE_SECTORS, 0, 1);

		blk_ask(blk, &request, OKAY);
	}
}

/* The ring is also the page of segments: the backend finds requests where it looks for those. */
static void run_ring_as_indirect(struct blk *blk, long segments)
{
	union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, segments);

	request.indirect.indirect_grefs[0] = page_gref(blk->queue[0].pages, 0);
	blk_ask(blk, &request, ANY);
}

/* The disk's data goes right into the ring, over indices and requests. */
static void run_ring_as_data(struct blk *blk, long operation)
{
	union blk_request request = blk_rw(blk, operation, 0, 0, 1);

	request.rw.seg[0].gref = page_gref(blk->queue[0].pages, 0);
	blk_ask_nothing(blk, &request);
	blk_push(blk);
	sleep_ms(200);
}

static void run_revoked_in_flight(struct blk *blk, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		struct pages *pages = pages_alloc(0, 1, 0);
		union blk_request request = blk_rw(blk, BLKIF_OP_READ, 0, 0, DIRECT_SEGMENTS);

		request.rw.seg[5].gref = page_gref(pages, 0);
		blk_ask(blk, &request, ANY);
		blk_push(blk);
		pages_free(pages);
		blk_settle(blk);
	}
}

/* More pages than a backend wants to keep. */
static void run_many_pages(struct blk *blk, long rounds)
{
	for (long round = 0; round < rounds; round++) {
		struct pages *pages = pages_alloc(0, 256, 0);
		union blk_request request = blk_indirect(blk, BLKIF_OP_READ, 0, 256);

		for (unsigned int i = 0; i < 256; i++)
			blk_segment(blk, i)->gref = page_gref(pages, i);
		blk_ask(blk, &request, OKAY);
		blk_settle(blk);
		pages_free(pages);
	}
}

/* ---- time ---- */

static void run_flood_of_bad(struct blk *blk, long count)
{
	for (long i = 0; i < count; i++) {
		union blk_request request =
			blk_rw(blk, i & 1 ? 77 : BLKIF_OP_READ, 0, 0, i & 1 ? 1 : 12);

		blk_ask(blk, &request, ERROR);
		if (blk->asked_count == 32)
			blk_settle(blk);
	}
}

static void run_event_storm(struct blk *blk, long count)
{
	while (count--)
		evtchn_notify(blk->queue[0].port);
}

/* Writes that the disk has to put in order, as many as fit. */
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

/* More requests than the backend has pages for, and events that bring no further one. */
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

static void run_close_in_flight(struct blk *blk, long segments)
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
		wrong("answers after Closed");
}

#define LETTERS_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define LETTERS_504 \
	LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63 LETTERS_63

#define PERSISTENT { .persistent = true }
#define BAD_GREFS(word, kind) \
	{ "xsa-361-gref-" word "-first", ANSWERED, run_bad_gref, GREF(kind, 0) }, \
	{ "xsa-361-gref-" word "-middle", ANSWERED, run_bad_gref, GREF(kind, 5) }, \
	{ "xsa-361-gref-" word "-last", ANSWERED, run_bad_gref, GREF(kind, 10) }, \
	{ "xsa-361-gref-" word "-persistent", ANSWERED, run_bad_gref, GREF(kind, 5), PERSISTENT }, \
	{ "xsa-361-gref-" word "-indirect-page", ANSWERED, run_bad_indirect_page, kind }, \
	{ "xsa-361-gref-" word "-all", ANSWERED, run_all_grefs_bad, kind }

const struct blk_case blk_case_table[] = {
	{ "good", ANSWERED, NULL, 0 },
	{ "good-persistent", ANSWERED, NULL, 0, PERSISTENT },
	{ "good-16-pages", ANSWERED, NULL, 0, { .order = 4 } },
	{ "good-2-queues", ANSWERED, NULL, 0, { .queues = 2 } },
	{ "good-32-bit", ANSWERED, NULL, 0, { .abi32 = true } },
	{ "good-32-bit-persistent-4-pages", ANSWERED, NULL, 0,
		{ .abi32 = true, .persistent = true, .order = 2 } },

	{ "producer-size-plus-1", STOPPED, run_producer_beyond_ring, 1 },
	{ "indices-wrap", ANSWERED, run_indices_overwritten, 64, { .start = -40u } },
	{ "indices-wrap-16-pages", ANSWERED, run_indices_overwritten, 64,
		{ .order = 4, .start = -40u } },
	{ "cve-2010-4247-producer-2-31", STOPPED, run_producer, 1l << 31 },
	{ "producer-backwards", STOPPED, run_producer, -1 },
	{ "producer-size-plus-1-16-pages", STOPPED, run_producer_beyond_ring, 1, { .order = 4 } },
	{ "indices-overwritten", ANSWERED, run_indices_overwritten, 64 },
	{ "response-producer-0", SURVIVED, run_response_producer, 0 },
	{ "response-producer-far", SURVIVED, run_response_producer, 1l << 31 },

	{ "opcode-4", ANSWERED, run_opcodes, 4 << 8 | 4 },
	{ "opcodes-7-255", ANSWERED, run_opcodes, 7 << 8 | 255 },
	{ "indirect-nested", ANSWERED, run_indirect_opcode, BLKIF_OP_INDIRECT },
	{ "indirect-flush", ANSWERED, run_indirect_opcode, BLKIF_OP_FLUSH_DISKCACHE },
	{ "indirect-discard", ANSWERED, run_indirect_opcode, BLKIF_OP_DISCARD },
	{ "indirect-opcode-255", ANSWERED, run_indirect_opcode, 255 },
	{ "segments-0", ANSWERED, run_segments, 0 },
	{ "segments-12", ANSWERED, run_segments, 12 },
	{ "segments-255", ANSWERED, run_segments, 255 },
	{ "flush-1-segment", ANSWERED, run_flush_with_segments, 1 },
	{ "flush-255-segments", ANSWERED, run_flush_with_segments, 255 },
	{ "barrier-order", ANSWERED, run_barrier_order, 6 },
	{ "barrier-queues", ANSWERED, run_barrier_queues, 4, { .queues = 2 } },
	{ "barriers-at-once", ANSWERED, run_barriers_at_once, 20, { .queues = 2 } },
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

	BAD_GREFS("all-ones", ALL_ONES),
	BAD_GREFS("never", NEVER),
	BAD_GREFS("revoked", REVOKED),
	BAD_GREFS("of-another", OF_ANOTHER),
	{ "gref-readonly-first", ANSWERED, run_bad_gref, GREF(READ_ONLY, 0) },
	{ "gref-readonly-middle", ANSWERED, run_bad_gref, GREF(READ_ONLY, 5) },
	{ "gref-readonly-last", ANSWERED, run_bad_gref, GREF(READ_ONLY, 10) },
	{ "gref-readonly-persistent", ANSWERED, run_bad_gref, GREF(READ_ONLY, 5), PERSISTENT },
	{ "xsa-365-indirect-gref-0", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 0) },
	{ "xsa-365-indirect-gref-10", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 10) },
	{ "xsa-365-indirect-gref-11", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 11) },
	{ "xsa-365-indirect-gref-12", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 12) },
	{ "xsa-365-indirect-gref-255", ANSWERED, run_bad_gref_indirect, GREF(ALL_ONES, 255) },
	{ "xsa-365-indirect-gref-128-persistent", ANSWERED, run_bad_gref_indirect, GREF(NEVER, 128),
		PERSISTENT },
	{ "grefs-good-and-bad", ANSWERED, run_good_and_bad, 32 },
	{ "grefs-good-and-bad-persistent", ANSWERED, run_good_and_bad, 32, PERSISTENT },
	{ "xsa-229-one-frame-twice", ANSWERED, run_same_gref, DIRECT_SEGMENTS },
	{ "xsa-229-one-frame-twice-persistent", ANSWERED, run_same_gref, DIRECT_SEGMENTS,
		PERSISTENT },
	{ "xsa-371-kept-and-bad", ANSWERED, run_kept_and_bad, 1000, PERSISTENT },
	{ "cve-2026-72085-bad-then-good", ANSWERED, run_bad_then_good, 600 },
	{ "cve-2026-72085-bad-then-good-persistent", ANSWERED, run_bad_then_good, 600, PERSISTENT },
	{ "gref-0", ANSWERED, run_gref_0, BLKIF_OP_WRITE },
	{ "gref-in-many-requests", ANSWERED, run_gref_in_flight_twice, 32 },
	{ "gref-in-many-requests-persistent", ANSWERED, run_gref_in_flight_twice, 32, PERSISTENT },
	{ "ring-as-indirect-page", ANSWERED, run_ring_as_indirect, 4 },
	{ "grefs-revoked-in-flight", ANSWERED, run_revoked_in_flight, 50 },
	{ "grefs-revoked-in-flight-persistent", ANSWERED, run_revoked_in_flight, 50, PERSISTENT },
	{ "grefs-more-than-kept", ANSWERED, run_many_pages, 5, PERSISTENT },
	{ "ring-as-data-read", SURVIVED, run_ring_as_data, BLKIF_OP_READ },
	{ "ring-as-data-write", SURVIVED, run_ring_as_data, BLKIF_OP_WRITE },

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
	{ "xsa-43-flood-of-bad-requests", ANSWERED, run_flood_of_bad, 3000 },
	{ "xsa-332-event-storm", ANSWERED, run_event_storm, 20000 },
	{ "events-while-full", ANSWERED, run_events_while_full, 3 },
	{ "close-in-flight", SURVIVED, run_close_in_flight, DIRECT_SEGMENTS },
	{ "close-in-flight-persistent", SURVIVED, run_close_in_flight, DIRECT_SEGMENTS,
		PERSISTENT },

	KEY("protocol-unknown", "protocol", "x86_128-abi"),
	KEY("protocol-63-letters", "protocol", LETTERS_63),
	KEY("protocol-64-letters", "protocol", LETTERS_63 "l"),
	KEY("protocol-1008-letters", "protocol", LETTERS_504 LETTERS_504),
	KEY("protocol-format", "protocol", "%s%n%s%n"),
	KEY("protocol-embedded-nul", "protocol", "x86_64-abi\0x", 12),
	{ "protocol-of-another-layout", SURVIVED, NULL, 0, { OVERRIDE("protocol", "x86_32-abi") } },
	{ "ring-order-0", ANSWERED, .setup = { .numbered = true } },
	{ "ring-order-0-two-queues", ANSWERED, .setup = { .numbered = true, .queues = 2 } },
	KEY("ring-ref0-missing", "ring-page-order", "0"),
	KEY("ring-order-5", "ring-page-order", "5"),
	KEY("ring-order-minus-1", "ring-page-order", "-1"),
	KEY("ring-order-letter", "ring-page-order", "x"),
	KEY("ring-order-2-32", "ring-page-order", "4294967296"),
	KEY("ring-ref-missing", "ring-ref", NULL),
	KEY("ring-ref-empty", "ring-ref", ""),
	KEY("ring-ref-all-ones", "ring-ref", "4294967295"),
	KEY("ring-ref-2-32", "ring-ref", "4294967296"),
	KEY("ring-ref-2-64", "ring-ref", "18446744073709551616"),
	KEY("ring-ref-minus-1", "ring-ref", "-1"),
	KEY("ring-ref-hex", "ring-ref", "0x10"),
	KEY("ring-ref-letters", "ring-ref", "ring"),
	{ "ring-ref-bad-again-and-again", REFUSED, NULL, 60,
		{ OVERRIDE("ring-ref", "4000000000") } },
	{ "ring-readonly", REFUSED, NULL, 0, { .readonly_ring = true } },
	{ "ring-page-missing", REFUSED, NULL, 0, { .order = 2, OVERRIDE("ring-ref3", NULL) } },
	{ "ring-page-bad", REFUSED, NULL, 0, { .order = 2, OVERRIDE("ring-ref2", "4000000000") } },
	{ "ring-spoiled", REFUSED, NULL, 0, { .spoiled_ring = true } },
	{ "ring-page-twice", SURVIVED, NULL, 0, { .order = 1, .same_page_twice = true } },
	EVENT_CHANNEL_CASES,
	{ "event-channel-of-another", REFUSED, NULL, 0, { .foreign_port = true } },
	{ "event-channel-twice", REFUSED, NULL, 0, { .queues = 2, .same_port = true } },
	KEY("ring-ref-plus", "ring-ref", "+1"),
	KEY("ring-ref-space", "ring-ref", " 1"),
	KEY("ring-ref-exponent", "ring-ref", "1e3"),
	KEY("ring-ref-newline", "ring-ref", "1\n"),
	QUEUE_COUNT_CASES(""),
	QUEUE_KEY("queue-1-without-ring", "queue-1/ring-ref", NULL),
	QUEUE_KEY("queue-1-bad-ring", "queue-1/ring-ref", "4294967295"),
	{ "persistent-letters", SURVIVED, NULL, 0, { OVERRIDE("feature-persistent", "abc") } },

	STATE_CASES,
};

const unsigned int blk_case_count = sizeof(blk_case_table) / sizeof(blk_case_table[0]);
