// SPDX-License-Identifier: GPL-2.0
/*
 * Good block requests, some of which are changed in one or two places. Requests that were not
 * changed have to succeed, whatever their neighbours are.
 */
#include "blk.h"

#include <stdio.h>
#include <string.h>

/* One invalid index in so many requests. */
#define REQUESTS_PER_BREAK 20000

enum layout { LAYOUT_64, LAYOUT_32, LAYOUT_INDIRECT };

static uint64_t random_sector(const struct blk *blk)
{
	switch (random_below(8)) {
	case 0:
		return (uint64_t)random_u32() << 32 | random_u32();
	case 1:
		return ~0ull - random_below(16);
	case 2:
		return 1ull << random_below(64);
	default:
		return blk->sectors - 16 + random_below(32);
	}
}

static void mutate_segment(struct blkif_request_segment *segment)
{
	switch (random_below(3)) {
	case 0:
		segment->gref = gref_wild();
		break;
	case 1:
		segment->first_sect = random_edge();
		break;
	default:
		segment->last_sect = random_edge();
	}
}

static void mutate_direct(const struct blk *blk, union blk_request *request)
{
	switch (random_below(6)) {
	case 0:
		request->rw.operation = random_u32();
		break;
	case 1:
		request->rw.nr_segments = random_edge();
		break;
	case 2:
		request->rw.handle = random_edge();
		break;
	case 3:
		request->rw.sector_number = random_sector(blk);
		break;
	default:
		mutate_segment(&request->rw.seg[random_below(DIRECT_SEGMENTS)]);
	}
}

static void mutate_indirect(struct blk *blk, union blk_request *request, unsigned int page)
{
	switch (random_below(6)) {
	case 0:
		request->indirect.indirect_op = random_u32();
		break;
	case 1:
		request->indirect.nr_segments = random_edge();
		break;
	case 2:
		request->indirect.indirect_grefs[random_below(8)] = gref_wild();
		break;
	case 3:
		request->indirect.sector_number = random_sector(blk);
		break;
	default:
		mutate_segment(blk_segment(blk, page * INDIRECT_PER_PAGE + random_below(256)));
	}
}

/* Few pages in most cases, so that more requests pass in the same time. */
static union blk_request good_direct(struct blk *blk)
{
	unsigned int count = 1 + random_below(random_once_in(8) ? DIRECT_SEGMENTS : 2);
	uint64_t sector = random_below(blk->sectors / PAGE_SECTORS - count) * PAGE_SECTORS;

	return blk_rw(blk, random_below(2), sector, random_below(DATA_PAGES), count);
}

/* Each request of a batch has a page of segments of its own. */
static union blk_request good_indirect(struct blk *blk, unsigned int page)
{
	unsigned int count = 1 + random_below(random_once_in(8) ? 256 : 16);
	uint64_t sector = random_below(blk->sectors / PAGE_SECTORS - count) * PAGE_SECTORS;
	union blk_request request = blk_indirect(blk, random_below(2), sector, 0);
	struct blkif_request_segment segment = { .last_sect = PAGE_SECTORS - 1 };

	request.indirect.nr_segments = count;
	request.indirect.indirect_grefs[0] = page_gref(blk->segments, page);
	for (unsigned int i = 0; i < count; i++) {
		segment.gref = page_gref(blk->data, random_below(DATA_PAGES));
		*blk_segment(blk, page * INDIRECT_PER_PAGE + i) = segment;
	}
	return request;
}

static void ask_one(struct blk *blk, enum layout layout, unsigned int number,
		    struct random_run *run)
{
	unsigned int times = random_once_in(3) ? 1 + random_below(2) : 0;
	union blk_request request =
		layout == LAYOUT_INDIRECT ? good_indirect(blk, number) : good_direct(blk);

	for (unsigned int i = 0; i < times; i++)
		if (layout == LAYOUT_INDIRECT)
			mutate_indirect(blk, &request, number);
		else
			mutate_direct(blk, &request);
	run->mutated += !!times;
	run->asked++;
	blk_ask(blk, &request, times ? ANY : OKAY);
}

/* Xen maps a page 128 times at most: a batch must not need more. */
static unsigned int batch_size(const struct blk *blk, enum layout layout)
{
	unsigned int limit = blk->queue[0].ring.size;

	if (layout == LAYOUT_INDIRECT)
		limit = BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST;
	return 1 + random_below(limit);
}

static bool ask_batch(struct blk *blk, enum layout layout, struct random_run *run)
{
	struct blk_queue *queue = &blk->queue[0];

	for (unsigned int size = batch_size(blk, layout), i = 0; i < size; i++)
		ask_one(blk, layout, i, run);
	if (random_once_in(8))
		queue->ring.index[REQ_EVENT] = random_u32();
	if (random_once_in(32))
		random_storm(run, queue->port);
	return blk_settle(blk);
}

/* An impossible producer index has to stop the device. */
static void blk_break_index(struct blk *blk)
{
	struct ring *ring = &blk->queue[0].ring;
	uint32_t far = ring->size + 1 + random_below(0x80000000u - ring->size);

	ring->index[REQ_PROD] = ring->req + (random_once_in(4) ? -1u : far);
	evtchn_notify(blk->queue[0].port);
	if (!blk_stopped(blk))
		wrong("not stopped by a producer of %#x", ring->index[REQ_PROD]);
}

static void connect_somehow(struct blk *blk, enum layout layout)
{
	union blk_request request;

	blk_connect(blk, &(struct blk_setup) {
		.persistent = random_once_in(2), .order = random_once_in(2) ? 2 : 0,
		.abi32 = layout == LAYOUT_32,
	});
	/* A segment that is not filled in would name reference 0, the guest's own console. */
	request = blk_rw(blk, BLKIF_OP_READ, 0, 0, 1);
	for (unsigned int i = 0; i < BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST * INDIRECT_PER_PAGE; i++)
		*blk_segment(blk, i) = request.rw.seg[0];
}

static void run_layout(unsigned int id, uint64_t count, struct random_run *run, enum layout layout)
{
	struct blk blk;

	blk_open(&blk, id);
	connect_somehow(&blk, layout);
	while (run->asked < count) {
		bool lives = ask_batch(&blk, layout, run);

		if (!lives)
			wrong("stopped by a request");
		if (lives && !random_once_in(REQUESTS_PER_BREAK / 16))
			continue;
		if (lives)
			blk_break_index(&blk);
		run->stops++;
		blk_close(&blk);
		connect_somehow(&blk, layout);
	}
	blk_break_index(&blk);
	run->okay = blk.okay;
	run->error = blk.error + blk.unsupported;
	blk_close(&blk);
	blk_behave(&blk);
}

static void run_direct(unsigned int id, uint64_t count, struct random_run *run)
{
	run_layout(id, count, run, LAYOUT_64);
}

static void run_direct32(unsigned int id, uint64_t count, struct random_run *run)
{
	run_layout(id, count, run, LAYOUT_32);
}

static void run_indirect(unsigned int id, uint64_t count, struct random_run *run)
{
	run_layout(id, count, run, LAYOUT_INDIRECT);
}

const struct random_kind random_blk = { "blk", 51712, run_direct };
const struct random_kind random_blk32 = { "blk32", 51712, run_direct32 };
const struct random_kind random_blk_indirect = { "blk-indirect", 51712, run_indirect };
